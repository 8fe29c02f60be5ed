"""Own servers: systemd units, web servers, process managers, and the tools that deploy to machines."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.hosting.documents import joined
from llm_audit.collect.parsed import parser_of, root_of
from llm_audit.collect.shared.images import split_image
from llm_audit.collect.shared.registries import registry_of
from llm_audit.model import Kind, SourceFile

_UNIT = expression(
    r"^(ExecStart|EnvironmentFile|User|Type|OnCalendar|WorkingDirectory)[ \t]*=[ \t]*-?([^\n]{1,300})$", re.MULTILINE
)
_NGINX = expression(r"^[ \t]*(?:server|upstream[ \t]+[\w.\-]{1,80}|http)[ \t]*\{", re.MULTILINE)
_NGINX_PARTS = expression(
    r"^[ \t]*(proxy_pass|fastcgi_pass|uwsgi_pass|grpc_pass|server_name)[ \t]+([^;\n]{1,200});", re.MULTILINE
)
_CADDY_PARTS = expression(r"^[ \t]*(reverse_proxy|php_fastcgi|root|tls)[ \t]+([^\n{]{1,200})", re.MULTILINE)
_PROGRAM = expression(r"^\[program:([\w.\-%()]{1,80})\]", re.MULTILINE)
_UWSGI = expression(r"^\[uwsgi\]", re.MULTILINE)
_UWSGI_PARTS = expression(
    r"^[ \t]*(module|wsgi-file|http-socket|http|socket|attach-daemon)[ \t]*=[ \t]*([^\n]{1,200})", re.MULTILINE
)
_VIRTUAL_HOST = expression(r"^[ \t]*<VirtualHost\b", re.MULTILINE | re.IGNORECASE)
_SAMPLES = (".example", ".sample", ".template", ".tmpl", ".dist", ".j2", ".erb")
_SERVER_NAME = expression(r"caddyfile|nginx|supervisor|apache|httpd|vhost|uwsgi")
_DOMAIN = expression(r"\s{0,5}((?:[a-z0-9\-]{1,63}\.){1,6}[a-z]{2,24})\s{0,5}\Z")

# files whose presence says where a program is deployed; what stands in them is of no use here
_PRESENT = {
    "nixpacks.toml": "nixpacks",
    "captain-definition": "caprover",
    "DOKKU_SCALE": "dokku",
    "apprunner.yaml": "aws-app-runner",
    "azure.yaml": "azure-developer-cli",
    "staticwebapp.config.json": "azure-static-web-apps",
    "sst.config.ts": "sst",
    "sst.json": "sst",
    ".platform.app.yaml": "platform-sh",
    "scalingo.json": "scalingo",
    "zeabur.json": "zeabur",
    "koyeb.yaml": "koyeb",
    "Capfile": "capistrano",
    "deploy.php": "deployer",
    "gunicorn.conf.py": "gunicorn",
    "gunicorn_config.py": "gunicorn",
    "open-next.config.ts": "cloudflare-workers",
    "Vagrantfile": "vagrant",
    "traefik.yml": "traefik",
    "traefik.toml": "traefik",
}


def collect_present(file: SourceFile) -> Finds:
    """A platform that the file's name tells."""
    yield fact(file, 1, Kind.PLATFORM, _PRESENT[file.name], file.path)


_PM2_NAME = expression(r"[{,\s][\"']?name[\"']?\s{0,3}:\s{0,3}[\"'`]([^\"'`\n]{1,60})[\"'`]")


def collect_pm2(file: SourceFile) -> Finds:
    """PM2's list of applications."""
    if "script" in file.text and "apps" in file.text:
        names = dict.fromkeys(match[1] for match in _PM2_NAME.finditer(file.text))
        yield at(file, file.text.find("apps"), Kind.PLATFORM, "pm2", ", ".join(names)[:300] or file.path)


def collect_systemd(file: SourceFile) -> Finds:
    """A systemd unit: what it starts, and where its environment stands."""
    found = {match[1]: match for match in _UNIT.finditer(file.text)}
    if start := found.get("ExecStart"):
        details = {"exec": start[2].strip()[:200]}
        if environment := found.get("EnvironmentFile"):
            details["environment_file"] = environment[2].strip()
        yield at(file, start.start(), Kind.PLATFORM, "systemd", file.name, **details)


def collect_server(file: SourceFile) -> Finds:
    """nginx, Caddy, Apache, supervisor and uWSGI, told by the file's name or by what only they write."""
    if file.path.startswith(".github/"):  # what a pipeline sets up to try the program with
        return
    plain = file.name.lower().removesuffix(file.suffix) if file.suffix in _SAMPLES else file.name.lower()
    if file.suffix in _SAMPLES and not _SERVER_NAME.search(plain):
        return
    text = file.text
    if plain.startswith("caddyfile"):
        yield from _listed(file, "caddy", _CADDY_PARTS, None)
    elif plain.endswith(".ini") or plain.startswith("uwsgi"):
        if block := _UWSGI.search(text):
            yield from _listed(file, "uwsgi", _UWSGI_PARTS, block)
    elif block := _PROGRAM.search(text):
        programs = ", ".join(match[1] for match in _PROGRAM.finditer(text))
        yield at(file, block.start(), Kind.PLATFORM, "supervisor", programs[:300])
    elif block := _VIRTUAL_HOST.search(text):
        yield at(file, block.start(), Kind.PLATFORM, "apache", file.path)
    elif (block := _NGINX.search(text)) and (_NGINX_PARTS.search(text) or "nginx" in file.path):
        yield from _listed(file, "nginx", _NGINX_PARTS, block)


def _listed(file: SourceFile, platform: str, parts: re.Pattern[str], block: re.Match[str] | None) -> Finds:
    details: dict[str, str] = {}
    for match in parts.finditer(file.text):
        key, value = match[1].replace("-", "_"), match[2].strip()
        if value not in details.get(key, "").split(", "):
            details[key] = ", ".join(filter(None, (details.get(key, ""), value)))[:300]
    yield at(file, block.start() if block else 0, Kind.PLATFORM, platform, file.path, **details)


def collect_kamal(file: SourceFile) -> Finds:
    """Kamal's deployment: the service, its registry, accessories and names of secrets."""
    root = yield from root_of(file, parser_of(file))
    if not (root.get("service").text and root.get("image").text and root.get("servers")):
        return
    details = {
        "image": root.get("image").text,
        "roles": joined(root.get("servers")),
        "host": root.get("proxy", "host").text,
    }
    yield fact(file, root.get("service").line, Kind.PLATFORM, "kamal", root.get("service").text, **details)
    registry = root.get("registry", "server")
    if root.get("registry") and (name := registry_of(registry.text or "docker.io")):
        line = registry.line or root.get("registry").line
        yield fact(file, line, Kind.PUBLISH, name, root.get("image").text, how="kamal")
    for name, node in root.get("accessories").items():
        if split := split_image(node.get("image").text):
            yield fact(file, node.get("image").line, Kind.IMAGE, *split, where="kamal", service=name)
    secrets = [root.get("env", "secret"), root.get("registry", "password"), root.get("builder", "secrets")]
    secrets += [node.get("env", "secret") for _, node in root.get("accessories").items()]
    for secret in (item for node in secrets for item in node):
        yield fact(file, secret.line, Kind.SECRET_REF, secret.text.partition(":")[0], system="kamal")


def collect_vapor(file: SourceFile) -> Finds:
    """Laravel Vapor's project, and the environments that it has ("The Basics: Environments", Laravel Vapor)."""
    root = yield from root_of(file, parser_of(file))
    names = ", ".join(name for name, _ in root.get("environments").items())
    yield fact(
        file, root.line or 1, Kind.PLATFORM, "laravel-vapor", root.get("name").text or file.path, environments=names
    )


def collect_domain(file: SourceFile) -> Finds:
    """The domain of a site on GitHub Pages."""
    if match := _DOMAIN.match(file.text[:300]):
        yield fact(file, 1, Kind.PLATFORM, "github-pages", match[1])


COLLECTORS = (
    Collector("hosting.present", collect_present, names=frozenset(_PRESENT)),
    Collector(
        "hosting.pm2",
        collect_pm2,
        paths=expression(
            r"(?:^|/)(?:[\w\-]{1,40}[.\-])?(?:ecosystem|pm2)(?:[.\-][\w\-]{1,40}){0,2}\.(?:json|[cm]?js|ts)$"
        ),
        marks=("ecosystem", "pm2"),
        needs=("apps",),
    ),
    Collector("hosting.systemd", collect_systemd, suffixes=frozenset({".service"}), needs=("ExecStart",)),
    Collector(
        "hosting.server",
        collect_server,
        names=frozenset({"Caddyfile", "uwsgi.ini"}),
        suffixes=frozenset({".conf", ".ini", ".caddyfile", ".nginx", *_SAMPLES}),
        needs=("{", "[program:", "[uwsgi]", "<VirtualHost"),
    ),
    Collector("hosting.kamal", collect_kamal, names=frozenset({"deploy.yml"}), needs=("servers:",)),
    Collector("hosting.vapor", collect_vapor, names=frozenset({"vapor.yml"})),
    Collector("hosting.domain", collect_domain, names=frozenset({"CNAME"})),
)
