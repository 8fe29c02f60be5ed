"""What a database keeps: the names of tables, models and collections, from schemas, migrations and mapped classes.

A fact's value is the name as it is written; its detail `kind` says whether it is a table or a class, and `weight` how
often the file speaks of it, which is how often others refer to it.
"""

from __future__ import annotations

import re
from collections import Counter

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_NAME = r"(?P<name>[A-Za-z_]\w{1,60})"
_QUOTED = r"""["'`](?:\w{1,40}\.)?(?P<name>\w{2,60})["'`]"""
_CREATE = r"""(?i:\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?)["`\[]?(?:\w{1,40}["`\]]?\.["`\[]?)?(?P<name>[A-Za-z_]\w{1,60})["`\]]?\s*\("""
_CREATED = ("CREATE TABLE", "create table", "Create Table")

_WAYS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str, str], ...] = (
    ("prisma", (".prisma",), ("model",), "class", rf"^model\s+{_NAME}\s*\{{"),
    ("sql", (".sql", ".go"), _CREATED, "table", _CREATE),
    ("sqlalchemy", (".py",), ("__tablename__",), "table", rf"^\s+__tablename__(?:\s*:\s*[\w\[\]]+)?\s*=\s*{_QUOTED}"),
    ("sqlmodel", (".py",), ("table=True",), "class", rf"^class\s+{_NAME}\([^)\n]*\btable=True\s*\)"),
    ("rails", (".rb",), ("create_table",), "table", r"""^\s*create_table\s*\(?\s*[:"'](?P<name>\w{2,60})"""),
    ("laravel", (".php",), ("Schema::create",), "table", rf"Schema::create\(\s*{_QUOTED}"),
    ("doctrine", (".php",), ("ORM\\Entity",), "class", rf"#\[ORM\\Entity\b[^\n]*\](?:\s*#\[[^\n]*\])*\s*(?:final\s+)?class\s+{_NAME}"),
    ("ecto", (".ex",), ("schema \"",), "table", r'^\s+schema\s+"(?P<name>\w{2,60})"\s+do\b'),
    ("drizzle", (".ts", ".js", ".mts"), ("pgTable", "mysqlTable", "sqliteTable"), "table", rf"\b(?:pg|mysql|sqlite)Table\(\s*{_QUOTED}"),
    ("typeorm", (".ts", ".js"), ("@Entity(",), "class", rf"^@Entity\([^\n]*(?:\n@[^\n]*){{0,6}}\nexport\s+(?:default\s+)?class\s+{_NAME}"),
    ("mongoose", (".ts", ".js", ".mjs", ".cjs"), ("mongoose",), "class", rf"\b(?:mongoose\.)?model(?:<[^>\n]{{1,80}}>)?\(\s*{_QUOTED}"),
    ("sequelize", (".ts", ".js"), ("sequelize", "Sequelize"), "class", rf"\bsequelize\.define\(\s*{_QUOTED}"),
    ("jpa", (".java", ".kt"), ("@Entity",), "class",
     rf"^@Entity\b[^\n]*(?:\n\s*(?:@[^\n]*|[\w =\"'{{}}(),]*\)))*?\n(?:public\s+|open\s+|data\s+|abstract\s+|internal\s+)*class\s+{_NAME}"),
    ("exposed", (".kt",), (": Table(", "IdTable("), "table", rf"\bobject\s+{_NAME}\s*:\s*(?:\w*IdTable|Table)\("),
    ("ef-core", (".cs",), ("DbSet<",), "class", rf"\bDbSet<\s*(?!T(?:[A-Z]\w*)?\s*>){_NAME}\s*>"),
    ("diesel", (".rs",), ("table!",), "table", rf"\btable!\s*\{{\s*(?:use\s[^;]*;\s*)*(?:///[^\n]*\n\s*)*(?:\w+\.)?{_NAME}\s*\("),
    ("gorm", (".go",), ("AutoMigrate(",), "class", rf"(?:AutoMigrate\(|,)\s*&(?:\w+\.)?{_NAME}\{{\}}"),
)  # fmt: skip
"""Tool, suffixes, literals, what its name names, and the expression that finds one."""

_COMPILED = tuple(
    (tool, suffixes, needs, kind, expression(pattern, re.MULTILINE)) for tool, suffixes, needs, kind, pattern in _WAYS
)
_MOST = 400
_PASSING = expression(r"(?i)(^|_)(?:te?mp|bak|backup)(?:_|\Z)|_(?:old|new)\Z|^(?:old|new)_")
"""Tables that a migration makes in order to give another one its shape."""


def _tables(file: SourceFile) -> Finds:
    text = file.text
    for tool, suffixes, needs, kind, pattern in _COMPILED:
        if file.suffix not in suffixes or not any(literal in text for literal in needs):
            continue
        found: dict[str, int] = {}
        for match in pattern.finditer(text):
            if len(found) < _MOST and not _PASSING.search(match["name"]) and not in_comment(text, match.start()):
                found.setdefault(match["name"], match.start("name"))
        if not found:
            continue
        said = Counter(re.findall(r"[A-Za-z_]\w+", text))
        for name, offset in found.items():
            yield at(file, offset, Kind.SETTING, "db.table", name, tool=tool, kind=kind, weight=str(said[name]))


_CLASS = expression(rf"^class\s+{_NAME}\((?P<bases>[\w.,\s\[\]=]{{1,300}})\)\s*:", re.MULTILINE)
_BASE = expression(r"(?:models|db)\.Model\b")
_FOREIGN = expression(r"\w{2,40}Model$")
_UNMAPPED = expression(r"^\s+(?:abstract|proxy|__abstract__)\s*=\s*True\b", re.MULTILINE)
_MODELS = expression(r"(^|/)models(/|\.py$|_?\w{0,20}\.py$)")


def _mapped(file: SourceFile) -> Finds:
    """Model classes of Django and its like: those of the framework's base, of another model of the file, of a project's own base."""
    text = file.text
    own_bases = "django" in text and _MODELS.search(file.path) is not None
    classes = list(_CLASS.finditer(text))
    known: set[str] = set()
    said = Counter(re.findall(r"[A-Za-z_]\w+", text))
    ends = [match.start() for match in classes[1:]] + [len(text)][: len(classes)]
    for match, end in zip(classes, ends, strict=True):
        bases = [base.strip() for base in match["bases"].split(",")]
        if not any(
            _BASE.match(base) or base in known or (own_bases and _FOREIGN.match(base) and base != "BaseModel")
            for base in bases
        ):
            continue
        known.add(match["name"])
        body = text[match.end() : end]
        if len(known) <= _MOST and not _UNMAPPED.search(body) and not match["name"].endswith("Mixin"):
            at_name = match.start("name")
            yield at(
                file,
                at_name,
                Kind.SETTING,
                "db.table",
                match["name"],
                tool="django",
                kind="class",
                weight=str(said[match["name"]]),
            )


COLLECTORS = (
    Collector(
        "data-models", _mapped, suffixes=frozenset({".py"}), needs=("models.Model", "db.Model", "Model)", "Model,")
    ),
    Collector(
        "data-tables",
        _tables,
        suffixes=frozenset(suffix for _, suffixes, *_ in _WAYS for suffix in suffixes),
        needs=tuple(dict.fromkeys(literal for _, _, needs, *_ in _WAYS for literal in needs)),
    ),
)
