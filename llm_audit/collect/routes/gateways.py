"""Routes that a gateway of the cloud takes for functions: events of SAM and the Serverless Framework, Terraform, CDK, SST.

Who answers stands in another file: its module is handed on where the function names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from posixpath import join, normpath

from llm_audit.collect.base import Collector, Finds
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end
from llm_audit.collect.routes.shared import GATEWAY, Seen, joined, methods_in, routes
from llm_audit.model import SourceFile
from llm_audit.parse import BadSyntax, Node, parse_json, parse_yaml

_KEY = expression(r"(?P<verb>[A-Za-z*]{3,7})\s+(?P<path>/?[^\s\"']{1,200})\Z")


def _route(offset: int, path: str, verbs: str, handler: str = "", module: str = "") -> Seen:
    """A route of a gateway; where nothing says which file answers it, that is said as well."""
    more = (("module", module),) if module else (("unlocated", "yes"),)
    return Seen(offset, joined(path) if path else "", GATEWAY, methods_in(verbs), handler, more=more)


def _documents(file: SourceFile) -> list[Node]:
    """The documents of a file; none of one that cannot be parsed, which the collector of its resources reports."""
    try:
        return [parse_json(file.text)] if file.suffix in (".json", ".template") else parse_yaml(file.text)
    except BadSyntax:
        return []


def _values(node: Node) -> list[Node]:
    return [child for _, child in node.items()]


def _offset(text: str, line: int) -> int:
    place = 0
    for _ in range(line - 1):
        place = text.find("\n", place) + 1
    return place


def _module(folder: str, handler: str) -> str:
    """The path without suffix of the file that a handler names: `app.handler` in `src/hook` is `src/hook/app`."""
    stem = handler.split("::")[0].rpartition(".")[0]
    return normpath(join(folder, stem.replace(".", "/"))).lstrip("./") if stem else ""


def _sam(file: SourceFile) -> Finds:
    yield from routes(file, (one for root in _documents(file)[:1] for one in _of_template(file, root)))


def _of_template(file: SourceFile, root: Node) -> Iterator[Seen]:
    shared = root.get("Globals", "Function")
    for entry in _values(root.get("Resources")):
        kind, properties = entry.get("Type").text, entry.get("Properties")
        if kind == "AWS::ApiGatewayV2::Route":
            key = properties.get("RouteKey")
            if parts := _KEY.match(key.text):
                yield _route(_offset(file.text, key.line), parts["path"], parts["verb"])
        elif kind == "AWS::Serverless::Function":
            handler = properties.get("Handler").text or shared.get("Handler").text
            code = properties.get("CodeUri").text or shared.get("CodeUri").text
            module = _module(join(file.folder, code), handler)
            for event in _values(properties.get("Events")):
                path = event.get("Properties", "Path")
                if event.get("Type").text in ("Api", "HttpApi") and path.text:
                    verb = event.get("Properties", "Method").text
                    yield _route(_offset(file.text, path.line), path.text, verb, handler, module)


def _serverless(file: SourceFile) -> Finds:
    yield from routes(file, (one for root in _documents(file)[:1] for one in _of_service(file, root)))


def _of_service(file: SourceFile, root: Node) -> Iterator[Seen]:
    for function in _values(root.get("functions")):
        handler = function.get("handler").text
        for event in function.get("events"):
            for kind, inner in event.items():
                path, verb = inner.get("path").text, inner.get("method").text
                if parts := _KEY.match(inner.text):
                    path, verb = parts["path"], parts["verb"]
                if kind in ("http", "httpApi") and path:
                    line = inner.get("path").line or inner.line
                    yield _route(_offset(file.text, line), path, verb, handler, _module(file.folder, handler))


_ROUTE_KEY = expression(r"[\"'`](?P<verb>GET|POST|PUT|PATCH|DELETE|ANY)[ ](?P<path>/[^\s\"'`]{1,200})[\"'`]")
_TARGET = expression(
    r"\s{0,4}[:=,]\s{0,4}(?:\{[^}\n]{0,60}?handler:\s{0,4})?[\"'`](?P<target>[\w./\-]{3,160}\.\w{2,40})[\"'`]"
)
"""What answers a route of SST: the handler's module with the function's name."""


def _keyed(file: SourceFile) -> Iterator[Seen]:
    for match in _ROUTE_KEY.finditer(file.text):
        target = _TARGET.match(file.text, match.end())
        handler = target["target"] if target else ""
        yield _route(match.start(), match["path"], match["verb"], handler, _module("", handler))


_ROUTE = expression(r"^resource[ \t]+\"aws_apigatewayv2_route\"[ \t]+\"(?P<name>[\w\-]{1,80})\"[ \t]*\{", re.MULTILINE)
_VALUE = expression(r"\$\{(?:local|var)\.(?P<name>\w{1,80})\}")


def _declared(file: SourceFile) -> Iterator[Seen]:
    """The routes of HTTP interfaces; what answers is mostly called like the route's resource."""
    names = {match.start(): match["name"] for match in _ROUTE.finditer(file.text)}
    for match in _ROUTE_KEY.finditer(file.text):
        above = max((start for start in names if start < match.start()), default=-1)
        path = _VALUE.sub(lambda held: _set_to(held["name"], file.text), match["path"])
        yield _route(match.start(), path, match["verb"], names.get(above, ""))


def _set_to(name: str, text: str) -> str:
    """What a local value of the same file is; a hole of its name where the file does not say."""
    found = re.search(rf"^[ \t]+{name}[ \t]*=[ \t]*\"([\w/\-]{{1,80}})\"[ \t]*$", text, re.MULTILINE)
    return found[1] if found else f"{{{name}}}"


_PART = expression(
    r"^resource[ \t]+\"aws_api_gateway_(?P<kind>resource|method)\"[ \t]+\"(?P<name>[\w\-]{1,80})\"[ \t]*\{",
    re.MULTILINE,
)
_OF_RESOURCE = expression(
    r"(?:parent_id|resource_id)[ \t]*=[ \t]*\"?(?:\$\{)?aws_api_gateway_resource\.(?P<name>[\w\-]{1,80})"
)
_PATH_PART = expression(r"path_part[ \t]*=[ \t]*\"(?P<part>[^\"\n]{1,120})\"")
_METHOD = expression(r"http_method[ \t]*=[ \t]*\"(?P<verb>[A-Z]{3,7})\"")
_DEEPEST = 8


def _terraform(file: SourceFile) -> Finds:
    yield from routes(file, (*_declared(file), *_of_parts(file)))


def _of_parts(file: SourceFile) -> Iterator[Seen]:
    """The methods of REST interfaces, whose paths are put together from resources, each a part below another."""
    parts: dict[str, tuple[str, str]] = {}
    methods: list[tuple[int, str, str]] = []
    for match in _PART.finditer(file.text):
        block = file.text[match.end() : block_end(file.text, match.end() - 1, 4000)]
        above = _OF_RESOURCE.search(block)
        if match["kind"] == "resource" and (part := _PATH_PART.search(block)):
            parts[match["name"]] = (above["name"] if above else "", part["part"])
        elif match["kind"] == "method" and above and (verb := _METHOD.search(block)):
            methods.append((match.start(), above["name"], verb["verb"]))
    for offset, name, said in methods:
        yield _route(offset, _put_together(name, parts), said)


def _put_together(name: str, parts: dict[str, tuple[str, str]]) -> str:
    path: list[str] = []
    while name in parts and len(path) < _DEEPEST:
        name, part = parts[name]
        path.insert(0, part)
    return "/".join(path)


_ADDS = expression(r"\.(?:addRoutes|add_routes)\((?=[^;]{0,40}?\bpath)")
_GIVEN_PATH = expression(r"\bpath\s{0,3}[:=]\s{0,3}[\"'`](?P<path>/[^\"'`\n]{1,200})[\"'`]")
_GIVEN_METHODS = expression(r"\bmethods\s{0,3}[:=]\s{0,3}\[(?P<verbs>[^\]]{1,200})\]")
_BELOW = expression(
    r"(?:(?P<name>\w{1,60})\s{0,3}(?::\s?[\w.]{1,60}\s{0,3})?=\s{0,3})?(?P<holder>[A-Za-z_][\w.!]{0,80})"
    r"(?P<parts>(?:\s{0,20}\.(?:addResource|add_resource|resourceForPath|resource_for_path)\(\s{0,20}[\"'`][^\"'`\n]{1,120}[\"'`][^()\n]{0,80}\)){1,6})"
    r"(?:\s{0,20}\.(?:addMethod|add_method)\(\s{0,20}[\"'`](?P<verb>[A-Za-z]{3,7})[\"'`])?"
)
_ADDED = expression(r"\(\s{0,20}[\"'`]([^\"'`\n]{1,120})[\"'`]")
_METHODS_OF = expression(
    r"\b(?P<holder>\w{1,60})\.(?:addMethod|add_method)\(\s{0,20}[\"'`](?P<verb>[A-Za-z]{3,7})[\"'`]"
)


_BELOWS = (".addResource(", ".add_resource(", ".resourceForPath(", ".resource_for_path(")


def _constructs(file: SourceFile) -> Finds:
    keyed = (one for one in _keyed(file) if one.handler)  # a client writes down its requests like this, too
    below = _below(file) if any(word in file.text for word in _BELOWS) else ()
    yield from routes(file, (*_added(file), *below, *keyed))


def _added(file: SourceFile) -> Iterator[Seen]:
    for match in _ADDS.finditer(file.text):
        call = file.text[match.start() : block_end(file.text, match.end() - 1, 2000)]
        path, verbs = _GIVEN_PATH.search(call), _GIVEN_METHODS.search(call)
        if path:
            yield _route(match.start() + path.start("path"), path["path"], verbs["verbs"] if verbs else "")


def _below(file: SourceFile) -> Iterator[Seen]:
    """The methods of resources, each added below another that a name stands for."""
    known: dict[str, str] = {}
    for match in _BELOW.finditer(file.text):
        path = joined(known.get(match["holder"], ""), *_ADDED.findall(match["parts"]))
        if match["name"] and not match["verb"]:
            known[match["name"]] = path
        elif match["verb"]:
            yield _route(match.start("parts"), path, match["verb"])
    for match in _METHODS_OF.finditer(file.text):
        if match["holder"] in known:
            yield _route(match.start(), known[match["holder"]], match["verb"])


_TEMPLATES = frozenset({".yml", ".yaml", ".json", ".template"})
_PROGRAMS: tuple[tuple[str, Callable[[SourceFile], Finds], frozenset[str], tuple[str, ...]], ...] = (
    ("routes-sam", _sam, _TEMPLATES, ("AWS::Serverless::Function", "AWS::ApiGatewayV2::Route")),
    ("routes-terraform", _terraform, frozenset({".tf", ".tofu"}), ('"POST /', '"ANY /', '"GET /', "aws_api_gateway_method")),
    ("routes-constructs", _constructs, frozenset({".ts", ".js", ".py"}),
     (".addRoutes(", ".add_routes(", *_BELOWS, '"POST /', "'POST /", "`POST /")),
)  # fmt: skip
COLLECTORS = (
    *(Collector(name, collect, suffixes=suffixes, needs=needs) for name, collect, suffixes, needs in _PROGRAMS),
    Collector(
        "routes-serverless", _serverless, names=frozenset({"serverless.yml", "serverless.yaml", "serverless.json"})
    ),
)
