"""The broker that Celery is given, as the settings' line or the call names it: by a URL, or by what a setting of the file holds."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.data.names import driver, scheme
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import env_names, in_comment
from llm_audit.model import Kind, SourceFile

_BROKER = expression(
    r"(?:^[ \t]*(?:[\w.]{1,40}\.)?(?:CELERY_)?(?:BROKER_URL|broker_url)(?:\s{0,2}:\s{0,2}[\w\[\] |]{1,40})?\s{0,3}=(?!=)"
    r"|\bCelery\((?:[^()]|\([^()]{0,80}\)){0,200}?\bbroker\s{0,2}=(?!=))\s{0,3}(?P<value>(?:[^\n]{0,200}[(,]\n){0,4}[^\n]{1,300})",
    re.MULTILINE,
)
_SETTING = expression(r"(?:\w{1,40}\.){0,3}(?P<name>[A-Za-z_]\w{2,60})\b(?!\s{0,2}[(\[.])")
_KNOWN = frozenset({"redis", "rabbitmq", "sqs"})


def _brokers(file: SourceFile) -> Finds:
    for match in _BROKER.finditer(file.text):
        value = match["value"]
        name = _speaks(value) or _speaks(_held(file.text, value))
        if name and not in_comment(file.text, match.start()):
            yield at(
                file, match.start("value"), Kind.SETTING, "celery.broker", name, tool="celery", env=",".join(env_names(value))
            )  # fmt: skip


def _speaks(value: str) -> str:
    """The broker that an expression leads to: by the scheme of its URL, else by the names in it; empty where neither tells."""
    words = [scheme(value)] if scheme(value) else re.findall(r"\w+", value)
    return next((name for name in map(driver, words) if name in _KNOWN), "")


def _held(text: str, value: str) -> str:
    """What the setting is given that an expression consists of."""
    named = _SETTING.match(value)
    if named is None:
        return ""
    given = re.search(
        rf"^[ \t]*{re.escape(named['name'])}(?:\s?:[^=\n]{{1,40}})?\s{{0,3}}=\s{{0,3}}([^\n]{{1,200}})",
        text,
        re.MULTILINE,
    )
    return given[1] if given else ""


COLLECTORS = (
    Collector("data-celery", _brokers, suffixes=frozenset((".py",)), needs=("BROKER_URL", "broker_url", "Celery(")),
)
