"""Python classes whose fields are variables: pydantic settings and environ-config."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from llm_audit.collect.env.py_names import Names
from llm_audit.collect.env.py_syntax import dotted, literal
from llm_audit.collect.env.reading import DEFAULT, OPTIONAL, REQUIRED, Reading

_MAX_DEPTH = 4


@dataclass(frozen=True, slots=True)
class _Config:
    prefix: str = ""
    delimiter: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class _Field:
    names: tuple[str, ...]
    need: str
    default: str


def settings_readings(tree: ast.Module, names: Names, text: str) -> Iterator[Reading]:
    """The variables of every settings class of the module."""
    modern = "pydantic_settings" in text
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            if _is_settings(node, names, text, 0):
                config = _config(node, names, 0)
                passed = {f"{config.prefix}{name}".upper() for name in _passed(tree, node.name)}
                for reading in _fields(node, names, config, modern, 0):
                    yield replace(reading, need=OPTIONAL) if reading.name.upper() in passed else reading
            else:
                yield from _environ_config(node)
        elif isinstance(node, ast.Call) and names.library(_made(node)) == "django-environ":
            yield from _scheme(node)


def _passed(tree: ast.Module, name: str) -> set[str]:
    """The fields that each call of a settings class in this module gives a value, by keyword or out of a dict."""
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]
    given = [{key for keyword in call.keywords for key in _keys(tree, keyword)} for call in calls]
    return set.intersection(*given) if given else set()


def _keys(tree: ast.Module, keyword: ast.keyword) -> Iterator[str]:
    if keyword.arg is not None:
        yield keyword.arg
        return
    wanted = keyword.value.id if isinstance(keyword.value, ast.Name) else ""
    for node in ast.walk(tree) if wanted else ():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and wanted in _targets(node):
            yield from (
                key.value for key in node.value.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
            )


def _made(node: ast.Call) -> str:
    return dotted(node.func)


def _bases(node: ast.ClassDef) -> list[str]:
    return [name for base in node.bases if (name := dotted(base.value if isinstance(base, ast.Subscript) else base))]


def _is_settings(node: ast.ClassDef, names: Names, text: str, depth: int) -> bool:
    for base in _bases(node):
        last = base.rpartition(".")[2]
        if last in ("BaseSettings", "EnvSettings") or last.endswith("BaseSettings"):
            return True
        known = names.classes.get(last)
        if known is not None and known is not node and depth < _MAX_DEPTH:
            if _is_settings(known, names, text, depth + 1):
                return True
        elif last.endswith(("Settings", "Config")) and known is None and _names_prefix(node):
            return True
    return False


def _names_prefix(node: ast.ClassDef) -> bool:
    """Whether the class configures how settings are read, which a plain model does not."""
    return any(keyword.arg in ("env_prefix", "env_file", "env_nested_delimiter") for keyword in _config_keywords(node))


def _config_keywords(node: ast.ClassDef) -> list[ast.keyword]:
    """`model_config = SettingsConfigDict(...)` or a dict, an inner `class Config`, and keywords of the class itself."""
    found = list(node.keywords)
    for item in node.body:
        if isinstance(item, ast.ClassDef) and item.name == "Config":
            for line in item.body:
                if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                    found.append(ast.keyword(line.targets[0].id, line.value))
        value = item.value if isinstance(item, ast.Assign | ast.AnnAssign) else None
        if value is None or "model_config" not in _targets(item):
            continue
        if isinstance(value, ast.Call):
            found.extend(value.keywords)
        elif isinstance(value, ast.Dict):
            pairs = zip(value.keys, value.values, strict=True)
            found.extend(ast.keyword(str(key.value), each) for key, each in pairs if isinstance(key, ast.Constant))
    return found


def _targets(item: ast.stmt) -> list[str]:
    targets = item.targets if isinstance(item, ast.Assign) else [item.target] if isinstance(item, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _config(node: ast.ClassDef, names: Names, depth: int) -> _Config:
    base = _Config()
    for name in _bases(node):
        known = names.classes.get(name.rpartition(".")[2])
        if known is not None and known is not node and depth < _MAX_DEPTH:
            base = _config(known, names, depth + 1)
    values = {keyword.arg: keyword.value for keyword in _config_keywords(node)}
    prefix = _constant(values.get("env_prefix"), names)
    delimiter = _constant(values.get("env_nested_delimiter"), names)
    sensitive = values.get("case_sensitive")
    return _Config(
        base.prefix if prefix is None else prefix,
        base.delimiter if delimiter is None else delimiter,
        bool(sensitive.value) if isinstance(sensitive, ast.Constant) else base.sensitive,
    )


def _constant(node: ast.expr | None, names: Names) -> str | None:
    if isinstance(node, ast.Name):
        return names.constants.get(node.id)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _fields(node: ast.ClassDef, names: Names, config: _Config, modern: bool, depth: int) -> Iterator[Reading]:
    for item in node.body:
        if not isinstance(item, ast.AnnAssign) or not isinstance(item.target, ast.Name):
            continue
        name, kind = item.target.id, ast.unparse(item.annotation)
        if name.startswith("_") or name == "model_config" or "ClassVar" in kind:
            continue
        nested = next((names.classes[word] for word in _words(item.annotation) if word in names.classes), None)
        if nested is not None and not _is_enum(nested):
            if depth < _MAX_DEPTH and config.delimiter and not _is_settings(nested, names, "", 0):
                inner = _Config(f"{config.prefix}{name}{config.delimiter}", config.delimiter, config.sensitive)
                for reading in _fields(nested, names, inner, modern, depth + 1):
                    given = reading.need == REQUIRED and _is_given(item.value)
                    yield replace(reading, need=OPTIONAL) if given else reading
            elif not _is_settings(nested, names, "", 0):
                yield from _emit(item, _field(item, name, kind, config, modern))
            continue
        if isinstance(item.value, ast.Call) and _last(item.value).endswith(("Settings", "Config")):
            continue
        if kind.endswith(("Settings", "Config")) and isinstance(item.value, ast.Call):
            continue
        yield from _emit(item, _field(item, name, kind, config, modern))


def _is_given(value: ast.expr | None) -> bool:
    """Whether a field of models has a model as its value, made with arguments that stand for those of the environment."""
    return isinstance(value, ast.Call) and bool(value.args or value.keywords) and _last(value) != "Field"


def _last(node: ast.Call) -> str:
    return dotted(node.func).rpartition(".")[2]


def _words(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id


def _is_enum(node: ast.ClassDef) -> bool:
    return any("Enum" in base or base in ("str", "int") for base in _bases(node))


def _emit(item: ast.AnnAssign, field: _Field) -> Iterator[Reading]:
    for name in field.names:
        yield Reading(name, item.lineno, "pydantic-settings", field.need, field.default, "schema")


def _field(item: ast.AnnAssign, name: str, kind: str, config: _Config, modern: bool) -> _Field:
    own = config.prefix + name
    names: tuple[str, ...] = (own if config.sensitive else own.upper(),)
    call = _field_call(item)
    value = item.value
    if call is not None:
        names = _aliases(call) or names
        value = _field_default(call, item)
    optional = "Optional" in kind or "None" in kind
    if value is None or (isinstance(value, ast.Constant) and value.value is ...):
        return _Field(names, OPTIONAL if optional and not modern else REQUIRED, "")
    text = literal(value)
    if text is None:
        return _Field(names, DEFAULT if call is None or "factory" not in ast.dump(call)[:2000] else OPTIONAL, "")
    return _Field(names, DEFAULT if text else OPTIONAL, text)


def _field_call(item: ast.AnnAssign) -> ast.Call | None:
    """`Field(...)` as the value or inside `Annotated[...]`."""
    if isinstance(item.value, ast.Call) and _last(item.value) in ("Field", "SettingsField"):
        return item.value
    for part in ast.walk(item.annotation):
        if isinstance(part, ast.Call) and _last(part) == "Field":
            return part
    return None


def _field_default(call: ast.Call, item: ast.AnnAssign) -> ast.expr | None:
    if item.value is not None and item.value is not call:
        return item.value
    if call.args:
        return call.args[0]
    return next((keyword.value for keyword in call.keywords if keyword.arg in ("default", "default_factory")), None)


def _aliases(call: ast.Call) -> tuple[str, ...]:
    """Names given by `validation_alias`, `alias` or `env`; they take the place of prefix and field name."""
    for wanted in ("validation_alias", "alias", "env"):
        for keyword in call.keywords:
            if keyword.arg == wanted:
                found = [part.value for part in ast.walk(keyword.value) if isinstance(part, ast.Constant)]
                return tuple(text.upper() for text in found if isinstance(text, str))
    return ()


def _environ_config(node: ast.ClassDef) -> Iterator[Reading]:
    """`@environ.config(prefix="APP")` with `environ.var()` fields."""
    prefix = None
    for decorator in node.decorator_list:
        if dotted(decorator.func if isinstance(decorator, ast.Call) else decorator) == "environ.config":
            keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
            prefix = next((str(item.value.value) for item in keywords if isinstance(item.value, ast.Constant)), "APP")
    if prefix is None:
        return
    for item in node.body:
        if (
            isinstance(item, ast.Assign)
            and isinstance(item.value, ast.Call)
            and _made(item.value).startswith("environ.")
        ):
            for name in _targets(item):
                default = item.value.args[0] if item.value.args else None
                default = next((word.value for word in item.value.keywords if word.arg == "default"), default)
                text = literal(default) or ""
                need = REQUIRED if default is None else DEFAULT if text else OPTIONAL
                full = f"{prefix}_{name}".strip("_").upper()
                yield Reading(full, item.lineno, "environ-config", need, text, "schema")


def _scheme(node: ast.Call) -> Iterator[Reading]:
    """`environ.Env(DEBUG=(bool, False))`: types and defaults by name; a type alone is no default."""
    for keyword in node.keywords:
        pair = keyword.value.elts if isinstance(keyword.value, ast.Tuple) else []
        if keyword.arg and keyword.arg.isupper() and len(pair) > 1:
            text = literal(pair[1]) or ""
            yield Reading(
                keyword.arg, keyword.value.lineno, "django-environ", DEFAULT if text else OPTIONAL, text, "schema"
            )
