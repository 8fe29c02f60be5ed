"""Which secret-bearing files git ignores, as the tree's own ignore files say."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.model import Kind, SourceFile

_SECRET_FILE = expression(
    r"(?m)^[*/]*(?P<name>(?:[\w\-/]+/)?(?:\.env[\w.*\-]*|\*\.env|\.dev\.vars|\*\.pem|\*\.key|\*\.tfvars|secrets?[\w.*\-]*|credentials[\w.*\-]*|"
    r"local_settings\.py|config/master\.key|master\.key|\*\.p12|\*\.jks|service-account[\w.*\-]*))/?[ \t]*$"
)


def collect(file: SourceFile) -> Finds:
    """One SETTING `gitignore` for each ignored file that usually holds secrets."""
    for match in list(_SECRET_FILE.finditer(file.text))[:10]:
        yield at(file, match.start("name"), Kind.SETTING, "gitignore", match["name"])


COLLECTORS = (Collector("gitignore", collect, names=frozenset({".gitignore"})),)
