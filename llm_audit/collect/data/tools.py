"""Stores that programs and scripts reach by a cloud's command-line tool: `aws s3 cp s3://...`, `gsutil`, `bq`, `snowsql`."""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_RUN = expression(
    r"(?<![\w./\-])(?:(?P<s3>aws\s+s3\s+(?:cp|sync|mv|rm|ls)\b(?=[^\n]{0,200}s3://))|(?P<gcs>(?:gsutil\s+(?:-\S+\s+)*|gcloud\s+storage\s+)(?:cp|rsync|mv|rm|ls)\b(?=[^\n]{0,200}gs://))"
    r"|(?P<azure>az\s+storage\s+blob\s+(?:upload|download|copy|sync)\b|azcopy\s+(?:copy|sync)\b)|(?P<bigquery>bq\s+(?:--\S+\s+)*(?:load|query|extract|mk|cp)\b)|(?P<snowflake>snowsql\s+-))"
)
_SAID = {
    "s3": ("aws.service", "s3"), "gcs": ("storage.driver", "gcs"), "azure": ("storage.driver", "azure"),
    "bigquery": ("db.engine", "bigquery"), "snowflake": ("db.engine", "snowflake"),
}  # fmt: skip
_TEXT = expression(r"\s*(?:#|//|@?echo\b|printf\b|print\(|log|usage)")
_OPENS = ('"', "'", "`")


def _tools(file: SourceFile) -> Finds:
    """The store of each command that is run; in a program it stands in a text, which nothing but the command begins or splits."""
    seen: set[str] = set()
    for match in _RUN.finditer(file.text):
        name = str(match.lastgroup)
        head = file.text[file.text.rfind("\n", 0, match.start()) + 1 : match.start()]
        quoted = file.suffix != ".py" or any(sign in head for sign in _OPENS) or not head.strip()
        if name not in seen and quoted and not _TEXT.match(head) and not in_comment(file.text, match.start()):
            seen.add(name)
            yield at(file, match.start(), Kind.SETTING, *_SAID[name], tool=" ".join(match[0].split()[:2]))


COLLECTORS = (
    Collector(
        "data-tools",
        _tools,
        suffixes=frozenset({".py", ".sh", ".bash"}),
        needs=("aws s3 ", "gsutil ", "gcloud storage ", "az storage blob", "azcopy ", "bq ", "snowsql "),
    ),
)
