"""What Airflow is configured with: its own database, Celery's broker, where logs and secrets are kept, and its connections.

A setting stands in `airflow.cfg` or, anywhere else, as a variable that is named for its section and its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.data.names import driver, engine, scheme
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_LINE = expression(
    r"^(?:\[(?P<section>\w{1,40})\]|(?P<key>[a-z_]{1,60})[ \t]*=[ \t]*(?P<value>[^\n]{1,400}))", re.MULTILINE
)
_GIVEN = r"[\"']?(?:\)|\])?[ \t]*(?:[:=]|,|\n[ \t]*value[ \t]*[:=])[ \t]*(?:[|>]-?[ \t]*)?[\"']?"
_VARIABLE = expression(
    rf"\bAIRFLOW__(?P<section>[A-Z]{{2,30}})__(?P<key>[A-Z_]{{2,60}}?)(?:_CMD|_SECRET)?{_GIVEN}(?P<value>[^\n]{{1,400}})"
)
_CONNECTION = expression(
    rf"\bAIRFLOW_CONN_(?P<name>[A-Z0-9_]{{2,60}}){_GIVEN}(?:(?P<scheme>[a-z][\w+\-]{{1,40}})(?=://)"
    rf"|\{{[^\n]{{0,300}}?conn_type\\?\"[ \t]*:[ \t]*\\?\"(?P<type>[\w\-]{{1,40}}))?"
)
_ADDED = expression(
    r"\bairflow[ \t]+connections[ \t]+add\b(?:[^\n\\]|\\\n){1,300}?--conn-(?:type[ =]+[\"']?(?P<type>[\w\-]{1,40})|uri[ =]+[\"']?(?P<scheme>[a-z][\w+\-]{1,40})(?=://))"
)
_LISTED = expression(r"^[ \t]*(?:-[ \t]+)?conn_type:[ \t]*[\"']?(?P<type>[a-z][\w\-]{1,40})", re.MULTILINE)
_STORES = {"s3": "s3", "gs": "gcs", "wasb": "azure", "abfs": "azure"}
_DATABASES = frozenset({"sql_alchemy_conn"})


class _Set(NamedTuple):
    """A setting: its key in lower case, its value, where the value stands, the variable that holds it, if one does."""

    key: str
    value: str
    offset: int
    variable: str


def _configured(file: SourceFile) -> Finds:
    yield from _told(file, list(_in_file(file.text)), stock=True)


def _in_file(text: str) -> Iterator[_Set]:
    section = ""
    for match in _LINE.finditer(text):
        section = match["section"] or section
        if match["key"]:
            yield _Set(f"{section}.{match['key']}", match["value"].strip(), match.start("value"), "")


def _by_variables(file: SourceFile) -> Finds:
    found = [
        _Set(
            f"{match['section']}.{match['key']}".lower(),
            match["value"].strip("\"' "),
            match.start(),
            f"AIRFLOW__{match['section']}__{match['key']}",
        )
        for match in _VARIABLE.finditer(file.text)
        if not in_comment(file.text, match.start())
    ]
    yield from _told(file, found, stock=False)
    yield from _connections(file, _CONNECTION)


def _told(file: SourceFile, found: list[_Set], *, stock: bool) -> Finds:
    """What the settings say. A file that Airflow writes itself holds every setting: some count only beside others."""
    values = {one.key: one.value for one in found}
    runs_celery = "celery" in values.get("core.executor", "").lower()
    logs_away = (
        values.get("logging.remote_logging", values.get("core.remote_logging", "")).lower().strip("\"'") == "true"
    )
    seen: set[tuple[str, str]] = set()
    for one in found:
        key = one.key.partition(".")[2]
        facts: list[tuple[str, str]] = []
        if key in _DATABASES and (name := engine(scheme(f"={one.value}"))) and name != "sqlite":
            facts = [("db.engine", name)]
        elif (
            one.key == "celery.broker_url" and (runs_celery or not stock) and (name := driver(scheme(f"={one.value}")))
        ):
            facts = [("queue.library", "celery"), ("celery.broker", name)]
        elif key == "remote_base_log_folder" and logs_away:
            facts = [("storage.driver", name)] if (name := _STORES.get(one.value.partition("://")[0], "")) else []
        for fact in facts:
            if fact not in seen:
                seen.add(fact)
                yield at(file, one.offset, Kind.SETTING, *fact, tool="airflow", env=one.variable)
        if one.key == "secrets.backend" and (backend := _BACKEND.match(one.value)):
            yield at(
                file, one.offset, Kind.IMPORT, backend["module"], language="python", names=backend["name"], via="airflow"
            )  # fmt: skip


_BACKEND = expression(r"(?P<module>airflow\.providers\.[\w.]{3,100})\.(?P<name>[A-Z]\w{2,60})\b")
_PLAIN = expression(r"_(?:DEFAULT|CONN|CONNECTION|ID)\Z")


def _connections(file: SourceFile, pattern: re.Pattern[str]) -> Finds:
    """The kinds of connections, by the scheme or the type that each is given, else by what it is called."""
    seen: set[str] = set()
    for match in pattern.finditer(file.text):
        groups = match.groupdict()
        name = groups.get("name") or ""
        kind = (
            groups.get("scheme") or groups["type"] or (_PLAIN.sub("", name).lower().replace("_", "-") if name else "")
        )
        kind = re.sub(r"[^a-z0-9\-]|\+.*", "", kind.lower())
        if kind and kind not in seen and not in_comment(file.text, match.start()):
            seen.add(kind)
            variable = f"AIRFLOW_CONN_{name}" if name else ""
            yield at(
                file,
                match.start(),
                Kind.SETTING,
                "pipeline.connection",
                kind.replace("-", ""),
                tool="airflow",
                env=variable,
            )


def _added(file: SourceFile) -> Finds:
    yield from _connections(file, _ADDED)


def _listed(file: SourceFile) -> Finds:
    yield from _connections(file, _LISTED)


_SET_IN = frozenset(
    {".yml", ".yaml", ".env", ".sh", ".tf", ".toml", ".json", ".py", ".ts", ".example", ".local", ".dist"}
)
COLLECTORS = (
    Collector("data-airflow", _configured, names=frozenset({"airflow.cfg"})),
    Collector(
        "data-airflow-variables",
        _by_variables,
        suffixes=_SET_IN,
        paths=expression(r"(?:^|/)(?:\.env[\w.\-]{0,40}|[\w.\-]{0,40}Dockerfile[\w.\-]{0,40})\Z"),
        marks=(".env", "dockerfile"),
        needs=("AIRFLOW__", "AIRFLOW_CONN_"),
    ),
    Collector(
        "data-airflow-added", _added, suffixes=frozenset({".sh", ".yml", ".yaml"}), needs=("airflow connections add",)
    ),
    Collector("data-airflow-settings", _listed, names=frozenset({"airflow_settings.yaml", "airflow_settings.yml"})),
)
