"""Hosts that code, configuration and templates name, and the connection URLs of data stores and queues."""

from __future__ import annotations

import re
from functools import lru_cache

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.hosts.clients import has_client, is_argument
from llm_audit.collect.hosts.compared import is_only_compared
from llm_audit.collect.hosts.urls import WEB, Url, find_urls, public_host
from llm_audit.collect.hosts.uses import Setting, Use, use_of
from llm_audit.collect.nearby import among_blanks, in_block_comment
from llm_audit.model import Kind, SourceFile
from llm_audit.redact import MARKER, clean

MAX_FACTS = 40
_MAX_PATHS = 6
_MAX_URLS = 400
_BEFORE = 320
_BEFORE_IN_POLICY = 1600
"""A directive of a page's policy lists hosts by the dozen."""
_DATA_URLS = 30
"""A JSON, XML or YAML file with more URLs holds data, no settings."""

_CODE = frozenset(
    """.ts .tsx .js .jsx .mjs .cjs .mts .cts .py .pyi .go .java .kt .kts .scala .groovy .rb .rake .php .cs .fs .vb
    .rs .ex .exs .erl .swift .m .mm .dart .lua .pl .pm .r .jl .clj .cljs .c .cc .cpp .h .hpp .cr .nim .zig
    .hs .elm .sol .graphql .css .scss .sass .less .coffee .gradle""".split()
)
_TEMPLATE = frozenset(
    """.html .htm .vue .svelte .astro .erb .haml .slim .hbs .handlebars .mustache .ejs .pug .twig .liquid .njk .j2
    .jinja .jinja2 .tmpl .gohtml .cshtml .razor .jsp .ftl .eex .heex .leex .mjml .phtml .mdx""".split()
)
_CONFIG = frozenset(
    """.yaml .yml .toml .json .jsonc .json5 .ini .cfg .conf .properties .env .tf .tfvars .hcl .bicep .nix .config
    .plist .xml .cue .jsonnet .libsonnet .example .sample .dist .local .template""".split()
)
_DATA = frozenset([".json", ".xml", ".yaml", ".yml"])
_SHELL = frozenset(".sh .bash .zsh .fish .ps1 .bat .mk .dockerfile".split())
_SHELL_NAMES = frozenset(
    ["Dockerfile", "Containerfile", "Makefile", "makefile", "justfile", "Justfile", "Procfile", "Earthfile"]
)
_CONFIG_NAMES = frozenset(
    ["Caddyfile", "Vagrantfile", "Jenkinsfile", "Tiltfile", "Podfile", "Fastfile", "Brewfile", "Gemfile", "Rakefile"]
)
_DOTENV = expression(r"(?:^|/)(?:\.env|env\.|\.flaskenv|Dockerfile\.|[\w\-]+\.Dockerfile\Z)[\w.\-]*\Z|(?:^|/)\.env\Z")
_METADATA = frozenset(
    """package.json composer.json pyproject.toml setup.cfg setup.py Cargo.toml pubspec.yaml Gemfile bower.json
    deno.json angular.json manifest.webmanifest Chart.yaml pom.xml mkdocs.yml .all-contributorsrc
    CITATION.cff renovate.json tsconfig.json biome.json turbo.json nx.json lerna.json components.json
    project.inlang.json
    .eslintrc.json book.toml galaxy.yml plugin.json mix.exs Podfile Package.swift CODEOWNERS FUNDING.yml""".split()
)
_LOCK = expression(
    r"(?i)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.ya?ml|[\w.\-]*\.lock(?:\.json)?|go\.sum"
    r"|[\w.\-]+\.min\.\w+|[\w.\-]+\.bundle\.js|[\w.\-]+\.map)\Z"
)
"""Names of files in which nobody wrote the URLs."""
_PROSE = expression(
    r"(?i)(?:^|/)\.github/[\w\-]{0,20}_template\b|(?:^|/)(?:locales?|i18n|lang|langs|languages|translations?"
    r"|messages)/[^/]{1,60}(?:/[^/]{1,60}){0,3}\.(?:json|ya?ml|php|ts|js|toml|properties|xml)\Z"
)
_SAMPLES = expression(
    r"(?i)(?:^|/)(?:seed(?:s|ers?|ing)?|mocks?|samples?|sample[_\-]?data|mock[_\-]?data)/|(?:^|[/._\-])(?:fixtures?|seeds?|mocks?|samples?"
    r"|(?:mock|sample|seed|dummy|fake)[_\-]?(?:data|payloads?|records?)|payload[_\-]?samples?)\.[a-z]{2,5}\Z"
)
"""Modules of rows and payloads to begin or to show with; one that has no HTTP client only holds them."""
_SETTINGS = expression(
    r"(?i)(?:^|/|[._\-])(?:config|conf|configuration|settings|constants?|consts?|env|defaults)(?:/|[._\-])"
)
_LINE_COMMENT = expression(r"^\s*(?:///?|/\*|\*|<!--|\{#|\{\{!|\{\{--|@see|--\s|%%?\s|;|REM\s|dnl\s)")
_HASHED = expression(r"^\s*#(?![A-Za-z]*\{)")
_TRAILING = expression(r"(?:^|[\s;,{})])(?://|/\*|<!--)(?:\s[^\"'`]*)?\Z")
_TRAILING_SIGNS = ("//", "/*", "<!--")
_TRAILING_HASH = expression(r"\s#\s[^\"'`]*\Z")
_NO_HASH = frozenset(
    """.ts .tsx .js .jsx .mjs .cjs .mts .cts .go .java .kt .kts .scala .cs .rs .swift .dart .css .scss .less .html
    .vue .md .c .cc .cpp .h .hpp""".split()
)
_ENV_NAME = expression(r"\b([A-Z][A-Z0-9_]{2,60}+)[\"')\]]{0,3}\s{0,3}(?:[:=,]|\?\?|\|\||:-|or\b)[^\n=]{0,12}\Z")
_QUOTES = frozenset("\"'`")
_NAME_ENDS = 130
"""How far before an address the name that it is given begins at most."""
_BOUND = expression(
    r"(?P<name>[A-Za-z_]\w{1,60}+)[ \t]{0,40}(?::\s{0,2}[\w\[\]. |&']{1,40})?\s{0,2}:?[=:]\s{0,2}"
    r"(?:[\w.\[\]\"'(]{1,60}\s{0,2}(?:\?\?|\|\||,|or)\s{0,2})?(?:Field\(\s{0,8}(?:default=)?)?[a-z]{0,2}[\"'`]\Z"
)
"""The name that an address is given, with a variable that may stand in for it: `API_URL = env.API_URL || '`."""
_KEY_FILE = "auth_provider_x509_cert_url"
_KEY_FIELDS = frozenset(("auth_uri", "token_uri", _KEY_FILE, "client_x509_cert_url"))
"""What stands in each key of a Google service account ("Create and delete service account keys"), and is handed on with it."""
_SERVED = expression(
    r"(?:\bservers[\"']?\s{0,3}[:=]\s{0,3}\[[^\[\]]{0,240}\burl[\"']?\s{0,3}:\s{0,3}|\.addServer\(\s{0,9})[\"'`]\Z"
)
_DESCRIBES = expression(r"(?i)openapi|swagger")
"""What describes an API to its callers: the servers that it names are the program's own."""
_BARE = expression(r"""(?:src|href)\s{0,3}=\s{0,3}[{]?["'`](//([^/"'`\s<>]{4,120})([^"'`\s<>]{0,200}))""")


def _kind(file: SourceFile) -> Setting:
    if file.name in _METADATA or file.name.endswith((".appdata.xml", ".metainfo.xml")) or _PROSE.search(file.path):
        return Setting.METADATA
    if file.suffix in _SHELL or file.name in _SHELL_NAMES or "Dockerfile" in file.name:
        return Setting.SHELL
    if file.suffix in _DATA and (file.text.count("://") > _DATA_URLS or '"@context"' in file.text):
        return Setting.METADATA
    if file.suffix in _TEMPLATE or file.name.endswith(".blade.php"):
        return Setting.TEMPLATE
    if file.suffix in _CODE:
        holds_data = _SAMPLES.search(file.path) and not has_client(file.text)
        return Setting.METADATA if holds_data else Setting.CODE
    return Setting.CONFIG


def _minified(text: str) -> bool:
    return len(text) > 20_000 and text.count("\n") * 400 < len(text)


def _in_comment(line: str, suffix: str) -> bool:
    if _LINE_COMMENT.match(line) or (any(sign in line for sign in _TRAILING_SIGNS) and _TRAILING.search(line)):
        return True
    return suffix not in _NO_HASH and bool(_HASHED.match(line) or _TRAILING_HASH.search(line))


_TO_FILL_IN = expression(r"(?i)(?:^|[/._\-=]|bot)your(?:[-_/][a-z])|(?:^|[/.])x{4,}|/\.\.\.(?:/|\Z)")
"""An address that a person is to complete, as forms and texts show it; nothing calls it as it stands."""


@lru_cache(maxsize=1 << 12)
def _is_to_fill_in(address: str) -> bool:
    return _TO_FILL_IN.search(address) is not None


class _Hosts:
    """The facts of one file, bounded and without repetition."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.kind = _kind(file)
        self.client: bool | None = None
        self.is_key_file = _KEY_FILE in file.text
        self.reach = _BEFORE_IN_POLICY if "-src " in file.text else _BEFORE
        self.is_settings = _SETTINGS.search(file.path) is not None
        self.maps = "importmap" in file.text or file.name == _PINS
        self.paths: dict[str, dict[str, Use]] = {}
        self.settings: set[tuple[str, str]] = set()
        self.asked: set[tuple[str, str]] = set()
        self.count = 0

    def read(self) -> Finds:
        text = self.file.text
        for number, url in enumerate(find_urls(text)):
            if number >= _MAX_URLS or self.count >= MAX_FACTS:
                return
            if url.scheme in WEB and not url.host:
                continue
            before = text[max(0, url.start - self.reach) : url.start]
            line = before[before.rfind("\n") + 1 :]
            if _in_comment(line, self.file.suffix) or (
                self.file.suffix in _NO_HASH and in_block_comment(text, url.start)
            ):
                continue
            yield from self._web(url, before) if url.scheme in WEB else self._connection(url, _statement(before, line))
        if self.kind is Setting.TEMPLATE or self.file.suffix in (".tsx", ".jsx"):
            yield from self._bare(text)

    def _web(self, url: Url, before: str) -> Finds:
        known = self.paths.setdefault(url.host, {})
        if len(known) >= _MAX_PATHS:
            return
        if self.client is None:
            self.client = has_client(self.file.text)
        mapped = self.maps and _is_mapped(self.file, url.start, before)
        use = Use.SCRIPT if mapped else use_of(url, before, self.kind, client=self.client, settings=self.is_settings)
        shown = "" if url.path == _SCOPE else _clean_path(url)
        if _is_to_fill_in(f"{url.host}{shown}") or (use is not Use.LINK and is_only_compared(self.file.text, before)):
            use = Use.LINK
        if use is not Use.LINK and _SERVED.search(before) and _DESCRIBES.search(self.file.text):
            use = Use.LINK
        name = _bound_name(before) if use is not Use.LINK else ""
        if (self.is_key_file and name in _KEY_FIELDS) or (
            _STEP.fullmatch(name) and among_blanks(self.file.text, url.start)
        ):
            use, name = Use.LINK, ""
        path = "" if use is Use.LINK else without_tokens(shown)
        asked = use is Use.CALL and self.kind is Setting.CODE and is_argument(before)
        if (known.get(path) in (use, Use.CALL) and not asked) or (use is Use.LINK and known):
            return
        if asked and (url.host, path) in self.asked:
            return
        if asked:
            self.asked.add((url.host, path))
        known[path] = use
        self.count += 1
        plain = use in (Use.CALL, Use.CONFIG) and not path and _API_NAME.search(before[-90:])
        named = "call" if asked else "api" if plain else ""
        yield at(self.file, url.start, Kind.HOST, url.host, path, use=use, scheme=url.scheme, named=named, bound=name)

    def _connection(self, url: Url, line: str) -> Finds:
        if (url.scheme, url.host) in self.settings or (not url.host and not url.scheme.startswith("sqlite")):
            return
        if url.host.startswith("example.") and not _is_store(url.scheme):
            return
        self.settings.add((url.scheme, url.host))
        self.count += 1
        named = _ENV_NAME.search(line)
        yield at(
            self.file,
            url.start,
            Kind.SETTING,
            "url.scheme",
            url.scheme,
            tool="url",
            host=url.host,
            driver=url.sub,
            env=named[1] if named else "",
        )

    def _bare(self, text: str) -> Finds:
        if 'src="//' not in text and 'href="//' not in text and "src='//" not in text:
            return
        for match in _BARE.finditer(text):
            host = public_host(match[2])
            tag = text.rfind("<", max(0, match.start() - 300), match.start())
            if host and self.count < MAX_FACTS and not text.startswith("<a", tag):
                self.count += 1
                yield at(
                    self.file,
                    match.start(),
                    Kind.HOST,
                    host,
                    match[3].partition("?")[0],
                    use=Use.SCRIPT,
                    scheme="https",
                )


_SCOPE = "/.default"
"""All that an application was granted at an interface of Microsoft's: a scope, which nobody asks for ("Scopes and permissions", Microsoft Entra)."""


_PINS = "importmap.rb"
"""The file in which Rails maps the modules of its pages."""
_PIN = expression(r"\n?[ \t]{0,20}pin[ (][^\n]{1,200}\bto:\s{0,3}[\"']\Z")


def _is_mapped(file: SourceFile, start: int, before: str) -> bool:
    """Whether a page's import map, in the page or as Rails keeps it, has a module loaded from an address."""
    if file.name == _PINS:
        return _PIN.search(before) is not None
    tag = file.text.rfind("<script", 0, start)
    return (
        tag >= 0 and "importmap" in file.text[tag : file.text.find(">", tag)] and "</script" not in file.text[tag:start]
    )


def _statement(before: str, line: str) -> str:
    """The line before a value, or, where nothing but its quote stands there, what the statement says before on one line."""
    return " ".join(before[-200:].split()) if line and not line.removesuffix("jdbc:").strip(" \t\"'`") else line


_STEP = expression(r"(?i)(?:auth\w{0,20}|token|user_?info|issuer|jwks|discovery)_?(?:ur[li]|endpoint)")
"""What the addresses of a sign-in are called."""


def _bound_name(before: str) -> str:
    """The name that the address behind the text is given; empty where it is given to none."""
    bound = _BOUND.search(before[-_NAME_ENDS:]) if before[-1:] in _QUOTES else None
    return bound["name"] if bound else ""


def _clean_path(url: Url) -> str:
    """The path, its secret parts as holes; what is secret in it may show only where the host stands before it."""
    if not _DIGIT.search(url.path):
        return url.path
    start = f"https://{url.host}"
    whole = clean(f"{start}{url.path}")
    return MARKER.sub("{}", whole.removeprefix(start)) if "[REDACTED" in whole else url.path


_DIGIT = expression(r"\d")
_API_NAME = expression(
    r"(?:[aA]pi|API)_?(?:[bB]ase_?|BASE_?)?(?:[uU]r[li]|UR[LI]|[hH]ost|HOST|[eE]nd_?[pP]oint|ENDPOINT|[rR]oot|ROOT|BASE|[bB]ase)"
    r"[\"']?\s{0,3}(?::\s?[\w?&' ]{1,20})?\s{0,3}(?::=|=>|=|:)\s{0,20}[\"'`]\Z"
)
"""A name which says that an address without a path is that of an interface."""


def without_tokens(path: str) -> str:
    """A path whose random segments are holes: the address of an incoming webhook is itself the secret."""
    return "/".join("{}" if _TOKEN_SEGMENT.fullmatch(segment) else segment for segment in path.split("/"))


_TOKEN_SEGMENT = expression(
    r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_\-=]{20,}|\d{15,}|[A-Za-z0-9]{20,}|[TBCU][A-Z0-9]{8,12}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)


def _is_store(scheme: str) -> bool:
    return scheme not in ("ftp", "ftps", "sftp", "smtp", "smtps", "imap", "imaps", "s3", "gs")


def collect(file: SourceFile) -> Finds:
    """One fact per host and path; links once per host, so that a user can see why they were dropped."""
    if _LOCK.match(file.name) or _minified(file.text) or _is_api_description(file):
        return
    yield from _Hosts(file).read()


def _is_api_description(file: SourceFile) -> bool:
    """An OpenAPI document describes an API, often the project's own; its URLs are called by nobody."""
    if file.suffix not in (".yaml", ".yml", ".json"):
        return False
    return re.search(r"^\s{0,4}[\"']?(?:openapi|swagger)[\"']?\s*:\s*[\"']?[23]", file.text[:2000], re.M) is not None


COLLECTORS = (
    Collector(
        "hosts",
        collect,
        names=_SHELL_NAMES | _CONFIG_NAMES,
        suffixes=_CODE | _TEMPLATE | _CONFIG | _SHELL,
        paths=_DOTENV,
        marks=("env", "dockerfile"),
        needs=("://", '="//', "='//"),
    ),
)
