"""Rails: `config/*.yml`, environments, initializers for log-ins; the adapters that they choose per environment."""

from __future__ import annotations

import re

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.data.names import driver, engine, storage
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import env_names, in_comment
from llm_audit.model import Kind, SourceFile

_ENVIRONMENT = expression(r"^(\w[\w\-]{0,40}):[^\n]*$", re.MULTILINE)
_ADAPTER = expression(
    r"""^([ \t]+)(adapter|service)\s*:\s*(?:<%=[^%\n]{0,120}?\|\|\s*["'])?["']?([\w\-]{1,40})""", re.MULTILINE
)
_CONFIG = expression(
    r"""^[ \t]*(?:Rails\.application\.)?config\.(?:\w{1,40}\.)?(cache_store|session_store|queue_adapter|delivery_method|service|logger|log_formatter)\s*(?:=|\s)\s*([^\n]{1,240})""",  # noqa: E501
    re.MULTILINE,
)
_CONFIG_KEYS = {
    "cache_store": "cache.driver",
    "session_store": "session.driver",
    "queue_adapter": "queue.driver",
    "delivery_method": "mail.driver",
    "service": "storage.driver",
}
_WORD = expression(r""":"?([a-z_]\w{1,40})|["']([a-z_][\w\-]{1,40})["']|([A-Z]\w+(?:::\w+){0,3})""")


def _yaml(file: SourceFile) -> Finds:
    """Line by line: these files hold embedded Ruby, which no YAML reader takes."""
    names = {
        "database.yml": "db.engine",
        "storage.yml": "storage.driver",
        "cable.yml": "broadcast.driver",
        "queue.yml": "queue.driver",
        "cache.yml": "cache.driver",
    }
    name = names.get(file.name.removesuffix(".sample").removesuffix(".example").replace(".yaml", ".yml"), "")
    blocks = list(_ENVIRONMENT.finditer(file.text))
    for index, block in enumerate(blocks):
        end = blocks[index + 1].start() if index + 1 < len(blocks) else len(file.text)
        body = file.text[block.end() : end]
        for match in _ADAPTER.finditer(body):
            wanted = "service" if name == "storage.driver" else "adapter"
            if match[2] == wanted and not in_comment(file.text, block.end() + match.start(2)):
                inherited = _production(file.text, blocks) if block[1] == "default" else ""
                named = [*env_names(_arm_of(body, match.start(2)), 10), *env_names(_unchosen(inherited), 10)]
                env = ",".join(list(dict.fromkeys(named))[:10])
                endpoint = _ENDPOINT.search(body) if name == "storage.driver" else None
                yield at(
                    file, block.end() + match.start(2), Kind.SETTING, name, _value(name, match[3]), tool="rails", environment=block[1], env=env,
                    endpoint=_host_of(endpoint[1]) if endpoint else "",
                )  # fmt: skip


_ENDPOINT = expression(
    r"""^[ \t]+endpoint\s*:\s*["']?https?://((?:<%=[^%\n]{0,120}%>|[^"'\s#<]){1,120})""", re.MULTILINE
)


def _host_of(address: str) -> str:
    """The host of an address whose parts may be embedded Ruby: `<%= ENV["A"] %>.example.com` -> `{}.example.com`."""
    return re.sub(r"<%=[^%]{0,120}%>", "{}", address).partition("/")[0].strip()


_BRANCH = expression(r"<%-?\s{0,4}(?P<word>if|unless|elsif|else|end)\b[^%\n]{0,200}%>")


def _arms(body: str) -> list[tuple[int, int]]:
    """Where the arms of the outermost conditions of embedded Ruby stand in a block."""
    found: list[tuple[int, int]] = []
    depth, start = 0, 0
    for match in _BRANCH.finditer(body):
        word = match["word"]
        if depth == 1 and word in ("elsif", "else", "end"):
            found.append((start, match.start()))
            start = match.end()
        if word in ("if", "unless"):
            depth += 1
            start = match.end() if depth == 1 else start
        elif word == "end":
            depth = max(0, depth - 1)
    return found


def _arm_of(body: str, offset: int) -> str:
    """What holds together with a line: the arm of a condition that it stands in, or all that stands in no arm with an adapter."""
    return next((body[start:end] for start, end in _arms(body) if start <= offset < end), "") or _unchosen(body, offset)


def _unchosen(body: str, offset: int = -1) -> str:
    """The block without the arms that choose an adapter of their own."""
    other = [
        (start, end) for start, end in _arms(body) if _ADAPTER.search(body, start, end) and not start <= offset < end
    ]
    kept, at_ = [], 0
    for start, end in other:
        kept.append(body[at_:start])
        at_ = end
    return "".join(kept) + body[at_:]


def _production(text: str, blocks: list[re.Match[str]]) -> str:
    """The block of the production environment, which adds to the default one."""
    for index, block in enumerate(blocks):
        if block[1] == "production":
            return text[block.end() : blocks[index + 1].start() if index + 1 < len(blocks) else len(text)]
    return ""


def _value(name: str, word: str) -> str:
    if name == "db.engine":
        return engine(word) or word.lower()
    if name == "storage.driver":
        return storage(word)
    if name == "mail.driver":
        return word.removesuffix("_api").removeprefix("aws_sdk_").lower()
    return driver(word)


def _environment(file: SourceFile) -> Finds:
    for match in _CONFIG.finditer(file.text):
        key = match[1]
        word = _WORD.search(match[2])
        if key not in _CONFIG_KEYS or not word or in_comment(file.text, match.start()):
            continue
        name = _CONFIG_KEYS[key]
        if key == "service" and "active_storage" not in match.group():
            continue
        value = (word[1] or word[2] or word[3]).lower()
        where = file.name.removesuffix(".rb") if file.folder.endswith("environments") else ""
        env = ",".join(env_names(match[2]))
        yield at(file, match.start(), Kind.SETTING, name, _value(name, value), tool="rails", environment=where, env=env)


_SERVER = expression(
    r"""^[ \t]*(?::address\s{0,3}=>|address:|["']address["']\s{0,3}=>)\s{0,4}(?:ENV\.fetch\(\s?["']\w{1,60}["'],\s{0,3})?"""
    r"""["'](?P<host>(?:[a-z0-9\-]{1,60}\.){1,5}[a-z]{2,12})["']""",
    re.MULTILINE,
)


def _mail_servers(file: SourceFile) -> Finds:
    """The mail server that an environment is given by its name; those of a developer's machine and of tests are nobody's."""
    if file.name in ("development.rb", "test.rb"):
        return
    settings = file.text.find("smtp_settings")
    for match in _SERVER.finditer(file.text, max(settings, 0)) if settings >= 0 else ():
        if not in_comment(file.text, match.start("host")) and match.start() - settings < _BLOCK:
            yield at(file, match.start("host"), Kind.HOST, match["host"], "", use="config", scheme="smtp")


_BLOCK = 600
"""How far behind its start the block of mail settings reaches."""
_OMNIAUTH = expression(
    r"""^[ \t]*(?:config\.omniauth|provider)\s*\(?\s*:["']?(\w{2,40})["']?([^\n]{0,300}(?:\n[ \t]{4,}[^\n]{1,200}){0,6})""",
    re.MULTILINE,
)
_SCOPE = expression(r"""\bscope:?\s*(?:=>)?\s*["'\[]([^"'\]\n]{1,120})""")
_DEVISE = expression(r"^[ \t]*devise\s+(:[^\n]{1,300}(?:\n[ \t]+:[^\n]{1,200}){0,4})", re.MULTILINE)


def _omniauth(file: SourceFile) -> Finds:
    for match in _OMNIAUTH.finditer(file.text):
        if match[1] in ("developer", "identity") or in_comment(file.text, match.start()):
            continue
        provider = match[1].removesuffix("_oauth2").removesuffix("_v2")
        scope = _SCOPE.search(match[2])
        env = ",".join(env_names(match[2], 6))
        yield at(
            file,
            match.start(),
            Kind.SETTING,
            "oauth.provider",
            provider,
            tool="omniauth",
            env=env,
            scopes=scope[1] if scope else "",
        )


def _devise(file: SourceFile) -> Finds:
    for match in _DEVISE.finditer(file.text):
        modules = ",".join(re.findall(r":(\w{3,40})\b", match[1].split("omniauth_providers")[0]))
        yield at(file, match.start(), Kind.SETTING, "auth.provider", "devise", tool="devise", modules=modules)


COLLECTORS = (
    Collector("data-rails-yaml", _yaml, paths=expression(r"(?:^|/)config/(?:\w+/)?(?:database|storage|cable|queue|cache)\.ya?ml(?:\.\w+)?$"), marks=(".yml", ".yaml")),
    Collector(
        "data-rails",
        _environment,
        paths=expression(r"(?:^|/)config/(?:application|environment|environments/\w+|initializers/\w+)\.rb$"),
        marks=(".rb",),
        needs=("config.",),
    ),
    Collector(
        "data-rails-mail",
        _mail_servers,
        paths=expression(r"(?:^|/)config/(?:application|environments/\w+|initializers/\w+)\.rb$"),
        marks=(".rb",),
        needs=("smtp_settings",),
    ),
    Collector("auth-omniauth", _omniauth, suffixes=frozenset((".rb",)), needs=("omniauth", "OmniAuth")),
    Collector("auth-devise", _devise, paths=expression(r"(?:^|/)app/models/[\w/]{1,100}\.rb$"), marks=("app/models/",), needs=("devise ",)),
)  # fmt: skip
