"""Where a build of Gradle publishes to: the repositories of its `publishing` block."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, in_comment
from llm_audit.model import Kind, SourceFile

_PUBLISHING = expression(r"\bpublishing\s{0,4}\{|\bconfigure<PublishingExtension>\s{0,4}\{")
_REPOSITORIES = expression(r"\brepositories\s{0,4}\{")
_URL = expression(r"""\burl\s{0,3}=?\s{0,3}(?:uri\(\s{0,4})?["']https://(?P<host>[\w.\-]{4,80})""")


def _repositories(file: SourceFile) -> Finds:
    """The host of each repository that artefacts are published to."""
    text = file.text
    for block in _PUBLISHING.finditer(text):
        end = block_end(text, block.end() - 1)
        listed = _REPOSITORIES.search(text, block.end(), end)
        if listed is None or in_comment(text, block.start()):
            continue
        for url in _URL.finditer(text, listed.end(), block_end(text, listed.end() - 1)):
            if not in_comment(text, url.start()):
                yield at(file, url.start(), Kind.SETTING, "gradle.publishes", url["host"], tool="gradle")


COLLECTORS = (
    Collector(
        "gradle-publishing",
        _repositories,
        names=frozenset({"build.gradle", "build.gradle.kts", "publish.gradle", "publishing.gradle"}),
        suffixes=frozenset({".kts"}),
        needs=("publishing {", "PublishingExtension"),
    ),
)
