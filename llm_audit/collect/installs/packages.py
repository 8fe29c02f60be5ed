"""From the words of an install command to packages: options and their values set aside, version specs split off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from llm_audit.collect.expressions import expression
from llm_audit.collect.installs.shell import Command

_PYPI = expression(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._\-]{0,100})(?:\[(?P<extras>[^\]\s]{0,200})\])?"
    r"(?:@(?P<at>[\w.\-]{1,60})|(?P<version>[<>=!~][^\s;]{1,100}))?(?:;.{0,200})?"
)
_NPM = expression(
    r"(?P<name>(?:@[a-z0-9][\w.\-]{0,100}/)?[a-z0-9][\w.\-]{0,200})(?:@(?P<version>[\w.^~<>=*+${}\-]{1,60}))?"
)
_OS = expression(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9+._\-]{0,100})(?::[a-z0-9]{2,10})?(?:=(?P<at>[^\s=]{1,80})|(?P<version>[~<>]\S{1,80}))?"
)
_GO = expression(
    r"(?P<name>[a-z0-9][a-z0-9.\-]{0,60}\.[a-z]{2,20}/[\w./~\-]{1,200})(?:@(?P<version>[\w.+${}\-]{1,60}))?"
)
_COMPOSER = expression(r"(?P<name>[a-z0-9][\w.\-]{0,100}/[\w.\-]{1,100})(?:[:=](?P<version>\S{1,60}))?")
_PLAIN = expression(r"(?P<name>[A-Za-z0-9][\w\-]{0,100})(?:[:@](?P<version>[\w.~<>=+${}\-]{1,40}))?")
_TOOLCHAIN = frozenset({"pip", "setuptools", "wheel"})
_ARCHIVE = expression(r"\.(?:tgz|tar\.gz|whl|zip|deb|rpm|apk|txt|ya?ml|js|ts)\Z")

_PATTERNS = {"pip": _PYPI, "uvx": _PYPI, "npm": _NPM, "npx": _NPM, "os": _OS, "go": _GO, "composer": _COMPOSER}
_ECOSYSTEMS = {
    "pip": "pypi",
    "uvx": "pypi",
    "npm": "npm",
    "npx": "npm",
    "os": "os",
    "gem": "rubygems",
    "go": "go",
    "cargo": "cargo",
    "composer": "packagist",
}
_VALUED = {
    "pip": "-r -c -e -i -f -t -w -d -p --requirement --constraint --editable --index-url --extra-index-url --find-links"
    " --target --wheel-dir --dest --prefix --root --python --trusted-host --cache-dir --timeout --default-timeout"
    " --retries --progress-bar --platform --python-version --only-binary --no-binary --src --log --proxy --index"
    " --python-platform --abi --implementation --keyring-provider",
    "uvx": "-p --python --index-url --extra-index-url --index --directory --spec-file --with-requirements --env-file",
    "npm": "-w -C -F --prefix --registry --workspace --filter --cwd --cache --loglevel --network-timeout --dir --omit",
    "npx": "-w -c --call --prefix --registry --cache --workspace --node-options",
    "os": "-t -o -c -X --target-release --option --virtual --repository --repositories-file --arch --setopt --cask",
    "gem": "-i -n --install-dir --bindir --source -s -P --platform",
    "go": "-ldflags -tags -mod -o -gcflags",
    "cargo": "--git --branch --tag --rev --path --root --features -F --target --profile --registry --index --bin -j"
    " --disable-strategies",
    "composer": "-d --working-dir",
}
_VALUED_SETS = {manager: frozenset(options.split()) for manager, options in _VALUED.items()}
_PACKAGE_OPTIONS = {
    "npx": frozenset({"-p", "--package"}),
    "uvx": frozenset({"--from", "--with", "--spec"}),
    "pip": frozenset({"--with"}),
}
_VERSION_OPTIONS = {"gem": frozenset({"-v", "--version"}), "cargo": frozenset({"--version", "--vers"})}
_RUNNERS = frozenset({"npx", "uvx"})


class Installed(NamedTuple):
    """A package that a command names."""

    offset: int
    ecosystem: str
    name: str
    version: str
    via: str
    extras: str = ""


def installed(command: Command) -> Iterator[Installed]:
    """The packages of a command; of `npx name` only those that cannot be meant from a manifest: versioned or forced."""
    words, version, forced = _sorted_out(command)
    if command.manager == "npx":
        plain_npx = command.head.split()[0] in ("npx", "npm")
        words = [word for word in words if forced or not plain_npx or "@" in word[1][1:]]
    for offset, word in words:
        match = _PATTERNS.get(command.manager, _PLAIN).fullmatch(word)
        if match is None or _ARCHIVE.search(match["name"]) or match["name"] in _TOOLCHAIN:
            continue
        groups = match.groupdict()
        name = match["name"].removesuffix("/...")
        ecosystem = _ECOSYSTEMS[command.manager]
        if ecosystem == "pypi":
            name = re.sub(r"[-_.]+", "-", name).lower()
        written = groups.get("version") or groups.get("at") or version
        yield Installed(offset, ecosystem, name, written, _via(command), groups.get("extras") or "")


def _sorted_out(command: Command) -> tuple[list[tuple[int, str]], str, bool]:
    """The words that name packages, a version given as an option, and whether an option makes `npx` install."""
    valued = _VALUED_SETS[command.manager]
    naming = _PACKAGE_OPTIONS.get(command.manager, frozenset())
    versioned = _VERSION_OPTIONS.get(command.manager, frozenset())
    named: list[tuple[int, str]] = []
    plain: list[tuple[int, str]] = []
    version, forced = "", False
    rest = iter(command.words)
    for offset, word in rest:
        option, equals, value = word.partition("=")
        if not word.startswith("-"):
            plain.append((offset, word))
            if command.manager in _RUNNERS:
                break
        elif option in naming:
            forced = True
            named.append((offset, value) if equals else next(rest, (offset, "")))
        elif option in versioned:
            version = value if equals else next(rest, (offset, ""))[1]
        elif option in valued and not equals:
            next(rest, None)
        forced = forced or word in ("-y", "--yes")
    # with `npx -p package command` the first plain word is a program, not a package
    return (named if named and command.manager in _RUNNERS else named + plain), version, forced


def _via(command: Command) -> str:
    first = command.head.split()[0]
    return {"npx": "npx", "pip": "pip", "os": first.replace("apt-get", "apt")}.get(
        command.manager, first if command.manager != "uvx" or first == "pipx" else "uvx"
    )
