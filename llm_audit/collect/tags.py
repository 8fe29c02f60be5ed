"""Tags of self-hosted analytics in pages: their address is a setting's, so that no host betrays them."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_SUFFIXES = frozenset(
    ".html .htm .twig .php .erb .haml .ejs .hbs .liquid .njk .j2 .jinja .jinja2 .tmpl .gohtml .cshtml .heex .eex .rb .vue .svelte .astro .js .ts .jsx .tsx".split()
)
_TAGS = (
    ("matomo", expression(r"""\[\s{0,3}["']setTrackerUrl["']\s{0,3},""")),
    ("umami", expression(r"<[sS]cript\b[^<>]{0,300}\bdata-website-id\s{0,3}=")),
    ("fullstory", expression(r"""\[["']_fs_org["']\]\s{0,3}=""")),
    ("plausible", expression(r"<[sS]cript\b[^<>]{0,300}\bdata-domain\s{0,3}=")),
)
"""Services by their ids in the catalogue, and what their instructions have put into a page."""


def _tags(file: SourceFile) -> Finds:
    for service, pattern in _TAGS:
        found = pattern.search(file.text)
        if found and not in_comment(file.text, found.start()):
            yield at(file, found.start(), Kind.SETTING, "analytics.tag", service)


COLLECTORS = (
    Collector(
        "analytics-tags",
        _tags,
        suffixes=_SUFFIXES,
        needs=("setTrackerUrl", "data-website-id", "data-domain", "_fs_org"),
    ),
)
