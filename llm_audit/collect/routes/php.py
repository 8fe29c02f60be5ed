"""Routes of PHP servers: Laravel, Symfony, Slim and its like, WordPress, scripts that are an endpoint by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, in_comment
from llm_audit.collect.routes.shared import Seen, joined, methods_in, routes
from llm_audit.collect.routes.words import telling_path, words_of
from llm_audit.model import Kind, SourceFile

_PHP = frozenset((".php",))
_ROUTE = expression(
    r"""(?:\bRoute::|->|\$(?:app|router|routes|r|group)->)(get|post|put|patch|delete|any|match|map|stripeWebhooks|webhooks|add|addRoute)\(\s*(?:(\[[^\]\n]{1,80}\]|["'](?:GET|POST|PUT)["'])\s*,\s*)?["']([^"'\n]{0,200})["']\s*[,)]"""
)
_GROUP = expression(r"(?:->|Route::)group\(")
_PREFIX = expression(
    r"""(?:\bprefix\(\s*|["']prefix["']\s*=>\s*|\$(?:app|router|routes)->group\(\s*)["']([^"'\n]{0,120})["']"""
)
_MIDDLEWARE = expression(
    r"""\bmiddleware(?:\(\s*|["']\s*=>\s*)(\[[^\]]{0,300}\]|["'][^"'\n]{1,100}["']|\w{1,80}::class)"""
)
_CONTROLLER = expression(r"\bcontroller\(\s*([\w\\]{1,120})::class")
_HANDLER = expression(
    r"""\[\s*([\w\\]{1,120})::class\s*,\s*["'](\w{1,80})["']|([\w\\]{1,120})::class|["']([\w\\]{1,100}@\w{1,60}|[\w\\:]{2,100})["']"""
)


def _laravel(file: SourceFile) -> Finds:
    yield from routes(file, _seen(file))


def _seen(file: SourceFile) -> Iterator[Seen]:
    text = file.text
    groups = [
        (_group(text, match), match.start(), block_end(text, match.end() - 1, 200_000))
        for match in _GROUP.finditer(text)
    ]
    laravel = "Route::" in text
    base = "api" if laravel and re.search(r"(?:^|/)routes/api[^/]*\.php$", file.path) else ""
    if laravel and re.search(r"(?:^|/)routes/(?:\w{1,30}/)?web_?hooks?\.php$", file.path):
        base = "webhooks"
    for match in _ROUTE.finditer(text):
        head = _statement(text, match.start())
        if not laravel and not re.match(r"\$(?:app|router|routes|r|group)->", match.group()):
            continue
        around = [chain for chain, start, end in groups if start < match.start() < end]
        chains = [*around, head if "Route::" in head or "prefix" in head else ""]
        prefixes = [found[1] for chain in chains for found in _PREFIX.finditer(chain)]
        end = block_end(text, text.find("(", match.start(1)), 4000)
        tail = text[end : end + 300].split(";")[0]
        verb = match[1].upper()
        methods = (
            methods_in(match[2]) if match[2] else () if verb in ("ANY", "MATCH", "MAP", "ADD", "ADDROUTE") else (verb,)
        )
        if "WEBHOOKS" in verb:
            methods = ("POST",)
        marks = [mark for chain in [*chains, tail] for mark in _names(chain)]
        more = (("middleware", ",".join(dict.fromkeys(marks))),) if marks else ()
        handler = _handler(text[match.end() : end], chains)
        given = [*prefixes, match[3]][0].strip("/").split("/")[0]
        path = joined("" if base and given.startswith(base.removesuffix("s")) else base, *prefixes, match[3])
        yield Seen(match.start(1), path, "laravel" if laravel else "php", methods, handler, (match.end(), end), more)


def _statement(text: str, offset: int) -> str:
    """The chain of calls before an offset, back to the end of the statement before."""
    start = max(
        text.rfind(";", max(0, offset - 600), offset), text.rfind("{", max(0, offset - 600), offset), offset - 600, -1
    )
    return text[start + 1 : offset]


def _group(text: str, match: re.Match[str]) -> str:
    """The chain that leads to a group, with the options that stand before its function."""
    options = re.split(r"\b(?:static\s+)?(?:function|fn)\b", text[match.end() : match.end() + 400], maxsplit=1)[0]
    return (
        _statement(text, match.start())
        + match.group()
        + (options if options.lstrip().startswith(("[", "array", '"', "'")) else "")
    )


def _names(chain: str) -> list[str]:
    return [
        name
        for found in _MIDDLEWARE.finditer(chain)
        for name in re.findall(r"""["']([\w:.,\-]{1,60})["']|(\w{1,60})::class""", found[1])
        for name in name
        if name
    ]


def _handler(text: str, chains: list[str]) -> str:
    found = _HANDLER.search(text[:300])
    if not found or re.match(r"\s*(?:static\s+)?(?:function|fn)\b", text):
        return ""
    if found[1]:
        return f"{found[1].rpartition(chr(92))[2]}.{found[2]}"
    group = next((match[1] for chain in reversed(chains) if (match := _CONTROLLER.search(chain))), "")
    name = (found[3] or found[4] or "").rpartition("\\")[2]
    return f"{group.rpartition(chr(92))[2]}.{name}" if group and found[4] else name


_ATTRIBUTE = expression(r"""(?:#\[|@)(?:\w{1,30}\\)?Route\(\s*(?:(?:path|value)\s*[:=]\s*)?["']([^"'\n]{0,200})["']""")
_CLASS = expression(r"^(?:(?:final|abstract|readonly)\s+)*class\s+(\w{1,100})", re.MULTILINE)
_FUNCTION = expression(r"function\s+(\w{1,80})\s*\(")


def _symfony(file: SourceFile) -> Finds:
    text = file.text
    declared = _CLASS.search(text)
    start = declared.start() if declared else 0
    found = list(_ATTRIBUTE.finditer(text))
    prefix = next((match[1] for match in found if match.start() < start), "")
    seen: list[Seen] = []
    for match in found:
        function = _FUNCTION.search(text, match.end(), match.end() + 1500)
        invoked = match.start() < start and "function __invoke" in text
        if not function or (match.start() < start and not invoked):
            continue
        args = text[match.start() : block_end(text, text.find("(", match.start()), 800)]
        named = re.search(r"methods\s*[:=]\s*(?:[\[{]([^\]}]{1,80})[\]}]|([\"']\w+[\"']))", args)
        methods = methods_in(named[1] or named[2]) if named else ()
        brace = text.find("{", function.end(), function.end() + 800)
        span = (function.start(), block_end(text, brace if brace > 0 else function.end()))
        name = f"{declared[1]}.{function[1]}" if declared else function[1]
        path = joined(match[1]) if invoked else joined(prefix, match[1])
        seen.append(Seen(match.start(), path, "symfony", methods, name, span))
    yield from routes(file, seen)


_REST = expression(
    r"""\bregister_rest_route\(\s*(?:["']([\w/\-.]{1,80})["']|([\w$>:\-\\]{1,80}?)(?:\(\))?)\s*,\s*(?:["']([^"'\n]{1,150})["']|((?:self|static)::\w{1,60}|\$this->\w{1,60}))"""
)
_CHECKS = expression(
    r"""permission_callback["']\s*=>\s*[^"']{0,80}["']((?:verify|validate)\w{0,60}|\w{0,40}signature\w{0,40})["']"""
)
_HANDLES = expression(r"""(?<!permission_)callback["']\s*=>\s*(?:\[|array\()?[^"']{0,80}["'](\w{1,80})["']""")


def _held(text: str, name: str) -> str:
    """What a constant or property of the file holds, or the name itself as a parameter of the path."""
    word = re.split(r"::|->", name)[-1]
    bound = re.search(rf"""(?:\bconst\s+(?:string\s+)?|\$){re.escape(word)}\s*=\s*["']([^"'\n]{{1,120}})["']""", text)
    return bound[1] if bound else name


_ACTION = expression(
    r"""\badd_action\(\s*["'](woocommerce_api_[\w\-]{1,60}|admin_post_nopriv_[\w\-]{1,60}|wp_ajax_nopriv_[\w\-]{1,60})["']\s*,\s*([^\n;]{1,120})"""
)
_SCRIPT = frozenset(("webhook", "webhooks", "ipn", "callback", "postback", "notify"))


def _wordpress(file: SourceFile) -> Finds:
    text = file.text
    seen: list[Seen] = []
    for match in _REST.finditer(text):
        args = text[match.start() : block_end(text, text.find("(", match.start()), 3000)]
        verbs = re.findall(r"methods[\"']\s*=>\s*((?:array\(|\[)[^)\]]{1,100}|[^,\n]{1,60})", args)
        methods = methods_in(" ".join(verbs).replace("CREATABLE", "POST").replace("READABLE", "GET"))
        handler, checks = _HANDLES.search(args), _CHECKS.search(args)
        space = match[1] or _held(text, match[2])
        route = match[3] or _held(text, match[4])
        more = (("verify", checks[1]),) if checks else ()
        at_path = joined("wp-json", space, route)
        seen.append(Seen(match.start(), at_path, "wordpress", methods, handler[1] if handler else "", more=more))
    for match in _ACTION.finditer(text):
        path = (
            f"/wc-api/{match[1].removeprefix('woocommerce_api_')}"
            if match[1].startswith("woo")
            else f"/wp-admin/admin-post.php/{match[1]}"
        )
        named = "".join(re.findall(r"[\"'](\w+)[\"']", match[2])[-1:])
        seen.append(Seen(match.start(), path, "wordpress", (), named, outside=path.startswith("/wc-api/")))
    yield from routes(file, seen)


def _scripts(file: SourceFile) -> Finds:
    """`webhook.php` that reads the request itself is an endpoint at its own path."""
    words = words_of(file.name.removesuffix(".php"))
    reads = file.text.find("php://input") if "php://input" in file.text else file.text.find("$_POST")
    if (
        reads < 0
        or not _SCRIPT & set(words)
        or _CLASS.search(file.text)
        or not telling_path(f"/{file.name}", ("POST",))
    ):
        return
    yield from routes(
        file, [Seen(reads, f"/{file.path}", "php", ("POST",), file.name, (0, min(len(file.text), 30_000)))]
    )


_EXCEPT = expression(r"""(?:\$except\s*=\s*\[|validateCsrfTokens\(\s*except\s*:\s*\[)([^\]]{1,800})\]""")


def _exempt(file: SourceFile) -> Finds:
    """Paths that take requests without a form token: other systems post to them."""
    if "csrf" not in file.text.lower():
        return
    for match in _EXCEPT.finditer(file.text):
        for path in re.finditer(r"""["']([\w/*\-.{}]{2,120})["']""", match[1]):
            offset = match.start(1) + path.start()
            if not in_comment(file.text, offset):
                yield at(file, offset, Kind.SETTING, "route.csrf_exempt", joined(path[1]), framework="laravel")


COLLECTORS = (
    Collector("routes-laravel", _laravel, suffixes=_PHP, needs=("Route::", "$app->", "$router->", "$routes->", "$group->")),
    Collector("routes-symfony", _symfony, suffixes=_PHP, needs=("Route(",)),
    Collector("routes-wordpress", _wordpress, suffixes=_PHP, needs=("register_rest_route", "_nopriv_", "woocommerce_api_")),
    Collector("routes-php-scripts", _scripts, suffixes=_PHP, needs=("php://input", "$_POST")),
    Collector("routes-csrf-exempt", _exempt, suffixes=_PHP, needs=("$except", "validateCsrfTokens")),
)  # fmt: skip
