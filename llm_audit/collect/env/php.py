"""PHP: Laravel's and WordPress's `env()`, `getenv`, the superglobals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.calls import Dialect, call_readings
from llm_audit.collect.env.reading import Reading, facts_of
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_DIALECT = Dialect(
    via="env()",
    own=expression(r"(?:^|\\)(?:env|getenv|Env::get(?:OrFail)?|Env::getString)$"),
    own_required=expression(r"OrFail$"),
    subscripts=expression(r"\$_(?:ENV|SERVER)$"),
    dynamic=expression(r"(?:\b(?:get)?env\(|\$_(?:ENV|SERVER)\[)\s{0,4}(?P<var>\$?\w{1,60})\s{0,4}[\]),]"),
    defines=expression(r"\bfunction\s{1,3}(?P<name>\w{1,60})\s{0,3}\((?P<params>[^()]{0,240})\)"),
    fallback=expression(
        r"\s{0,9}(?:\)\s{0,3}){0,2}(?:(?:\?:|\?\?|\|\||\bor\b)(?P<fails>\s{0,9}throw)?|(?P<checks>[!=]==?|\?(?![?:])"
        r"|&&))"
    ),
    throws=expression(r"\bthrow\b|\bexit\(|\bdie\("),
)
_CGI = expression(
    r"(?:HTTP|REQUEST|SERVER|REMOTE|SCRIPT|PATH|PHP|ORIG|CONTENT|REDIRECT|DOCUMENT|QUERY|GATEWAY|AUTH|UNIQUE"
    r"|SSL)_\w+$|argc$|argv$|HTTPS$|PATH_INFO$"
)


def _no_request(readings: Iterator[Reading], text: str) -> Iterator[Reading]:
    """Leaves out what a web server puts into `$_SERVER` of every request."""
    for reading in readings:
        if not (_CGI.match(reading.name) and re.search(rf"\$_SERVER\[\s?[\"']{re.escape(reading.name)}", text)):
            yield reading


def collect(file: SourceFile) -> Finds:
    """Readings of a PHP file."""
    yield from facts_of(file, _no_request(call_readings(file, _DIALECT), file.text))


COLLECTORS = (
    Collector(
        "env.php",
        collect,
        suffixes=frozenset({".php", ".phtml"}),
        needs=("env(", "env_", "Env", "_ENV[", "_SERVER[", "ecret(", "onfig("),
    ),
)
