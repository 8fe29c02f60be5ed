"""Judges what a URL is there for, from the text right before it and from the kind of file it stands in."""

from __future__ import annotations

from enum import StrEnum

from llm_audit.collect.expressions import expression
from llm_audit.collect.hosts.addresses import (
    is_of_api,
    is_page,
    is_profile,
    is_reference,
    is_shown,
    is_telling,
    is_tile,
    leads_to_api,
)
from llm_audit.collect.hosts.clients import is_called, is_of_shell, is_parsed
from llm_audit.collect.hosts.compared import is_compared
from llm_audit.collect.hosts.names import is_of_link, is_of_target, is_of_url, key, named
from llm_audit.collect.hosts.urls import Url


class Use(StrEnum):
    """What the program does with a host: a `POLICY` of its own lets its pages load from it, one that only lets them speak to it,
    or that a web server is given, has it `ALLOWED`, whether or not any does; `LINK` is none of it, kept to say why."""

    CALL = "call"
    SCRIPT = "script"
    CONFIG = "config"
    POLICY = "policy"
    ALLOWED = "allowed"
    LINK = "link"


_NEAR = 140
_TAG = expression(r"<([A-Za-z][\w:.\-]{0,40})\b[^<>]{0,400}\Z")
_ATTRIBUTE = expression(
    r"[\s:@]([A-Za-z][\w:.\-]{0,40})\s{0,3}=\s{0,3}(?:[{]\s{0,3}(?:[\w.]{1,40}\(\s{0,9}(?:[\"'][\w.\-]{1,60}[\"'],\s{0,9})?"
    r"|[\w.?]{1,60}\s{0,3}(?:\?\?|\|\|)\s{0,3})?)?\s{0,3}[\"'`][^\"'`]{0,200}\Z"
)
"""An attribute before its address, which in a page of JSX may be what stands in for a setting: `href={setting('PAGE', '`."""
_TAG_USE = {
    "script": Use.SCRIPT,
    "iframe": Use.SCRIPT,
    "embed": Use.SCRIPT,
    "object": Use.SCRIPT,
    "img": Use.SCRIPT,
    "image": Use.SCRIPT,
    "video": Use.SCRIPT,
    "audio": Use.SCRIPT,
    "source": Use.SCRIPT,
    "form": Use.CALL,
    "a": Use.LINK,
    "meta": Use.LINK,
    "svg": Use.LINK,
    "html": Use.LINK,
}
_DEFAULT = expression(
    r"(?:(?:\?\?|\|\||\bor\b|\?:)\s{0,40}[\"'`]|\b(?:getenv|environ\.get|env|fetch|get|config|default|getEnv|GetEnv"
    r"|os\.environ\.get|ENV\.fetch"
    r"|getProperty|envOr|optional|withDefault|Field"
    r"|unwrap_or\w{0,8})\(\s{0,20}(?:[\"'][\w.\-]{1,60}[\"']\s{0,3},\s{0,40})?(?:default\s{0,2}=\s{0,2})?[\"'`])\Z"
)
_TALK = expression(
    r"(?:\b(?:console\.\w{1,8}|log(?:ger|ging)?\.\w{1,10}|print(?:ln|f)?|puts|echo|throw\ new\ \w{1,40}"
    r"|raise\ \w{1,40}|Error|warn|fail|abort|panic"
    r"|help_text|messages?\.\w{1,10}|window\.open|openExternal|openURL|open_url|Linking\.openURL|location\.href"
    r"|location|push|redirect"
    r"|t|_|gettext\w{0,5}|__|trans|translate|describe|it|expect"
    r"|assert\w{0,20})\s{0,3}[(=]?\s{0,40}(?:[^()\"'`;]{0,40},\s{0,40})?[\"'`])\Z",
)
_OPENED = expression(
    r"\b(?:launchUrl(?:String)?|launch|open(?:Url|URL|Link|Browser|External)|shared\.open|application\.open)\(\s{0,60}"
    r"(?:context,\s{0,40})?(?:const\s)?(?:Uri\.parse|Uri\.https|NSURL|URL)\(\s{0,60}(?:string:\s{0,3})?[\"']\Z"
)
"""What hands a parsed address to the person's browser."""
_ENUMERATED = expression(
    r"(?:(?:^|[,;{\n])\s{0,20}[A-Z][A-Z0-9_]{1,40}\(|\b\w{2,40}<String>\()\s{0,20}(?:[\"'][^\"'\n]{0,60}[\"'],\s{0,20}){0,3}[\"']\Z"
    r"|\bcase\s{1,4}\w{1,40}\s{0,3}=\s{0,3}\"\Z"
)
"""A constant of an enumeration, which holds what its type is asked for elsewhere: `LIVE("https://...")`, `case live = "..."`."""
_BASE_METHOD = expression(
    r"(?i)(?:base_?ur[il]|endpoint|api_?ur[il]|api_?host|token_?ur[il]|authori[sz]e?\w{0,8}"
    r"|server_?url)\w{0,12}\s{0,3}\([^()]{0,80}\)[^;]{0,120}\Z"
)
_QUOTATION = expression(r"<(?:code|pre|kbd|samp)\b[^<>]{0,120}>[^<]{0,300}\Z")
"""Text that a page shows to be read or copied."""
_QUOTED = ("'", '"', "`", "(")
_QUOTES = expression(r"[\"'`]")
_ECHO = expression(r"\b(?:echo|printf)\b")
_XML_NAMES = expression(r"(?:xmlns(?::[\w\-]{1,30})?|[sS]chemaLocation)\s{0,3}=\s{0,3}[\"'][^\"'<>]{0,300}\Z")
_LINK_RELATION = expression(
    r"rel=[\"']?(?:canonical|alternate|author|license|me|help|next|prev|preconnect|dns-prefetch)\b"
)
_LOADED = expression(
    r"\burl\(\s{0,4}[\"']?\Z|@import\s{1,4}[\"']\Z|\.src\s{0,3}=\s{0,3}[\"'`]\Z"
    r"|setAttribute\([\"']src[\"'],\s{0,3}[\"'`]\Z"
)
_LOADER = 40
"""What loads the URL that follows is shorter."""
_PARTS = r"(?:script|connect|img|frame|style|font|media|default|worker|form|child|object|manifest)"
_POLICY = expression(
    rf"\b{_PARTS}-(?:src|action)(?:-elem)?\b(?:[^;\n]{{0,1500}}|[^;\])}}=(`]{{0,1500}})\Z"
    rf"|\b{_PARTS}Src[\"']?\s{{0,3}}:\s{{0,9}}\[[^;\])}}=]{{0,1500}}\Z"
    rf"|(?:\bpolicy\.{_PARTS}_src\b|(?i:\bCSP_{_PARTS}_SRC)\s{{0,3}}=\s{{0,3}}[\[(])[^;\])}}=]{{0,1500}}\Z"
)
"""A directive of a page's policy ("Content Security Policy", W3C) in a header, or as a library's setting holds it."""
_PART = expression(rf"(?i)({_PARTS})[\-_]?(?:src|action)")
_LOADED_PARTS = frozenset({"script", "style", "font", "img", "media"})
"""What pages load from the hosts of a policy; to the others they talk, or they show them."""
_OF_POLICY = ("-src", "-action", "Src:", 'Src"', "Src'", "Src :", "policy.", "_SRC")


class Setting(StrEnum):
    """The kind of file, as far as it changes how a URL is read."""

    CODE = "code"
    TEMPLATE = "template"
    CONFIG = "config"
    SHELL = "shell"
    METADATA = "metadata"


_CONSTRAINS = expression(
    r"\s(?:-c|--constraints?|-r|--requirements?)[ =][\"']?\Z|\bhelm repo add [\w\-]{1,60} [\"']?\Z"
)
"""What is put before the address of a list of packages or charts: it says what is installed, and nothing is asked of it later."""


def use_of(url: Url, before: str, kind: Setting, *, client: bool, settings: bool) -> Use:
    """What the URL is for.

    Args:
        url: what was found.
        before: some hundred characters before it.
        kind: of the file.
        client: the file has an HTTP client.
        settings: the file holds the program's settings or constants.
    """
    if kind is Setting.METADATA or before.endswith("]("):  # a link of Markdown
        return Use.LINK
    if _CONSTRAINS.search(before[-_NEAR:]):
        return Use.LINK
    if any(sign in before for sign in _OF_POLICY) and (policy := _POLICY.search(before)):
        loads = _PART.findall(policy.group())[-1].lower() in _LOADED_PARTS
        return Use.POLICY if loads and kind in (Setting.CODE, Setting.TEMPLATE) else Use.ALLOWED
    line = before[before.rfind("\n") + 1 :]
    if kind is Setting.SHELL or (kind is Setting.CONFIG and is_of_shell(line)):
        return _in_shell(url, line)
    if kind is Setting.CONFIG:
        return _in_config(url, before)
    tag = _TAG.search(before)
    if tag and (attribute := _ATTRIBUTE.search(before[tag.start() :])):
        return _in_tag(url, tag[1], attribute[1].lower().lstrip(":"), before[tag.start() :])
    if kind is Setting.TEMPLATE and (not before.endswith(_QUOTED) or _QUOTATION.search(before)):
        return Use.LINK
    return _in_code(url, before, line, client=client, settings=settings)


def _in_shell(url: Url, line: str) -> Use:
    if is_of_shell(line):
        return Use.CALL
    return Use.LINK if is_page(url) or _ECHO.search(line) else Use.CONFIG


def _in_config(url: Url, before: str) -> Use:
    if is_page(url) or is_of_link(key(before[-_NEAR:]).rpartition(".")[2]) or _XML_NAMES.search(before):
        return Use.LINK
    return Use.CONFIG


def _in_tag(url: Url, tag: str, attribute: str, before: str) -> Use:
    if tag == "link":
        return Use.LINK if _LINK_RELATION.search(before) else Use.SCRIPT
    if attribute.startswith("xmlns") or attribute in ("href", "to", "xlink:href", "cite"):
        return Use.LINK
    if attribute in ("src", "srcset", "data-src", "poster"):
        return Use.SCRIPT
    use = _TAG_USE.get(tag.lower())
    if use is not None:
        return use
    if is_page(url) or is_of_link(attribute):
        return Use.LINK
    return Use.CALL if is_of_target(attribute) else Use.LINK


def _in_code(url: Url, before: str, line: str, *, client: bool, settings: bool) -> Use:
    if not before.endswith(_QUOTED):
        return Use.CALL if is_of_shell(line) and _QUOTES.search(line) else Use.LINK
    if _LOADED.search(before[-_LOADER:]):
        return Use.SCRIPT
    if is_compared(before[-_NEAR:]):
        return Use.LINK
    if _TALK.search(before[-_NEAR:]):
        return Use.CALL if leads_to_api(url.path) and "redirect" in before[-40:] else Use.LINK
    if ("launch" in before or "open" in before) and _OPENED.search(before[-_NEAR:]):
        return Use.LINK
    if is_called(before) and (not is_parsed(before) or is_telling(url) or (client and not is_page(url))):
        return Use.CALL
    if is_tile(url):
        return Use.CALL
    if is_reference(url) or is_profile(url):
        return Use.LINK
    return _by_name(url, before, client=client, settings=settings)


def _based(before: str) -> bool:
    """Whether a call that sets an address, on whose result the text goes on, ends it."""
    return ")" in before.rpartition(";")[2] and _BASE_METHOD.search(before) is not None


def _by_name(url: Url, before: str, *, client: bool, settings: bool) -> Use:
    near = before[-_NEAR:]
    name = named(near).rpartition(".")[2]
    telling = is_telling(url)
    if (is_of_target(name) and (client or not is_page(url))) or _based(before[-240:]):
        return Use.CALL if client or telling else Use.CONFIG
    if is_page(url) or is_of_link(name) or (not client and is_shown(url)):
        return Use.LINK
    if _DEFAULT.search(near):
        # what a setting may replace is called all the same, where it is an API's host beside a client
        return Use.CALL if client and is_of_api(url.host) else Use.CONFIG
    if name.lower().endswith("src"):
        return Use.SCRIPT
    if is_of_url(name):
        return Use.CALL if client or telling else Use.CONFIG if settings or name.isupper() else Use.LINK
    if (client and (telling or not url.host.startswith("www."))) or (telling and _ENUMERATED.search(near)):
        return Use.CALL
    return Use.CONFIG if telling or (settings and url.path) else Use.LINK
