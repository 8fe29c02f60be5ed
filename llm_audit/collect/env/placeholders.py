"""Configuration formats with a placeholder for a variable: compose, Spring, Symfony, Prisma, Caddy, nginx, uWSGI.

Each form is a pattern and the files it holds for. In a pattern `default` is a literal fallback, `operator` with `word`
the shell's way of giving one, `soft` marks a placeholder that may stay empty; any other group is the variable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, REQUIRED, Reading, commented, facts_of
from llm_audit.collect.expressions import Either, either, expression
from llm_audit.collect.literals import Guarded
from llm_audit.model import SourceFile

COMPOSE_PATH = expression(r"(?:^|/)[\w.\-]{0,40}(?:compose|docker-stack)[\w.\-]{0,40}\.ya?ml\Z")
_WORD = r"(?:(?P<operator>:?[-?+])(?P<word>[^{}\n]{0,200}(?:\{[^{}\n]{0,120}\}[^{}\n]{0,80})?))?"
_NAME = r"[A-Za-z_]\w{1,79}"
_CAPS = r"[A-Z][A-Z0-9_]{1,79}"
_NOT_OURS = frozenset({"HOME", "PATH", "PWD", "USER", "HOSTNAME", "SHELL", "MAINPID"})
_NO_NAME = frozenset({"default", "operator", "word", "soft", "dollars"})


class Form(NamedTuple):
    """A placeholder and where it is written.

    Attributes:
        via: the form that facts name; also the collector's name.
        pattern: see the module's description.
        needs: literals of which a file must hold one.
        names, suffixes, paths, marks: as in `Collector`.
        strict: whether the program fails when the variable is missing and the placeholder has no fallback.
    """

    via: str
    pattern: re.Pattern[str] | Either | Guarded
    needs: tuple[str, ...]
    names: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()
    paths: re.Pattern[str] | None = None
    marks: tuple[str, ...] = ()
    strict: bool = False


_CONFIG = frozenset(
    f".{suffix}"
    for suffix in (
        "yml yaml toml json json5 conf cfg ini tmpl tpl gotmpl jsonnet xml properties hcl alloy river sql j2"
    ).split()
)
FORMS = (
    Form(
        "named in configuration",  # `api-key-env: ACME_API_KEY`: a setting says which variable holds the secret
        Guarded(
            expression(
                r"(?i:key|token|secret|password|dsn|url)[-_]?(?i:from[-_]?env|env(?:[-_]?var|[-_]?name)?)[\"']?\s{0,4}[:=]\s{0,4}[\"']?"
                r"(?P<name>[A-Z][A-Z0-9]{1,40}_[A-Z0-9_]{1,60})\b(?!\s{0,4}[:=(])"
            ),
            (
                f"{what}{sign}{where}"
                for what in ("key", "token", "secret", "password", "dsn", "url")
                for sign in ("", "-", "_")
                for where in ("env", "fromenv", "from-env", "from_env")
            ),
            any_case=True,
        ),
        ("env", "Env"),
        suffixes=frozenset({".yml", ".yaml", ".toml", ".json", ".jsonc"}),
    ),
    Form(
        "compose",
        expression(rf"(?<!\$)(?P<dollars>\$\$?)(?:\{{(?P<name>{_NAME}){_WORD}\}}|(?P<bare>{_CAPS}))"),
        ("$",),
        paths=COMPOSE_PATH,
        marks=(".yml", ".yaml"),
    ),
    Form(
        "spring",
        expression(
            rf"\$\{{(?P<name>{_CAPS})(?::(?P<default>[^{{}}\n]{{0,160}}"
            rf"(?:\{{[^{{}}\n]{{0,100}}\}})?[^{{}}\n]{{0,60}}))?\}}"
        ),
        ("${",),
        paths=expression(r"(?:^|/)(?:application|bootstrap|microprofile-config)[\w.\-]{0,40}\.(?:ya?ml|properties)\Z"),
        marks=(".yml", ".yaml", ".properties"),
        strict=True,
    ),
    Form(
        "logging configuration",
        expression(rf"\$\{{(?:env:)?(?P<name>{_CAPS})(?P<operator>:-)(?P<word>[^{{}}\n]{{0,160}})\}}"),
        ("${",),
        paths=expression(r"(?:^|/)(?:logback|log4j2?)[\w.\-]{0,40}\.(?:xml|properties|ya?ml)\Z"),
        marks=("logback", "log4j"),
    ),
    Form(
        "symfony",
        expression(
            rf"%env\((?:default:(?P<soft>\w{{0,60}}):)?(?:[\w]{{1,30}}:){{0,5}}(?P<name>{_NAME})\)%"
            rf"|^\s{{0,12}}[\"']?env\((?P<set>{_CAPS})\)[\"']?\s{{0,3}}:\s{{0,3}}(?P<default>[^\n]{{0,160}})",
            re.MULTILINE,
        ),
        ("env(",),
        suffixes=frozenset({".yaml", ".yml", ".xml", ".php"}),
        strict=True,
    ),
    Form(
        "prisma",
        expression(
            rf"(?P<soft>\b(?:shadowDatabaseUrl)\s{{0,20}}=\s{{0,20}})?\benv\(\s{{0,4}}\"(?P<name>{_NAME})\"\s{{0,4}}\)"
        ),
        ("env(",),
        suffixes=frozenset({".prisma"}),
        strict=True,
    ),
    Form(
        "caddy",
        expression(rf"\{{\$(?P<name>{_NAME})(?::(?P<default>[^{{}}\n]{{0,160}}))?\}}|\{{env\.(?P<env>{_NAME})\}}"),
        ("{$", "{env."),
        suffixes=frozenset({".caddyfile", ".caddy"}),
        paths=expression(r"(?:^|/)Caddyfile[\w.\-]{0,30}\Z|(?:^|/)caddy\.json\Z"),
        marks=("caddy",),
    ),
    Form(
        "uwsgi",
        expression(
            rf"^\s{{0,12}}if(?:-not)?-env\s{{0,4}}=\s{{0,4}}(?P<soft>)(?P<name>{_NAME})|\$\((?P<use>{_NAME})\)",
            re.MULTILINE,
        ),
        ("env", "$("),
        paths=expression(r"(?:^|/)[\w.\-]{0,40}uwsgi[\w.\-]{0,40}\Z"),
        marks=("uwsgi",),
    ),
    Form(
        "nginx",
        expression(
            rf"\$\{{(?P<name>{_CAPS}){_WORD}\}}|^\s{{0,8}}env\s{{1,3}}(?P<env>{_CAPS})\s{{0,2}};|os\.getenv\([\"']"
            rf"(?P<lua>{_CAPS})[\"']\)",
            re.MULTILINE,
        ),
        ("${", "env"),
        suffixes=frozenset({".template", ".envsubst"}),
        paths=expression(r"(?:^|/)nginx[\w.\-/]{0,60}\.conf[\w.\-]{0,20}\Z"),
        marks=("nginx",),
    ),
    Form(
        "hocon",
        expression(
            rf"\$\{{(?P<soft>\?)?(?P<name>{_CAPS})\}}|\"\$(?P<ktor>{_CAPS})(?::(?P<default>[^\"\n]{{0,120}}))?\""
        ),
        ("$",),
        paths=expression(r"(?:^|/)(?:application|reference)[\w.\-]{0,30}\.(?:conf|yaml)\Z"),
        marks=(".conf", ".yaml"),
    ),
    Form(
        "package manager",
        expression(rf"\$\{{(?P<name>{_CAPS}){_WORD}\}}"),
        ("${",),
        names=frozenset({".npmrc", ".yarnrc.yml", ".yarnrc", "bunfig.toml", "pip.conf", "settings.xml"}),
    ),
    Form(
        "systemd",
        expression(rf"(?<=[\s\"=])\$\{{?(?P<name>{_CAPS})\b"),
        ("$",),
        suffixes=frozenset({".service"}),
    ),
    Form(
        "placeholder",
        either(
            rf"\$\{{\s?(?:env[:.]|ENV\.|sys_env:)(?P<name>{_NAME})(?:\s{{0,2}}(?::-|:|,)\s{{0,3}}"
            rf"(?P<default>[^{{}}\n]{{0,160}}))?\}}",
            rf"os\.environ/(?<=\bos\.environ/)(?P<slash>{_NAME})",
            rf"\$__env\{{(?P<grafana>{_NAME})\}}",
            rf"\{{env:(?P<braced>{_CAPS})\}}",
            rf"!(?:ENV|env|Env)\s{{1,3}}[\"']?(?:\$\{{)?(?P<tag>{_CAPS})",
            rf"\{{\{{-?\s{{0,3}}(?:\.Env\.|[eE]nv\.)(?P<template>{_NAME})\b",
            rf"\{{\{{-?\s{{0,3}}(?:env|getenv|env_var|requiredEnv|mustEnv)\s{{0,3}}\(?\s{{0,3}}[\"']"
            rf"(?P<quoted>{_NAME})[\"']",
            rf"lookup\(\s{{0,2}}[\"']env[\"'],\s{{0,2}}[\"'](?P<ansible>{_NAME})[\"']\)",
        ),
        ("env", "Env", "ENV"),
        suffixes=_CONFIG,
        paths=expression(r"(?:^|/)Procfile\Z"),
        marks=("procfile",),
    ),
)


_LOGGED = expression(r"<(?:springProperty|property|variable|define)\b[^<>]{0,200}?\bname\s{0,3}=\s{0,3}\"(\w{2,60})\"")
_OF_THE_LOGGER = frozenset(
    "PID LOG_PATH LOG_FILE LOG_TEMP CONSOLE_LOG_PATTERN FILE_LOG_PATTERN CONSOLE_LOG_CHARSET FILE_LOG_CHARSET".split()
)
"""What Spring Boot gives its logging configuration by itself."""


def _readings(file: SourceFile, form: Form) -> Iterator[Reading]:
    given = {*_OF_THE_LOGGER, *_LOGGED.findall(file.text)} if form.via == "logging configuration" else set()
    for match in form.pattern.finditer(file.text):
        groups = match.groupdict()
        name = next((value for key, value in groups.items() if value and key not in _NO_NAME), "")
        if not name or name in _NOT_OURS or name in given or commented(file.text, match.start()):
            continue
        via = "compose command" if groups.get("dollars") == "$$" else form.via
        need, default, by = _need(groups, form)
        yield Reading(name, file.line_of(match.start()), via, need, default, by)
        for inner in re.finditer(r"\$\{([A-Za-z_]\w{1,79})", groups.get("word") or groups.get("default") or ""):
            if inner[1] not in _NOT_OURS and inner[1] not in given:
                yield Reading(inner[1], file.line_of(match.start()), via)


def _need(groups: dict[str, str | None], form: Form) -> tuple[str, str, str]:
    operator, default = (groups.get("operator") or "")[-1:], groups.get("default")
    if operator == "?":
        return REQUIRED, "", "throw"
    if operator == "-":
        default = groups.get("word") or ""
    if default is not None:
        value = default.strip("\"' ~")
        if not value or value.lower() == "null":
            return OPTIONAL, "", "fallback"
        return DEFAULT, "" if "$" in value else value, "fallback"
    if operator or groups.get("soft") is not None:
        return OPTIONAL, "", "check"
    return (REQUIRED, "", "lookup") if form.strict else (OPTIONAL, "", "bare")


_SKIPPED = expression(r"^\.env|[\-.]lock\.(?:json|ya?ml)$")


def _reader(form: Form) -> Callable[[SourceFile], Finds]:
    def collect(file: SourceFile) -> Finds:
        if not file.path.startswith(".github/") and not _SKIPPED.search(file.name):
            yield from facts_of(file, _readings(file, form))

    return collect


COLLECTORS = tuple(
    Collector(
        f"env.{form.via.replace(' ', '-')}",
        _reader(form),
        names=form.names,
        suffixes=form.suffixes,
        paths=form.paths,
        marks=form.marks,
        needs=form.needs,
    )
    for form in FORMS
)
