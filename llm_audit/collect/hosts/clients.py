"""HTTP clients and their calls, by the text right before an address."""

from __future__ import annotations

import re

from llm_audit.collect.expressions import expression
from llm_audit.collect.literals import Literals

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
_AFTER_ARGUMENTS = frozenset(");{}")
_NAME_BEFORE = 70
"""A function's name ends at its bracket, and begins at most so many characters before it."""
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


def has_client(text: str) -> bool:
    """Whether the file shows an HTTP client or a call by one."""
    return bool(_CLIENTS.in_text(text))


def is_argument(before: str) -> bool:
    """Whether the text that follows is what a request is made to, rather than an address that is parsed or kept."""
    return is_called(before) and not _PARSED.search(before)


def is_called(before: str) -> bool:
    """Whether the text ends in the arguments of a request; most texts are told apart by their last brackets."""
    opened = before.rfind("(")
    if opened < 0 or not _AFTER_ARGUMENTS.isdisjoint(before[opened + 1 :]):
        return False
    return _CALLED.search(before) is not None or (
        _FIRST.match(before, opened + 1) is not None
        and _OWN_CLIENT.search(before, max(0, opened - _NAME_BEFORE), opened) is not None
    )


def is_parsed(before: str) -> bool:
    """Whether the text that follows is made an address of, with which a request may follow or not."""
    return _PARSED.search(before) is not None


def is_of_shell(line: str) -> bool:
    """Whether a line of shell calls what it goes on with."""
    return _SHELL_CALL.search(line) is not None
