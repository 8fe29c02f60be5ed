"""Routes of Ruby servers: Rails' `routes.rb` with its nesting, Sinatra, Grape; controllers open to posts from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

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


_INGRESS = expression(
    r"^[ \t]*config\.action_mailbox\.ingress\s*=\s*:(mailgun|mandrill|postmark|relay|sendgrid)\b", re.MULTILINE
)
_SIGNS = frozenset({"mailgun", "mandrill"})
"""Providers that sign what they deliver to Action Mailbox; the others show a password ("Action Mailbox Basics", Rails guides)."""


def _mailbox(file: SourceFile) -> Finds:
    """The route of Action Mailbox at which a provider delivers mail."""
    if re.search(r"environments/(?:test|development)\.rb$", file.path):
        return
    for match in _INGRESS.finditer(file.text):
        path = f"/rails/action_mailbox/{match[1]}/inbound_emails{'/mime' if match[1] == 'mailgun' else ''}"
        check = "signature of the provider" if match[1] in _SIGNS else "basic auth"
        yield at(
            file,
            match.start(),
            Kind.ROUTE,
            path,
            "POST",
            framework="rails",
            signal="path",
            word="inbound",
            verify=check,
        )


class _Block(NamedTuple):
    """What an open block adds to the routes in it: to their path, to their controllers' names, a controller itself."""

    path: str = ""
    module: str = ""
    controller: str = ""


def _seen(file: SourceFile) -> Iterator[Seen]:
    stack: list[_Block] = []
    for match in _LINE.finditer(file.text):
        if in_comment(file.text, match.start()):
            continue
        if match["end"]:
            del stack[-1:]
        elif match["verb"]:
            yield from _verb(match, stack)
            if _DO.search(match["args"]):
                stack.append(_Block())
        elif match["nest"]:
            rest = match["rest"]
            yield from _resource(match, rest, stack)
            if _DO.search(match.group()):
                stack.append(_opened(match["nest"], rest))
        else:
            stack.append(_Block())


def _opened(kind: str, rest: str) -> _Block:
    options, first = _options(rest), _PATH.match(rest)
    name = (first[1] or first[2] or "") if first else ""
    path = options.get("path", name if kind in _NEST_PATHS else "")
    if kind == "resources" and path:
        path = f"{path}/:{name.rstrip('s')}_id"
    own = {"resources": name, "resource": f"{name.removesuffix('s')}s", "controller": name}.get(kind, "")
    module = options.get("module", name if kind == "namespace" else "")
    return _Block(path, module, options.get("controller", own if name else ""))


def _verb(match: re.Match[str], stack: list[_Block]) -> Iterator[Seen]:
    args, first = match["args"], _PATH.match(match["args"])
    if not first or match["verb"] in ("root", "mount"):
        return
    options, path = _options(args), first[1] or first[2] or ""
    arrow = re.search(r"""(?:=>|\bto:)\s*(?:["']([\w/]+#\w+)["']|:(\w+)|([A-Z][\w:]{1,80}))""", args)
    to = options.get("to") or (arrow[1] or arrow[2] if arrow else "")
    methods = methods_in(options.get("via", "")) if match["verb"] == "match" else (match["verb"].upper(),)
    handler = (arrow[3] if arrow else "") or _handler(to, path, options, stack)
    yield Seen(match.start(), joined(*(one.path for one in stack), path), "rails", methods, handler)


def _handler(to: str, path: str, options: dict[str, str], stack: list[_Block]) -> str:
    """`controller#action` as Rails works it out: from what a route says, else from its path and the blocks around it."""
    modules = [one.module for one in stack if one.module]
    told, _, action = to.rpartition("#")
    action = action or options.get("action", "") or (path.replace("-", "_") if re.fullmatch(r"[\w-]+", path) else "")
    within = next((one.controller for one in reversed(stack) if one.controller), "")
    if name := told or options.get("controller") or within:
        return "#".join(part for part in ("/".join([*modules, name]), action) if part)
    if modules and action:
        return f"{'/'.join(modules)}#{action}"
    # a path of several words without more is the controller's and the action's name
    words = path.strip("/").split("/")
    return f"{'/'.join(words[:-1])}#{words[-1]}".replace("-", "_") if len(words) > 1 and ":" not in path else ""


def _resource(match: re.Match[str], rest: str, stack: list[_Block]) -> Iterator[Seen]:
    """`resources :webhooks, only: [:create]` is a route that others post to; without `only` it is a page about webhooks."""
    first = _PATH.match(rest)
    if match["nest"] not in ("resources", "resource") or not first:
        return
    options = _options(rest)
    only = re.findall(r"\w+", options.get("only", ""))
    if "create" in only and not {"index", "edit", "update", "destroy", "new"} & set(only):
        name = first[1] or first[2] or ""
        path = joined(*(one.path for one in stack), options.get("path", name))
        plural = name if match["nest"] == "resources" else f"{name.removesuffix('s')}s"
        called = "/".join([*(one.module for one in stack if one.module), options.get("controller", plural)])
        yield Seen(match.start(), path, "rails", ("POST",), f"{called}#create")


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


_TOLD = expression(r"(?i)hook|callback|inbound|postback|bounce|ipn|events?_controller")
_PARENT = expression(r"^[ \t]*class\s+[\w:]{1,120}\s*<\s*([A-Z][\w:]{1,120})", re.MULTILINE)
_INCLUDED = expression(r"^[ \t]*include\s+([A-Z][\w:]{1,120})", re.MULTILINE)


def _controllers(file: SourceFile) -> Finds:
    for match in _SKIPS.finditer(file.text):
        named = _CLASS.search(file.text)
        if named and not in_comment(file.text, match.start()):
            yield at(file, match.start(), Kind.SETTING, "route.handler", named[1], csrf="exempt", framework="rails")
            break
    parent = _PARENT.search(file.text)
    if parent and _TOLD.search(file.path):
        above = ",".join([parent[1], *_INCLUDED.findall(file.text)][:8])
        yield at(file, parent.start(), Kind.SETTING, "controller.above", above, framework="rails")


COLLECTORS = (
    Collector("routes-rails", _rails, paths=expression(r"(?:^|/)config/(?:routes|routes/[\w/]{1,80})\.rb$"), marks=("config/routes",)),
    Collector("routes-sinatra", _sinatra, suffixes=frozenset((".rb", ".ru")), needs=("post ", "get ")),
    Collector("routes-rails-engines", _engines, suffixes=frozenset((".rb",)), needs=("StripeEvent.signing_secret",)),
    Collector("routes-rails-mailbox", _mailbox, suffixes=frozenset((".rb",)), needs=("action_mailbox.ingress",)),
    Collector(
        "routes-rails-controllers",
        _controllers,
        paths=expression(r"(?:^|/)controllers/[\w/]{1,120}\.rb$"),
        marks=("controllers/",),
        needs=("forgery", "authenticity_token", "class "),
    ),
)  # fmt: skip
