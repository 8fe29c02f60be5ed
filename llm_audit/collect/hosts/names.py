"""The name that an address is given to, and what such names tell of it."""

from __future__ import annotations

from llm_audit.collect.expressions import expression

_NAMED = expression(
    r"([A-Za-z_@$][\w.\-$]{0,60}+)[\"'\]]{0,2}\s{0,4}(?::=|=>|[:=])\s{0,60}(?:(?:new )?U[Rr][LlIi]\()?"
    r"(?:[A-Za-z]{1,2}(?=[\"'`]))?[(]?\s{0,40}[\"'`]?\Z"
)
_TYPED = expression(r"([A-Za-z_]\w{0,60}+)\s{0,3}:\s{0,3}[\w&'\[\]]{1,30}\s{0,3}=\s{0,40}[\"'`]\Z")
_LINK_NAME = expression(
    r"(?i)(?:^|[._\-])(?:href|homepage|home_?page|repository|repo(?:_?url)?|bugs|author|authors|license|licence"
    r"|licenses|docs?|doc_?url|docs_?url"
    r"|documentation|documentation_?url|help\w{0,4}|help_?url|support|support_?url|faq|(?:learn|read)_?more|website|site|web"
    r"|\$?schema|\$id|\$ref|xmlns\w{0,20}"
    r"|namespace|schemalocation|blog|twitter|facebook_?url|linkedin|github|discord|youtube|instagram|social\w{0,10}"
    r"|terms\w{0,12}|privacy\w{0,12}"
    r"|changelog\w{0,4}|readme|see|link|links?|external_?link|external_?url|info_?url|more_?info|canonical\w{0,6}"
    r"|sameas|@context|@id|@type"
    r"|logo\w{0,6}|icon\w{0,6}|avatar\w{0,6}|(?:cover_?|banner_?|hero_?|preview_?)?image\w{0,6}|thumbnail\w{0,4}|screenshot|favicon|poster|placeholder"
    r"|example\w{0,3}|description|title|text"
    r"|message|label|tooltip|hint|summary|content|comment|note|reference|references|source_?url|funding"
    r"|maintainer\w{0,3}|contributors?|vendor_?url"
    r"|\w{0,40}(?:web_?site|web_?link\w{0,8}|home_?page)(?:_?ur[il])?"
    r"|download_?url|issues?_?url|tracker|project_?urls?|creator|publisher|about|to|pathname|user_?agent"
    r"|metadata_?base|opengraph\w{0,6}|referer|referrer)\Z"
)
_TARGET_NAME = expression(
    r"(?i)(?:base_?ur[il]|base_?address|end_?points?|api_?ur[il]s?|api_?(?:base|host|root|endpoint|server|domain)"
    r"|ingest\w{0,6}|dsn|webhook_?ur[il]"
    r"|token_?ur[il]|auth(?:orize|orization|entication)?_?ur[il]|authority|issuer\w{0,4}|jwks\w{0,5}"
    r"|user_?info\w{0,5}|well_?known|gateway\w{0,4}|rpc\w{0,4}|server_?ur[il]"
    r"|callback_?ur[il]|service_?ur[il]|host|hostname|upload_?ur[il]|proxy\w{0,4}|registry\w{0,4}|remote\w{0,4}"
    r"|target|_api|api|graphql\w{0,4}|script_?(?:url|src)|cdn\w{0,4})\Z"
    r"|^[A-Z][A-Z0-9_]{0,50}(?:_API|_HOST|_ENDPOINT|_BASE|_SERVER|_ORIGIN|_GATEWAY)\w{0,8}\Z"
)
_URL_NAME = expression(r"(?i)(?:ur[il]s?|src|origin|domain|server|path|route|address|site_verify|verify)\Z")
_NAME_BEFORE = 70
"""A name ends at the last sign or bracket, and begins at most so many characters before it."""
_PASSED = expression(r"([A-Za-z_]\w{0,60}+)\(\s{0,40}[\"'`]\Z")


def named(near: str) -> str:
    """The name that the value at the end of the text is given to, or passed to; empty when there is none."""
    sign = max(near.rfind("="), near.rfind(":"))
    found = (_NAMED.search(near, max(0, sign - _NAME_BEFORE)) or _TYPED.search(near)) if sign >= 0 else None
    found = found or _PASSED.search(near, max(0, near.rfind("(") - _NAME_BEFORE))
    return found[1] if found else ""


def key(near: str) -> str:
    """The key that the value at the end of a text of settings is given to; empty when there is none."""
    found = _NAMED.search(near, max(0, max(near.rfind("="), near.rfind(":")) - _NAME_BEFORE))
    return found[1] if found else ""


def is_of_link(name: str) -> bool:
    """Whether what bears the name is opened or shown."""
    return _LINK_NAME.search(name) is not None


def is_of_target(name: str) -> bool:
    """Whether what bears the name is called."""
    return _TARGET_NAME.search(name) is not None


def is_of_url(name: str) -> bool:
    """Whether the name says that it is an address, and no more."""
    return _URL_NAME.search(name) is not None
