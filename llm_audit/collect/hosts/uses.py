"""Judges what a URL is there for, from the text right before it and from the kind of file it stands in."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from llm_audit.collect.expressions import expression
from llm_audit.collect.hosts.urls import Url
from llm_audit.collect.literals import Literals


class Use(StrEnum):
    """What the program does with a host: a `POLICY` lets its pages load from it; `LINK` is none of it, kept to say why."""

    CALL = "call"
    SCRIPT = "script"
    CONFIG = "config"
    POLICY = "policy"
    LINK = "link"


_NEAR = 140
_TAG = expression(r"<([A-Za-z][\w:.\-]{0,40})\b[^<>]{0,400}\Z")
_ATTRIBUTE = expression(r"[\s:@]([A-Za-z][\w:.\-]{0,40})\s{0,3}=\s{0,3}[{]?\s{0,3}[\"'`][^\"'`]{0,200}\Z")
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
_CALLED = expression(
    r"""(?:\b(?:fetch|\$fetch|ofetch|fetcher|axios|got|ky|superagent|request|needle|useFetch|sendBeacon|ajax|getJSON|loadScript|urlopen
    |urlretrieve|WebSocket|EventSource|XMLHttpRequest|NewRequest|NewRequestWithContext|http\.(?:Get|Post|PostForm|Head|NewRequest)
    |file_get_contents|fopen|curl_init|curl_setopt|simplexml_load_file|URI(?:\.parse|\.open|\.create|\.join|\.new)?|open-uri
    |Net::HTTP\.\w{1,20}|HTTParty\.\w{1,10}|Faraday(?:\.new|\.\w{1,8})|RestClient(?:\.\w{1,8}|::\w{1,20}\.\w{1,10})|Excon\.\w{1,8}|HTTP\.\w{1,10}
    |Http::\w{1,24}|requests?\.\w{1,12}|httpx\.\w{1,12}|aiohttp\.\w{1,16}|urllib\w{0,3}\.\w{1,12}|session\.\w{1,10}|client\.\w{1,24}
    |HTTPoison\.\w{1,10}!?|Req\.\w{1,10}!?|Tesla\.\w{1,10}!?|Finch\.build|Mojito\.\w{1,10}|reqwest::\w{1,12}|Url::parse|surf::\w{1,8}
    |URL(?=\(string)|Uri|Uri\.(?:parse|https?|create)|URLRequest|HttpRequest\.\w{1,12}|RestTemplate|WebClient\.\w{1,12}|HttpClient\w{0,12}
    |RestClient|Retrofit|baseUrl|base_url|BaseAddress|HttpGet|HttpPost|Request(?:\.Builder)?|Request::\w{1,10}|Jsoup\.connect|dio\.\w{1,8}
    |Dio|http\.(?:get|post|put|patch|delete|request)|https?\.(?:get|request)|self\.(?:get|post|put|delete|request|_get|_post|curl)|cls\.(?:get|post|put)
    |(?:this\.)?http(?:Client|Service)?\.(?:get|post|put|patch|delete|request)
    |(?:this\.|\$this->)?(?:client|http|httpClient)->(?:get|post|put|patch|delete|request)|new\ Client|create_client
    |defineFetch)
    (?:<[^<>()\n]{0,60}>)?\s{0,3}\(\s{0,60}(?:[^()"'`;{}]{0,80},\s{0,40})?(?:["'](?:GET|POST|PUT|PATCH|DELETE|HEAD)["'],\s{0,40})?
    (?:url\s{0,2}[=:]\s{0,2}|string:\s{0,2}|new\ U\w{2}\(\s{0,4})?[a-z]{0,2}["'`]
    |(?:\.|->)(?:get|post|put|patch|delete|request|url|uri|baseUrl|baseURL|getJSON|head)\(\s{0,40}
    (?:["'](?:GET|POST|PUT|PATCH|DELETE|HEAD)["'],\s{0,40})?[a-z]{0,2}["'`])\Z""",
    re.X,
)
_OWN_CLIENT = expression(
    r"\b(?!(?:is|on|should|mock|validate|parse|handle|intercept|match|pre|Next|dns_?pre)(?:[A-Z_]|[fF]etch))"
    r"(?:\w{0,24}(?:[fF]etch|_request|[a-z]Request)|(?:\w{0,16}_|_)?(?:http|api)_?(?:[gG]et|GET|[pP]ost|POST|[pP]ut|[dD]elete|[hH]ead|[cC]all))\w{0,16}\Z"
)
"""A function of the project that makes requests, by its name: `httpGet`, `fetchJson`, `fetch_with_retries`, `githubRequest`."""
_FIRST = expression(r"\s{0,40}(?:[\"'](?:GET|POST|PUT|PATCH|DELETE|HEAD)[\"'],\s{0,40})?[a-z]{0,2}[\"'`]\Z")
"""What may stand between the bracket of a call and its address."""
_PARSED = expression(r"(?i)\b(?:ur[il]|request)[\w.:]{0,12}\([^()]{0,20}\Z")
_SHELL_CALL = expression(r"\b(?:curl|wget|http|httpie|xh|Invoke-WebRequest|Invoke-RestMethod|iwr)\b[^|;&]{0,300}\Z")
_NAMED = expression(
    r"([A-Za-z_@$][\w.\-$]{0,60}+)[\"'\]]{0,2}\s{0,4}(?::=|=>|[:=])\s{0,60}(?:(?:new )?U[Rr][LlIi]\()?"
    r"(?:[A-Za-z]{1,2}(?=[\"'`]))?[(]?\s{0,40}[\"'`]?\Z"
)
_TYPED = expression(r"([A-Za-z_]\w{0,60}+)\s{0,3}:\s{0,3}[\w&'\[\]]{1,30}\s{0,3}=\s{0,40}[\"'`]\Z")
_DEFAULT = expression(
    r"(?:(?:\?\?|\|\||\bor\b|\?:)\s{0,40}[\"'`]|\b(?:getenv|environ\.get|env|fetch|get|config|default|getEnv|GetEnv"
    r"|os\.environ\.get|ENV\.fetch"
    r"|getProperty|envOr|optional|withDefault|Field"
    r"|unwrap_or\w{0,8})\(\s{0,20}(?:[\"'][\w.\-]{1,60}[\"']\s{0,3},\s{0,40})?(?:default\s{0,2}=\s{0,2})?[\"'`])\Z"
)
_LINK_NAME = expression(
    r"(?i)(?:^|[._\-])(?:href|homepage|home_?page|repository|repo(?:_?url)?|bugs|author|authors|license|licence"
    r"|licenses|docs?|doc_?url|docs_?url"
    r"|documentation|documentation_?url|help\w{0,4}|help_?url|support|support_?url|faq|learn_?more|website|site|web"
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
_AFTER_ARGUMENTS = frozenset(");{}")
_NAME_BEFORE = 70
"""A name ends at the last sign or bracket, and begins at most so many characters before it."""
_PASSED = expression(r"([A-Za-z_]\w{0,60}+)\(\s{0,40}[\"'`]\Z")
_POLICY = expression(
    r"\b(?P<what>script|connect|img|frame|style|font|media|default|worker|form|child|object)-(?:src"
    r"|action)(?:-elem)?\b[^;\n]{0,400}\Z"
)
_LOADED_PARTS = frozenset({"script", "style", "font", "img", "media"})
"""What pages load from the hosts of a policy; to the others they talk, or they show them."""
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
_COMPARED = expression(
    r"(?:[=!]==?\s{0,3}|\b(?:starts?_?[wW]ith\??|StartsWith|ends?_?[wW]ith\??|EndsWith|includes\??|include\?|indexOf|starts_with\??"
    r"|str_starts_with|str_contains|[hH]as(?:Prefix|Suffix)|[cC]ontains|localeCompare|equals(?:IgnoreCase)?)\(\s{0,20}(?:[^()\"'`;{}]{1,60},\s{0,10})?)"
    r"[a-z]{0,2}[\"'`]\Z"
)
"""An address that another is compared with is asked for by nobody there."""
_LISTED = expression(
    r"(?<![\w$])(?P<name>[A-Za-z_$][\w$]{1,60}+)(?:\s{0,3}:[^=\n]{1,40})?\s{0,3}=\s{0,3}(?:new Set\(\s{0,9}|frozenset\(\s{0,9}|set\(\s{0,9})?\Z"
)
"""What gives a list a name, up to its bracket."""
_BEFORE_IT = expression(r"(?:\s{0,40}[\"'][^\"'\n]{1,120}[\"'],){0,4}\s{0,40}[\"']\Z")
"""The texts of a list, up to one of them."""
_LIST_HEAD = 130
_DOC_START = expression(r"(?i)^/(?:[a-z]{2}(?:-[a-z]{2})?/)?(?:docs?|documentation)/")
_UPLOADED = expression(
    r"(?i)\.(?:pdf|docx?|xlsx?|png|jpe?g|gif|webp|heic|mp[34]|m4a|wav|mov|webm)\Z"
    r"|(?-i:(?:/[^/]{1,40}){0,4}(?:/[A-Za-z]{1,24}/(?:(?=[^/]{0,40}\d)[A-Za-z0-9]{24,64}|[A-Z]{2}X{24,40})){2})"
)
"""The address of one document or recording, or of one record in another, both by their ids: payloads name such."""
_SIGN_IN = expression(r"(?i)^/(?:service_?)?(?:log|sign)[_\-]?(?:in|out|up)/?(?:\?|\Z)")
"""The page on which a person signs in, as distinct from the address where programs ask for a token."""
_CLIENTS = Literals(
    """fetch( axios requests. httpx aiohttp urllib pycurl http.Get( http.Post http.NewRequest http.Client
    NewRequest curl guzzle Guzzle Http:: HttpClient HTTParty Faraday Net::HTTP RestClient RestTemplate
    WebClient OkHttp Retrofit reqwest hyper:: ureq HTTPoison Tesla Finch Req. URLSession Alamofire Dio(
    http.get( http.post( http.put( http.request( https.get( https.request( superagent got( 'ky' "ky" (ky. npm:ky@
    XMLHttpRequest WebSocket EventSource Connector HttpRequest urlopen file_get_contents apiClient
    httpClient http_client .post( baseURL base_url baseUrl ws.rs.client java.net.http HttpURLConnection openConnection(
    httpGet( httpPost( http_get( http_post( fetchJson( fetchJSON( fetchWith fetch_with fetch_json(
    io.ktor.client AsyncHttpClient AsyncHTTPClient HTTPClientRequest retrofit2 okhttp3 FeignClient Flurl RestSharp Refit package:http/ package:dio/ Moya""".split()
)


class Setting(StrEnum):
    """The kind of file, as far as it changes how a URL is read."""

    CODE = "code"
    TEMPLATE = "template"
    CONFIG = "config"
    SHELL = "shell"
    METADATA = "metadata"


def has_client(text: str) -> bool:
    """Whether the file shows an HTTP client or a call by one."""
    return bool(_CLIENTS.in_text(text))


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
    line = before[before.rfind("\n") + 1 :]
    if kind is Setting.SHELL or (kind is Setting.CONFIG and _SHELL_CALL.search(line)):
        return _in_shell(url, line)
    if kind is Setting.CONFIG:
        return _in_config(url, before)
    tag = _TAG.search(before)
    if tag and (attribute := _ATTRIBUTE.search(before[tag.start() :])):
        return _in_tag(url, tag[1], attribute[1].lower().lstrip(":"), before[tag.start() :])
    if kind is Setting.TEMPLATE and (not before.endswith(_QUOTED) or _QUOTATION.search(before)):
        return Use.LINK
    return _in_code(url, before, line, client=client, settings=settings)


# what a host or a path tells is asked again for each of its URLs, and a project has the same few over and over


@lru_cache(maxsize=1 << 12)
def _is_of_documents(host: str) -> bool:
    return _DOC_HOST.search(host) is not None


@lru_cache(maxsize=1 << 12)
def _is_of_api(host: str) -> bool:
    return _API_HOST.search(host) is not None


@lru_cache(maxsize=1 << 12)
def _leads_to_api(path: str) -> bool:
    return _API_PATH.search(path) is not None


def _reference(url: Url) -> bool:
    """Whether the host is known for documents, namespaces or profiles rather than for answering programs."""
    if not _is_of_documents(url.host) or url.host.startswith("api."):
        return False
    return not _leads_to_api(url.path) or _DOC_START.search(url.path) is not None


def _page(url: Url) -> bool:
    """Whether people open this URL, as far as host and path tell."""
    if _reference(url):
        return True
    if _telling(url):
        return False
    return _DOC_PATH.search(url.path) is not None or _WEB_HOST.search(url.host) is not None


def _shown(url: Url) -> bool:
    """Whether the path is one that a browser opens, so that without a client nobody else does."""
    return bool(_UPLOADED.search(url.path) or (_SIGN_IN.search(url.path) and not url.host.startswith(("api.", "api-"))))


def _telling(url: Url) -> bool:
    """Whether the URL itself says that programs call it."""
    return _is_of_api(url.host) or _leads_to_api(url.path)


def _in_shell(url: Url, line: str) -> Use:
    if _SHELL_CALL.search(line):
        return Use.CALL
    return Use.LINK if _page(url) or _ECHO.search(line) else Use.CONFIG


def _in_config(url: Url, before: str) -> Use:
    near = before[-_NEAR:]
    named = _NAMED.search(near, max(0, max(near.rfind("="), near.rfind(":")) - _NAME_BEFORE))
    name = named[1] if named else ""
    if _page(url) or _LINK_NAME.search(name.rpartition(".")[2]) or _XML_NAMES.search(before):
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
    if _page(url) or _LINK_NAME.search(attribute):
        return Use.LINK
    return Use.CALL if _TARGET_NAME.search(attribute) else Use.LINK


def _in_code(url: Url, before: str, line: str, *, client: bool, settings: bool) -> Use:
    if ("-src" in before or "-action" in before) and (policy := _POLICY.search(before)):
        return Use.POLICY if policy["what"] in _LOADED_PARTS else Use.CONFIG
    if not before.endswith(_QUOTED):
        return Use.CALL if _SHELL_CALL.search(line) and _QUOTES.search(line) else Use.LINK
    if _LOADED.search(before[-_LOADER:]):
        return Use.SCRIPT
    if _COMPARED.search(before[-_NEAR:]):
        return Use.LINK
    if _TALK.search(before[-_NEAR:]):
        return Use.CALL if _leads_to_api(url.path) and "redirect" in before[-40:] else Use.LINK
    if ("launch" in before or "open" in before) and _OPENED.search(before[-_NEAR:]):
        return Use.LINK
    if _called(before) and (not _PARSED.search(before) or _telling(url) or (client and not _page(url))):
        return Use.CALL
    if _TILES.search(url.path):
        return Use.CALL
    if _reference(url):
        return Use.LINK
    return _by_name(url, before, client=client, settings=settings)


def is_only_compared(text: str, before: str) -> bool:
    """Whether an address stands in a list of the file that others are only looked for in: `ALLOWED.includes(url)`.

    Args:
        text: of the file.
        before: some hundred characters before the address.
    """
    if before[-1:] not in ("'", '"') or before[:-1].rstrip()[-1:] not in ("[", "{", ","):
        return False
    opened = max(before.rfind("["), before.rfind("{"))
    if opened < 0 or not _BEFORE_IT.match(before, opened + 1):
        return False
    listed = _LISTED.search(before[max(0, opened - _LIST_HEAD) : opened])
    if listed is None:
        return False
    name = re.escape(listed["name"])
    uses = len(re.findall(rf"(?<![\w$]){name}(?![\w$])", text)) - 1
    asked = re.findall(
        rf"(?<![\w$]){name}\.(?:includes|indexOf|has|contains)\(|(?<!for )(?<![\w.])[\w.]{{1,60}} (?:not )?in {name}(?!\w)",
        text,
    )
    return uses == len(asked) > 0


def is_argument(before: str) -> bool:
    """Whether the text that follows is what a request is made to, rather than an address that is parsed or kept."""
    return _called(before) and not _PARSED.search(before)


def _called(before: str) -> bool:
    """Whether the text ends in the arguments of a request; most texts are told apart by their last brackets."""
    opened = before.rfind("(")
    if opened < 0 or not _AFTER_ARGUMENTS.isdisjoint(before[opened + 1 :]):
        return False
    return _CALLED.search(before) is not None or (
        _FIRST.match(before, opened + 1) is not None
        and _OWN_CLIENT.search(before, max(0, opened - _NAME_BEFORE), opened) is not None
    )


def _named(near: str) -> str:
    """The name that the value at the end of the text is given to, or passed to; empty when there is none."""
    sign = max(near.rfind("="), near.rfind(":"))
    found = (_NAMED.search(near, max(0, sign - _NAME_BEFORE)) or _TYPED.search(near)) if sign >= 0 else None
    found = found or _PASSED.search(near, max(0, near.rfind("(") - _NAME_BEFORE))
    return found[1] if found else ""


def _based(before: str) -> bool:
    """Whether a call that sets an address, on whose result the text goes on, ends it."""
    return ")" in before.rpartition(";")[2] and _BASE_METHOD.search(before) is not None


def _by_name(url: Url, before: str, *, client: bool, settings: bool) -> Use:
    near = before[-_NEAR:]
    name = _named(near).rpartition(".")[2]
    telling = _telling(url)
    if _TARGET_NAME.search(name) or _based(before[-240:]):
        return Use.CALL if client or telling else Use.CONFIG
    if _page(url) or _LINK_NAME.search(name) or (not client and _shown(url)):
        return Use.LINK
    if _DEFAULT.search(near):
        # what a setting may replace is called all the same, where it is an API's host beside a client
        return Use.CALL if client and _is_of_api(url.host) else Use.CONFIG
    if name.lower().endswith("src"):
        return Use.SCRIPT
    if _URL_NAME.search(name):
        return Use.CALL if client or telling else Use.CONFIG if settings or name.isupper() else Use.LINK
    if client and (telling or not url.host.startswith("www.")):
        return Use.CALL
    return Use.CONFIG if telling or (settings and url.path) else Use.LINK
