"""Java, Kotlin, Scala, Groovy and Clojure: the environment, Spring's and MicroProfile's injected properties."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.calls import Dialect, call_readings
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, Reading, commented, facts_of
from llm_audit.collect.expressions import expression
from llm_audit.model import SourceFile

_DIALECT = Dialect(
    via="System.getenv",
    own=expression(
        r"(?:^|\.)(?:System\.getenv(?:\(\)\.\w{3,12})?|getenv|[dD]otenv\.get|sys\.env(?:\.(?:get|getOrElse|contains"
        r"|apply))?|Properties\.envOr(?:Else|None)|environmentVariable)$"
    ),
    own_required=expression(r"\bsys\.env$"),
    subscripts=expression(r"\b(?:System\.getenv\(\)|[dD]otenv)$"),
    subscripts_required=None,
    dynamic=expression(r"\bSystem\.getenv\(\s{0,4}(?P<var>\w{1,60})\s{0,4}\)"),
    defines=expression(
        r"(?:\bfun\s{1,3}|\bdef\s{1,3}|\b(?:static|private|public|protected)\s{1,3}(?:(?:static"
        r"|final)\s{1,3}){0,2}[\w<>\[\]]{1,40}\s{1,3})(?P<name>\w{1,60})\s{0,2}\((?P<params>[^()]{0,240})\)"
    ),
    fallback=expression(
        r"\)?\s{0,30}(?:\?:(?P<fails>\s{0,9}(?:throw|error\(|exitProcess))?|(?P<asserts>!!)|(?P<checks>[!=]==?|\?\."
        r"|\?\s)|\.(?:getOrElse|orElse|ifEmpty|ifBlank)\s{0,2}[({]\s{0,9})"
    ),
    throws=expression(r"\bthrow\b|\berror\(|exitProcess|System\.exit|requireNotNull|checkNotNull"),
)
_VALUE = expression(
    r"(?:@Value\(\s{0,9}(?:value\s{0,3}=\s{0,3})?\"[^\"\n]{0,80}?\\?\$\{(?P<key>[A-Za-z][\w.\-\[\]]{1,100})(?::"
    r"(?P<default>[^}\n\"]{0,160}))?\}"
    r"|@(?:ConfigProperty|Property)\(\s{0,9}name\s{0,3}=\s{0,3}\"(?P<mp>[A-Za-z][\w.\-]{1,100})\""
    r"(?:\s{0,3},\s{0,9}defaultValue\s{0,3}=\s{0,3}\"(?P<mpd>[^\"\n]{0,160})\")?)"
)
_PROPERTIES = expression(
    r"@ConfigurationProperties\(\s{0,9}(?:(?:prefix|value)\s{0,3}=\s{0,3})?\"(?P<name>[A-Za-z][\w.\-]{1,80})\""
    r"|@ConfigMapping\(\s{0,9}prefix\s{0,3}=\s{0,3}\"(?P<quarkus>[A-Za-z][\w.\-]{1,80})\""
)
_FIELD = expression(
    r"^[ \t]{1,12}(?:@\w{1,30}(?:\([^()\n]{0,60}\))?\s{1,9}){0,3}(?:(?:private|protected|public|final)\s{1,3}){0,3}String\s{1,3}(?P<java>\w{2,60})\s{0,3};"
    r"|[(,][ \t\n]{0,12}(?:@\w{1,30}[ \t\n]{1,12}){0,3}String[ \t]{1,3}(?P<part>\w{2,60})(?=[ \t\n]{0,12}[,)])"
    r"|\b(?:val|var)[ \t]{1,3}(?P<kotlin>\w{2,60})[ \t]{0,3}:[ \t]{0,3}String\??[ \t]{0,3}(?=[,)\n])",
    re.MULTILINE,
)
_SECRET_FIELD = expression(r"(?i)(?:key|secret|token|password|passphrase|credentials)\Z")
_CLASS = expression(r"\b(?:class|record)\b")
_BODY = 6000
_CLOJURE = expression(r"\((?:System/getenv|env)\s{1,4}(?:\"(?P<name>[A-Z_]\w{1,79})\"|:(?P<key>[a-z][a-z0-9\-]{2,60}))")


def relaxed(key: str) -> str:
    """The variable that sets a dotted property under relaxed binding: `app.mail-host` is `APP_MAILHOST`."""
    return re.sub(r"[.\[]", "_", key.replace("-", "").replace("]", "")).upper()


def _injected(file: SourceFile) -> Iterator[Reading]:
    for match in _VALUE.finditer(file.text):
        if commented(file.text, match.start()):
            continue
        key = match["key"] or match["mp"]
        default = match["default"] if match["key"] else match["mpd"]
        need = DEFAULT if default and default.strip("# {}") else OPTIONAL
        via = "spring" if match["key"] else "microprofile"
        yield Reading(
            relaxed(key),
            file.line_of(match.start()),
            via,
            need,
            default or "",
            "bare" if default is None else "fallback",
        )
    for match in _PROPERTIES.finditer(file.text):
        yield Reading(
            f"{relaxed(match['name'] or match['quarkus'])}_*",
            file.line_of(match.start()),
            "spring" if match["name"] else "microprofile",
        )


def bound(file: SourceFile) -> Finds:
    """The secrets among the fields that Spring fills from properties under a prefix; those of classes inside bear its name as well."""
    yield from facts_of(file, _bound(file))


def _bound(file: SourceFile) -> Iterator[Reading]:
    text = file.text
    for match in _PROPERTIES.finditer(text):
        holder = _CLASS.search(text, match.end(), match.end() + 600)
        if not holder or not match["name"] or commented(text, match.start()):
            continue
        inner = _CLASS.search(text, holder.end())
        end = min(holder.end() + _BODY, inner.start() if inner else len(text))
        for field in _FIELD.finditer(text, holder.end(), end):
            name = field["java"] or field["part"] or field["kotlin"]
            if _SECRET_FIELD.search(name):
                yield Reading(
                    relaxed(f"{match['name']}.{name}"), file.line_of(field.start(field.lastgroup or 0)), "spring"
                )


def _clojure(file: SourceFile) -> Iterator[Reading]:
    for match in _CLOJURE.finditer(file.text):
        if match["name"] or "environ.core" in file.text:
            name = match["name"] or match["key"].replace("-", "_").upper()
            yield Reading(name, file.line_of(match.start()), "System/getenv")


def collect(file: SourceFile) -> Finds:
    """Readings of a file in a language of the JVM."""
    found = [*_injected(file), *call_readings(file, _DIALECT)]
    if file.suffix in (".clj", ".cljc", ".edn"):
        found += _clojure(file)
    yield from facts_of(file, found)


COLLECTORS = (
    Collector(
        "env.jvm",
        collect,
        suffixes=frozenset({".java", ".kt", ".kts", ".scala", ".sc", ".sbt", ".groovy", ".gradle", ".clj", ".cljc"}),
        needs=("env", "Env", "@Value(", "@ConfigProperty", "@Property(", "ENV"),
    ),
    Collector(
        "env.spring-properties",
        bound,
        suffixes=frozenset({".java", ".kt"}),
        needs=("@ConfigurationProperties(",),
    ),
)
