"""Files that hold secrets by their nature, and the values in them: dotenv, tfvars, npmrc, netrc, docker, compose, k8s.

Only names decide that a file is read so; its values are judged by `known.worth`. Everything stays in memory.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from llm_audit.redact import known
from llm_audit.redact.names import is_secret_name

_ASSIGNING = re.compile(
    r"(?i)(?:\.env(?:[.\-_][^/]*)?|[^/]*\.env(?:\.[^/]*)?|\.envrc|\.?dev\.vars|[^/]*\.(?:tfvars"
    r"|properties|ini|cnf)"
    r"|\.npmrc|\.yarnrc|\.pypirc|\.my\.cnf|credentials|\.s3cfg|\.boto|secrets?\.[a-z]{2,6})$"
)
_NETRC = re.compile(r"[._]netrc$")
_PGPASS = re.compile(r"\.pgpass$")
_DOCKER = re.compile(r"(?:config\.json|\.dockercfg|\.dockerconfigjson)$")
_COMPOSE = re.compile(r"(?i)(?:(?:(?:docker-)?compose|values|app|application)[^/]*\.ya?ml|[^/]*\.tfvars\.json)$")
_PAIR = re.compile(
    r"(?m)^[ \t]{0,20}(?:export[ \t]+)?(?P<name>[\w./:@\-]{1,200}?)[ \t]{0,20}=[ \t]{0,20}(?P<value>[^\n]{1,4000})$"
)
_YAML_PAIR = re.compile(
    r"(?m)^[ \t\-\"']{0,60}(?P<name>[\w.\-]{2,100})[\"']?(?::[ \t]{1,8}|=)(?P<value>[^\n]{1,4000})$"
)
_PLACES = frozenset({"image", "container_name", "build", "context", "dockerfile", "repository"})
"""Keys of compose and chart files that say where something comes from; long image names look random and are public."""
_PASSWORD_WORD = re.compile(r"\bpassword\s+(\S{3,400})")
_AUTH = re.compile(r'"auth"\s*:\s*"([A-Za-z0-9+/=]{6,2000})"')
_SECRET_KIND = re.compile(r"(?m)^kind:[ \t]*[\"']?Secret\b")
_DATA = re.compile(r"(?m)^(?:data|stringData):[ \t]*\n((?:[ \t]+[^\n]*\n?|[ \t]*\n){1,400})")


def is_holder(path: str) -> bool:
    """Whether a file's name alone says that it may hold secrets by its nature."""
    name = path.rpartition("/")[2]
    return any(pattern.match(name) for pattern in (_ASSIGNING, _COMPOSE, _NETRC, _PGPASS)) or _is_of_docker(path, name)


def _is_of_docker(path: str, name: str) -> bool:
    return _DOCKER.match(name) is not None and (name[0] == "." or f"/{path}".endswith("/.docker/config.json"))


def values(path: str, text: str) -> Iterator[str]:
    """What is worth knowing of a file that holds secrets by its nature; nothing of any other file."""
    name = path.rpartition("/")[2]
    if _ASSIGNING.match(name):
        yield from _pairs(_PAIR, text)
    elif _COMPOSE.match(name):
        yield from _pairs(_YAML_PAIR, text)
    elif _NETRC.match(name):
        for match in _PASSWORD_WORD.finditer(text):
            yield from known.worth(match[1], named=True)
    elif _PGPASS.match(name):
        for line in text.splitlines()[:1000]:
            yield from known.worth(line.rpartition(":")[2], named=True)
    elif _is_of_docker(path, name):
        for match in _AUTH.finditer(text):
            yield match[1]
            yield from known.worth(_plain(match[1]).partition(":")[2], named=True)
    if path.endswith((".yaml", ".yml")) and "Secret" in text and _SECRET_KIND.search(text):
        yield from _secret_data(text)


def _pairs(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for match in pattern.finditer(text):
        name = match["name"].rpartition(":")[2]
        if name.lower() in _PLACES:
            continue
        value = _unquoted(match["value"])
        named = is_secret_name(name)
        yield from known.worth(value, named=named)
        if named and name.lower() in ("_password", "_auth") and (plain := _plain(value)):
            yield from known.worth(plain.rpartition(":")[2], named=True)


def _secret_data(text: str) -> Iterator[str]:
    for part in text.split("\n---"):
        if not _SECRET_KIND.search(part):
            continue  # a file may hold maps of settings beside its secrets
        for block in _DATA.finditer(part):
            for match in _YAML_PAIR.finditer(block[1]):
                value = _unquoted(match["value"])
                yield from known.worth(value, named=True)
                yield from known.worth(_plain(value), named=True)


def _unquoted(value: str) -> str:
    value = value.strip()
    if value[:1] in ("'", '"') and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    return value.partition(" #")[0].strip().rstrip(",;")


def _plain(value: str) -> str:
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode("utf-8").strip()
    except (binascii.Error, ValueError):
        return ""
