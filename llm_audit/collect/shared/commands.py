"""Delivery commands in shell text: what is deployed where, published to which registry, and which images are run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from llm_audit.collect.expressions import expression
from llm_audit.collect.shared.assigned import resolved
from llm_audit.collect.shared.delivery import DEPLOY, PROGRAMS, PUBLISH
from llm_audit.collect.shared.images import split_image
from llm_audit.collect.shared.registries import registry_of, registry_of_reference
from llm_audit.model import Kind

_IMAGES = r"(?:docker|podman|buildah|nerdctl|(?:DOCKER|CONTAINER|PODMAN)\w{0,20})(?:\s?\}\}|[)}])?\s+(?:image\s+)?"
_IMAGES += r"(?:push|run|pull|login|create|buildx\s+(?:build|imagetools\s+create)|build)\b"
_RULES: tuple[tuple[Kind, str], ...] = (
    *((Kind.PLATFORM, name) for name in DEPLOY),
    *((Kind.PUBLISH, name) for name in PUBLISH),
)
_START = expression(r"(?<![\w./@\-])(?:\./)?(?=[a-zA-Z])(?:" + "|".join(map(re.escape, PROGRAMS)) + ")")
_MAX_COLUMN = 2000
_NO_COMMAND = expression(
    r"[-\s]*(?:#|//|echo\b|print|name:|description:|-?\s*name:|desc\b|title:|@echo\b|\"description\")"
)
_VALUES = {
    "aws-s3": expression(r"s3://([\w.\-${}]{1,80})"),
    "cloud-run": expression(r"\s+([a-z][\w\-]{1,60})(?:\s|$)"),
    "docker-swarm": expression(r"\s([\w\-]{1,60})\s*$"),
    "helm": expression(r"(?:\s+-\S+)*\s+([\w\-]{1,60})\s"),
}
_TOKEN = expression(r"(?:\$?\{\{[^}\n]{0,200}\}\}|[^\s\"']|\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'){1,400}")
_FLAGS = frozenset(
    (
        *("--rm", "-d", "-i", "-t", "-it", "-ti", "-dit", "--detach", "--interactive", "--tty", "--init"),
        *("--privileged", "--read-only", "-P", "--quiet", "-q"),
    )
)
_TAG_OPTION = expression(r"(?:^|\s)(?:-t|--tag)[\s=]+(\S{1,200})")


class Command(NamedTuple):
    """A delivery command: PLATFORM, PUBLISH or IMAGE, whose, what, the command's first words, and where it stands."""

    kind: Kind
    name: str
    value: str
    how: str
    offset: int


def commands(text: str, start: int = 0, end: int | None = None) -> Iterator[Command]:
    """The delivery commands of a stretch of shell text; comments and messages are left out."""
    for begin in _START.finditer(text, start, len(text) if end is None else end):
        place = begin.start()
        head = text.rfind("\n", max(place - _MAX_COLUMN, 0), place) + 1
        if head == 0 and place > _MAX_COLUMN:
            continue
        match = _beginning_with(begin[0].removeprefix("./")[0]).match(text, place)
        if not match or _is_message(text[head:place]):
            continue
        how = " ".join(match[0].split())[:80]
        if match["images"]:
            yield from _image_commands(_spelled(how), _logical_line(text, match.end()), text, match.start())
            continue
        kind, name = _RULES[int(str(match.lastgroup)[1:])]
        value = _VALUES[name].search(_logical_line(text, match.end())) if name in _VALUES else None
        yield Command(kind, name, value[1] if value else "", how, match.start())


@cache
def _beginning_with(letter: str) -> re.Pattern[str]:
    """The commands whose program begins with a letter; all in one expression, they take longer to compile than to find."""
    programs = [one for one in PROGRAMS if one[0] == letter]
    rules = enumerate([*DEPLOY.values(), *PUBLISH.values()])
    named = [f"(?P<r{index}>{rule})" for index, rule in rules if any(one in rule for one in programs)]
    return re.compile(rf"(?:\./)?(?:{'|'.join([*named, f'(?P<images>{_IMAGES})'])})")


_BY_VARIABLE = expression(r"\A(\w+)(?:\s?\}\}|[)}])?(?=\s)")
_ENGINES = ("docker", "podman", "buildah", "nerdctl")


def _spelled(how: str) -> str:
    """A command about images whose program a variable holds, as one types it: `$(DOCKER) push` is `docker push`."""

    def program(match: re.Match[str]) -> str:
        return next((one for one in _ENGINES if match[1].lower().startswith(one)), _ENGINES[0])

    return _BY_VARIABLE.sub(program, how)


def _is_message(before: str) -> bool:
    """Whether what stands before a command on its line makes it text; `echo $TOKEN | docker login` still is one."""
    return bool(_NO_COMMAND.match(before)) and not (before.rstrip().endswith("|") and "#" not in before[:3])


def _logical_line(text: str, at: int) -> str:
    """The rest of the command, joined over backslashes, up to what ends a command."""
    rows: list[str] = []
    for row in text[at : at + 2000].split("\n"):
        rows.append(row.rstrip().removesuffix("\\"))
        if not row.rstrip().endswith("\\"):
            break
    return re.split(r"\s(?:&&|\|\|?|;|>)\s|;$", " ".join(rows), maxsplit=1)[0].rstrip("\"',")


def distinct(found: Iterable[Command]) -> Iterator[Command]:
    """The first of all commands that do the same to the same."""
    seen: set[tuple[str, str, str, str]] = set()
    for item in found:
        key = (item.kind, item.name, item.value, item.how if item.kind is Kind.PLATFORM else "")
        if key not in seen:
            seen.add(key)
            yield item


def _image_commands(how: str, rest: str, text: str, offset: int) -> Iterator[Command]:
    verb = how.split()[-1]
    if verb == "login":
        host = next((word for word in _words(rest, {"-u", "-p", "--username", "--password"})), "docker.io")
        if registry := registry_of(host.strip("\"'")):
            yield Command(Kind.PUBLISH, registry, "", how, offset)
    elif verb in ("run", "pull"):
        reference = next(_words(rest), "")
        if split := split_image(reference):
            yield Command(Kind.IMAGE, *split, how, max(text.find(reference, offset), offset))
    elif verb == "push":
        yield from _pushed(list(_words(rest))[:1], how, text, offset)
    elif "imagetools" in how or "--push" in rest:
        yield from _pushed(_TAG_OPTION.findall(rest), how if "imagetools" in how else f"{how} --push", text, offset)


def _pushed(references: list[str], how: str, text: str, offset: int) -> Iterator[Command]:
    for reference in references:
        written = resolved(reference.strip("\"'"), text)
        split = split_image(written)
        image = split[0] if split and "/" in written else ""  # an image of no owner nobody may push
        if registry := registry_of_reference(written, image):
            yield Command(Kind.PUBLISH, registry, image, how, offset)


def _words(rest: str, valued: set[str] | None = None) -> Iterator[str]:
    """The words of a command that are neither options nor values of options."""
    skip = False
    for match in _TOKEN.finditer(rest):
        word = match[0]
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = "=" not in word and word not in _FLAGS and (valued is None or word in valued)
            if valued is None and word.startswith("--") and re.match(r"--(?:all-tags|disable|pull|no-)", word):
                skip = False
        else:
            yield word
