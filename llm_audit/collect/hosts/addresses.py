"""What a host and a path tell by themselves: whether programs call the address, or people open it."""

from __future__ import annotations

from functools import lru_cache

from llm_audit.collect.expressions import expression
from llm_audit.collect.hosts.urls import Url

_DOC_HOST = expression(
    r"^(?:docs?|help|support|developers?|dev|blog|learn|status|wiki|guides?|community|forum|readme|man|kb"
    r"|tools\.ietf|datatracker|rfc-editor|spec|about|news|mail|lists)\."
    r"|(?:^|\.)(?:w3\.org|schema\.org|json-schema\.org|json\.schemastore\.org|stackoverflow\.com|stackexchange\.com"
    r"|wikipedia\.org|mozilla\.org"
    r"|opensource\.org|gnu\.org|creativecommons\.org|medium\.com|youtu\.be|readthedocs\.(?:io|org)|npmjs\.com"
    r"|npmjs\.org|pypi\.org|rubygems\.org|packagist\.org"
    r"|pkg\.go\.dev|crates\.io|docs\.rs|godoc\.org|hexdocs\.pm|python\.org|golang\.org|go\.dev|php\.net|nodejs\.org"
    r"|ruby-lang\.org|rust-lang\.org|apache\.org"
    r"|xmlsoap\.org|openxmlformats\.org|purl\.org|ogp\.me|xmlns\.com|springframework\.org|hibernate\.org|jboss\.org"
    r"|sun\.com|reactjs\.org|react\.dev|vuejs\.org|caniuse\.com"
    r"|web\.dev|css-tricks\.com|eslint\.org|typescriptlang\.org|tailwindcss\.com|nextjs\.org|djangoproject\.com"
    r"|laravel\.com|rfc-editor\.org|ietf\.org"
    r"|unlicense\.org|spdx\.org|semver\.org|keepachangelog\.com|producthunt\.com|bit\.ly|goo\.gl|adobe\.com"
    r"|inkscape\.org|sodipodi\.sourceforge\.net|dev\.to|opencollective\.com|codepen\.io|codesandbox\.io"
    r"|jsfiddle\.net|ko-fi\.com|patreon\.com|buymeacoffee\.com)\Z"
)
_WEB_HOST = expression(
    r"^(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|twitter\.com|x\.com|linkedin\.com|facebook\.com"
    r"|instagram\.com|youtube\.com|t\.me|discord\.gg|discord\.com|reddit\.com"
    r"|google\.com|slack\.com|apple\.com|microsoft\.com|amazon\.com|stripe\.com|vercel\.com|apps\.apple\.com"
    r"|play\.google\.com)\Z|^[a-z]{2}\.wikipedia\.org\Z"
)
_API_HOST = expression(
    r"^(?:api|graph|oauth|oauth2|auth|accounts|login|hooks|webhooks?|events|ingest|upload|rest|rpc|gateway)[.\-\d]"
    r"|\.api\.|[.\-]api\.|^api-"
)
_API_PATH = expression(
    r"(?i)/(?:api|oauth2?|authorize|token|graphql|rest|rpc|v\d{1,2}(?:\.\d{1,2})?|w/api\.php|webhooks?|hooks"
    r"|login/oauth|dialog/oauth|siteverify|\.well-known|openid|access_token|embed)(?:[/.?]|\Z)"
)
_TILES = expression(r"/\{\}/\{\}/\{\}\.(?:png|jpe?g|webp|pbf|mvt)\Z")
"""Zoom, column and row of a map's tiles, which the map fills in and asks for."""
_DOC_PATH = expression(
    r"(?i)^/paypalme/|/(?:docs?|documentation|blog|wiki|help|articles?|guides?|tutorials?|issues?|pull|blob|tree|questions"
    r"|changelog|releases/tag)(?:[/#?]|\Z)|/\.\.\.(?:/|\Z)|\.(?:html?|md|xsd|dtd)\Z"
)
_DOC_START = expression(r"(?i)^/(?:[a-z]{2}(?:-[a-z]{2})?/)?(?:docs?|documentation)/")
_UPLOADED = expression(
    r"(?i)\.(?:pdf|docx?|xlsx?|png|jpe?g|gif|webp|heic|mp[34]|m4a|wav|mov|webm)\Z"
    r"|(?-i:(?:/[^/]{1,40}){0,4}(?:/[A-Za-z]{1,24}/(?:(?=[^/]{0,40}\d)[A-Za-z0-9]{24,64}|[A-Z]{2}X{24,40})){2})"
)
"""The address of one document or recording, or of one record in another, both by their ids: payloads name such."""
_SIGN_IN = expression(r"(?i)^/(?:service_?)?(?:log|sign)[_\-]?(?:in|out|up)/?(?:\?|\Z)")
"""The page on which a person signs in, as distinct from the address where programs ask for a token."""


# what a host or a path tells is asked again for each of its URLs, and a project has the same few over and over


@lru_cache(maxsize=1 << 12)
def _is_of_documents(host: str) -> bool:
    return _DOC_HOST.search(host) is not None


@lru_cache(maxsize=1 << 12)
def is_of_api(host: str) -> bool:
    """Whether a host's name says that programs call it."""
    return _API_HOST.search(host) is not None


@lru_cache(maxsize=1 << 12)
def leads_to_api(path: str) -> bool:
    """Whether a path says that programs call it."""
    return _API_PATH.search(path) is not None


def is_reference(url: Url) -> bool:
    """Whether the host is known for documents, namespaces or profiles rather than for answering programs."""
    if not _is_of_documents(url.host) or url.host.startswith("api."):
        return False
    return not leads_to_api(url.path) or _DOC_START.search(url.path) is not None


def is_profile(url: Url) -> bool:
    """Whether the URL is that of a person's or company's page at a large site, or what stands before all of them."""
    return _WEB_HOST.search(url.host) is not None and _PROFILES.match(url.path) is not None


_PROFILES = expression(r"(?i)/(?:users?|company|in|u|add|channel|profile|people)/(?:[\w.\-{}]{1,60}/?)?\Z|/@")


def is_page(url: Url) -> bool:
    """Whether people open this URL, as far as host and path tell."""
    if is_reference(url) or _shares(url):
        return True
    if is_telling(url):
        return False
    return _DOC_PATH.search(url.path) is not None or _WEB_HOST.search(url.host) is not None


def is_shown(url: Url) -> bool:
    """Whether the path is one that a browser opens, so that without a client nobody else does."""
    return bool(_UPLOADED.search(url.path) or (_SIGN_IN.search(url.path) and not url.host.startswith(("api.", "api-"))))


def is_telling(url: Url) -> bool:
    """Whether the URL itself says that programs call it."""
    return (is_of_api(url.host) or leads_to_api(url.path)) and not _shares(url)


def _shares(url: Url) -> bool:
    """Whether the URL opens a chat in which a person may send a text on ("How to use click to chat", WhatsApp)."""
    return url.host == "api.whatsapp.com" and url.path.startswith("/send")


def is_tile(url: Url) -> bool:
    """Whether the URL is that of a tile of a map."""
    return _TILES.search(url.path) is not None
