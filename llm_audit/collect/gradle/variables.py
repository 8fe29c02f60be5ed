"""Names that a Gradle script gives to versions and coordinates, and texts in which they are replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llm_audit.collect.expressions import expression
from llm_audit.collect.gradle.script import Statement, Token

_DECLARE = frozenset(
    {"val", "def", "var", "const", "final", "static", "String", "private", "internal", "public", "lateinit"}
)
_EXTRA = expression(r"(?:\w+\.)?(?:ext|extra|set|extra\.set)\Z")
_PREFIX = expression(r"(?:(?:rootProject|project|ext|extra|extensions|properties)\.)+")
_REFERENCE = expression(r"\$\{(?P<braced>[^}]{1,200})\}|\$(?P<plain>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")
_QUOTED = expression(r"[\"']([\w.\-]+)[\"']")


def variables(row: Statement) -> Iterator[tuple[str, Token]]:
    """What a statement assigns: a name in any notation, or the entries of a map as `map.key`.

    Constants of a Kotlin object have its name before theirs, as in `Libs.retrofit`.
    """
    tokens = list(row.tokens)
    objects = [block for block in row.blocks if block[:1].isupper()]
    if _EXTRA.match(row.head) and len(row.strings()) == 2 and len(tokens) > 1 and tokens[1].text in ("[", "("):
        key, text = row.strings()
        yield key.text, text
        return
    declared = tokens[0].text in _DECLARE
    while tokens and tokens[0].text in _DECLARE:
        tokens = tokens[1:]
    if len(tokens) < 3 or tokens[0].kind != "word" or not (declared or tokens[1].text == "="):
        return
    name = ".".join([*objects, _PREFIX.sub("", tokens[0].text)])
    if any(token.text == "[" and token.kind == "punct" for token in tokens):
        for entry, token in row.named().items():
            if token.kind == "string":
                yield f"{name}.{entry}", token
    elif value := next((token for token in tokens if token.kind == "string"), None):
        yield name, value


def resolved(text: str, texts: Mapping[str, str]) -> str:
    """The text with references to known variables replaced; others stay as written."""
    for _ in range(3):
        if "$" not in text or len(text) > 600:
            break
        text = _REFERENCE.sub(lambda match: looked_up(match["braced"] or match["plain"], texts) or match[0], text)
    return text


def looked_up(expression: str, texts: Mapping[str, str]) -> str:
    """The text that a variable holds, empty when it is not known here."""
    quoted = _QUOTED.search(expression)
    name = _PREFIX.sub("", quoted[1] if quoted else expression.strip())
    return texts.get(name) or texts.get(f"ext.{name}") or ""
