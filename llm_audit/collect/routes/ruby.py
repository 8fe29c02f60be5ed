"""Routes of Ruby servers: Rails' `routes.rb` with its nesting, Sinatra, Grape; controllers open to posts from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.collect.routes.shared import Seen, joined, methods_in, mount, routes
from llm_audit.model import Kind, SourceFile

_LINE = expression(
    r"""^[ \t]*(?:(?P<nest>namespace|scope|resources?|collection|member|constraints|concern|authenticate|authenticated|defaults|direct|controller|draw|devise_scope|with_options|if|unless)\b(?P<rest>[^\n]{0,300})|(?P<verb>get|post|put|patch|delete|match|root|mount)\b[ (]+(?P<args>[^\n]{0,300})|(?P<open>[^\n]{0,200}\bdo\b(?:[ \t]*\|[^|\n]{0,40}\|)?[ \t]*$)|(?P<end>end)\b)""",  # noqa: E501
    re.MULTILINE,
)
_PATH = expression(r"""^\s*\(?\s*(?:["']([^"'\n]{0,200})["']|:(\w{1,80}))""")
_OPTION = expression(
    r"""\b(path|module|controller|to|action|via|only|at|as)\s*(?::|=>)\s*(?:["']([^"'\n]{0,150})["']|:(\w{1,80})|(\[[^\]\n]{0,120}\]|%i\[[^\]\n]{0,100}\]))"""
)
_DO = expression(r"\bdo\b(?:[ \t]*\|[^|\n]{0,40}\|)?[ \t]*(?:#[^\n]*)?$|^[ \t]*(?:if|unless)\b")
_NEST_PATHS = frozenset(("namespace", "scope", "resources", "resource"))


def _options(text: str) -> dict[str, str]:
    return {match[1]: match[2] or match[3] or match[4] or "" for match in _OPTION.finditer(text)}


def _rails(file: SourceFile) -> Finds:
    yield from routes(file, _seen(file))
    for match in re.finditer(
        r"""^[ \t]*mount[ (]+([A-Z][\w:.]{2,80})[^\n]{0,40}?(?:=>|at:)\s*["']([^"'\n]{1,100})["']""",
        file.text,
        re.MULTILINE,
    ):
        yield from mount(file, match.start(), match[2], match[1], "rails")
        if match[1] in _RECEIVERS:
            seen = Seen(match.start(), joined(match[2]), "rails", ("POST",), match[1], outside=True)
            yield from routes(file, (seen,))


_RECEIVERS = frozenset({"StripeEvent::Engine"})
"""Engines that a provider calls at the very path under which they are mounted."""
_SIGNED = expression(r"^[ \t]*(?P<call>StripeEvent\.signing_secrets?)\s*=(?P<value>[^\n]{1,200})", re.MULTILINE)


def _engines(file: SourceFile) -> Finds:
    """With which variable an engine checks its caller: the check itself stands in the engine's package."""
    for match in _SIGNED.finditer(file.text):
        names = ", ".join(_ENV.findall(match["value"]))
        yield at(file, match.start(), Kind.VERIFY, match["call"], names, language="ruby")


_ENV = expression(r"""\bENV(?:\.fetch\(|\[)\s?["']([A-Z][A-Z0-9_]{1,60})["']""")


def _seen(file: SourceFile) -> Iterator[Seen]:
    stack: list[tuple[str, str]] = []  # (path, controller) of each open block
    for match in _LINE.finditer(file.text):
        if in_comment(file.text, match.start()):
            continue
        prefix = [path for path, _ in stack]
        if match["end"]:
            del stack[-1:]
        elif match["verb"]:
            yield from _verb(match, prefix, stack)
            if _DO.search(match["args"]):
                stack.append(("", ""))
        elif match["nest"]:
            rest = match["rest"]
            yield from _resource(match, rest, prefix)
            if _DO.search(match.group()):
                stack.append(_opened(match["nest"], rest))
        else:
            stack.append(("", ""))


def _opened(kind: str, rest: str) -> tuple[str, str]:
    options, first = _options(rest), _PATH.match(rest)
    name = (first[1] or first[2] or "") if first else ""
    path = options.get("path", name if kind in _NEST_PATHS else "")
    if kind == "resources" and path:
        path = f"{path}/:{name.rstrip('s')}_id"
    return path, options.get("controller", "")


def _verb(match: re.Match[str], prefix: list[str], stack: list[tuple[str, str]]) -> Iterator[Seen]:
    args, first = match["args"], _PATH.match(match["args"])
    if not first or match["verb"] in ("root", "mount"):
        return
    options = _options(args)
    arrow = re.search(r"""=>\s*["']([\w/]+#\w+)["']""", args)
    handler = (
        options.get("to")
        or (arrow[1] if arrow else "")
        or "#".join(part for part in (options.get("controller", ""), options.get("action", "")) if part)
    )
    controller = next((name for _, name in reversed(stack) if name), "")
    methods = methods_in(options.get("via", "")) if match["verb"] == "match" else (match["verb"].upper(),)
    yield Seen(match.start(), joined(*prefix, first[1] or first[2] or ""), "rails", methods, handler or controller)


def _resource(match: re.Match[str], rest: str, prefix: list[str]) -> Iterator[Seen]:
    """`resources :webhooks, only: [:create]` is a route that others post to; without `only` it is a page about webhooks."""
    first = _PATH.match(rest)
    if match["nest"] not in ("resources", "resource") or not first:
        return
    options = _options(rest)
    only = re.findall(r"\w+", options.get("only", ""))
    if "create" in only and not {"index", "edit", "update", "destroy", "new"} & set(only):
        name = first[1] or first[2] or ""
        yield Seen(
            match.start(),
            joined(*prefix, options.get("path", name)),
            "rails",
            ("POST",),
            f"{options.get('controller', name)}#create",
        )


_SINATRA = expression(
    r"""^[ \t]*(get|post|put|patch|delete)[ (]+["'](/[^"'\n]{1,150})["']\)?[^\n]{0,60}\bdo\b""", re.MULTILINE
)


def _sinatra(file: SourceFile) -> Finds:
    def seen() -> Iterator[Seen]:
        for match in _SINATRA.finditer(file.text):
            end = file.text.find("\nend", match.end())
            yield Seen(
                match.start(),
                match[2],
                "sinatra",
                (match[1].upper(),),
                "",
                (match.end(), end if end > 0 else len(file.text)),
            )

    if not file.path.endswith("routes.rb"):
        yield from routes(file, seen())


_SKIPS = expression(
    r"^[ \t]*(?:skip_before_action\s+:verify_authenticity_token|skip_forgery_protection|protect_from_forgery\s+(?:with:\s*:null_session|except:))",
    re.MULTILINE,
)
_CLASS = expression(r"^[ \t]*class\s+([\w:]{1,120})", re.MULTILINE)


def _controllers(file: SourceFile) -> Finds:
    for match in _SKIPS.finditer(file.text):
        named = _CLASS.search(file.text)
        if named and not in_comment(file.text, match.start()):
            yield at(file, match.start(), Kind.SETTING, "route.handler", named[1], csrf="exempt", framework="rails")
            return


COLLECTORS = (
    Collector("routes-rails", _rails, paths=expression(r"(?:^|/)config/(?:routes|routes/[\w/]{1,80})\.rb$"), marks=("config/routes",)),
    Collector("routes-sinatra", _sinatra, suffixes=frozenset((".rb", ".ru")), needs=("post ", "get ")),
    Collector("routes-rails-engines", _engines, suffixes=frozenset((".rb",)), needs=("StripeEvent.signing_secret",)),
    Collector(
        "routes-rails-controllers",
        _controllers,
        paths=expression(r"(?:^|/)controllers/[\w/]{1,120}\.rb$"),
        marks=("controllers/",),
        needs=("forgery", "authenticity_token"),
    ),
)  # fmt: skip
