"""Routes that a file's place makes: Next, SvelteKit, Nuxt, Remix, Astro, functions of Netlify, Vercel, Supabase and their like."""

from __future__ import annotations

import re
from collections.abc import Callable

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import opens_line
from llm_audit.collect.routes.handed import handed
from llm_audit.collect.routes.shared import Seen, joined, may_tell, methods_in, routes
from llm_audit.model import SourceFile

_JS = r"\.(?:[cm]?[jt]sx?)$"
_PLACES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    # before Next, whose files are called `route` as well, but stand in no folder of routes
    ("remix", "app/routes/", expression(r"(?:^|/)app/routes/([^\n]{1,300}?)(?:/route)?\.[jt]sx?$")),
    ("next", "pages/api/", expression(rf"(?:^|/)pages/(api/[^\n]{{1,300}}?){_JS}")),
    ("next", "/route.", expression(rf"(?:^|/)app/((?:[^\n]{{1,300}}/)?)route{_JS}")),
    ("medusa", "src/api/", expression(rf"(?:^|/)src/api/([^\n]{{1,300}}/)route{_JS}")),
    ("sveltekit", "/+server.", expression(rf"(?:^|/)routes/([^\n]{{1,300}}/)\+server{_JS}")),
    ("expo", "+api.", expression(rf"(?:^|/)app/([^\n]{{1,300}})\+api{_JS}")),
    ("nuxt", "server/", expression(rf"(?:^|/)server/(api/[^\n]{{1,300}}?|routes/[^\n]{{1,300}}?){_JS}")),
    ("solid", "src/routes/api/", expression(r"(?:^|/)src/routes/(api/[^\n]{1,300}?)\.[jt]sx?$")),
    ("astro", "src/pages/", expression(r"(?:^|/)src/pages/(?!api/)([^\n]{1,300}?)\.(?:js|ts)$")),
    ("supabase", "supabase/functions/", expression(r"(?:^|/)supabase/functions/(?!_)([\w\-]{1,80})/index\.(?:ts|js)$")),
    (
        "netlify",
        "netlify/",
        expression(r"(?:^|/)netlify/(?:edge-)?functions/([\w\-]{1,80})(?:/index|/\1)?\.(?:[cm]?[jt]s|go)$"),
    ),
    (
        "pages-functions",
        "functions/api/",
        expression(r"^(?:[\w\-]{1,40}/){0,2}functions/(api/[^\n]{1,200}?)\.(?:ts|js)$"),
    ),
    (
        "vercel",
        "api/",
        expression(r"^(?:(?:apps|packages)/[\w\-]{1,60}/)?(api/(?!src/)[^\n]{1,200}?)\.(?:[cm]?[jt]s|py|go|rb)$"),
    ),
)
_MARKS = tuple(dict.fromkeys(part for _, part, _ in _PLACES))
_SCRIPT = frozenset((".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts"))
_EXPORT = expression(
    r"export(?<!\Sexport)\s+(?:default\s+)?(?:(?:async\s+)?(?:function|const|let)\s+(\w{1,40})|(?:const\s+)?\{([^}]{0,300})\}|\w)"
)
_VERB = expression(
    r"""(?:method\s{0,2}[!=]={1,2}\s{0,2}|case\s+)["'](GET|POST|PUT|PATCH|DELETE)["']|methods?\s*:\s*\[?["'](POST|GET|PUT)["']"""
)
_PAGE = expression(r"^export\s+default\b", re.MULTILINE)
"""A component that is shown; a route that answers others has none (Remix, "Resource Routes")."""
_RENAMED = expression(r"\b\w{1,40}\s+as\s+")
_HANDLER = expression(
    r"export\s*(?:\s(?:default|const|async|function)|\*\s*from|\{[^}]{0,300}\b(?:GET|POST|PUT|ALL|default)\b)|module\.exports|exports\.\w+\s*=|Deno\.serve|\bserve\("
    r"|def handler|class handler|func Handler"
)


def _files(file: SourceFile) -> Finds:
    for framework, part, pattern in _PLACES:
        found = pattern.search(file.path) if part in file.path else None
        if not found:
            continue
        if file.name.endswith((".d.ts", ".test.ts", ".spec.ts", ".test.js", ".stories.tsx")):
            return
        path = _SHAPES.get(framework, _plain)(found[1])
        if not may_tell(file, path) or not _HANDLER.search(file.text):
            return
        if framework == "nuxt" and not re.search(
            r"\bdefine\w{0,20}Handler\(|\beventHandler\(|fromNodeMiddleware\(", file.text
        ):
            return
        if framework == "remix" and _PAGE.search(file.text):
            return
        methods, offset = _methods(file, framework, found[1])
        if path and (framework not in ("remix", "solid", "astro") or methods):
            more = (("modules", ",".join(handed(file)[:4])),) if file.suffix in _SCRIPT else ()
            body = 0, min(len(file.text), 40_000)
            yield from routes(file, [Seen(offset, path, framework, methods, file.name, body, more)])
        return


def _methods(file: SourceFile, framework: str, stem: str) -> tuple[tuple[str, ...], int]:
    """The methods of a route file and the offset of what exports the first."""
    names: dict[str, int] = {}
    for match in _EXPORT.finditer(file.text):
        if not opens_line(file.text, match.start()):
            continue
        for name in methods_of_names(match[1] or _RENAMED.sub("", match[2] or "")):
            names.setdefault(name, match.start())
        if re.search(r"\bexport\s+default\b", match.group()):
            names.setdefault("default", match.start())
        if framework == "remix" and re.search(r"\b(?:action|loader)\b", match.group()):
            names.setdefault("POST" if "action" in match.group() else "GET", match.start())
    start = min(names.values(), default=0)
    verbs = tuple(name for name in names if name != "default")
    if not verbs and framework == "nuxt":
        verbs = methods_in(stem.rpartition(".")[2]) if "." in stem else ()
    if not verbs:
        handled = (match[1] or match[2] for match in _VERB.finditer(file.text))
        verbs = tuple(dict.fromkeys(handled))
    return methods_in(" ".join(verbs)), start


def methods_of_names(text: str) -> tuple[str, ...]:
    """HTTP methods that stand in upper case as whole names, as exported handlers do."""
    return tuple(dict.fromkeys(re.findall(r"\b(GET|POST|PUT|PATCH|DELETE|ALL|HEAD|OPTIONS)\b", text)))


def _plain(stem: str) -> str:
    """Groups `(x)` and slots `@x` are no part of the URL, `index` stands for its folder."""
    parts = [part for part in stem.split("/") if part and not re.fullmatch(r"\([^)]*\)|@\w+", part)]
    return joined(*(parts[:-1] if parts and parts[-1] == "index" else parts))


def _flat(stem: str) -> str:
    """Remix: dots separate segments, `$x` is a parameter, a leading or trailing `_` opts out of layouts.

    Folders that end with `+` are segments, too ("remix-flat-routes", hybrid convention).
    """
    parts = re.split(r"[./](?![^\[]*\])", stem)
    kept = [part.strip("[]") for part in parts if part and not part.startswith("_") and part not in ("index", "route")]
    return joined(*(f":{part[1:]}" if part.startswith("$") and len(part) > 1 else part.rstrip("_+") for part in kept))


def _nuxt(stem: str) -> str:
    stem = re.sub(r"\.(?:get|post|put|patch|delete|head|options)$", "", stem)
    return _plain(stem.removeprefix("routes/"))


_SHAPES: dict[str, Callable[[str], str]] = {
    "remix": _flat,
    "nuxt": _nuxt,
    "supabase": lambda stem: joined("functions/v1", stem),
    "netlify": lambda stem: joined(".netlify/functions", stem),
}

COLLECTORS = (Collector("routes-files", _files, paths=expression("|".join(map(re.escape, _MARKS))), marks=_MARKS),)
