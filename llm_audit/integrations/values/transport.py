"""With what a host is called when the service has no SDK here: the HTTP client that the file of the call imports."""

from __future__ import annotations

from collections.abc import Iterable

from llm_audit.document import code
from llm_audit.integrations.ledger import Ledger
from llm_audit.integrations.values.packages import packages_text
from llm_audit.model import Fact

_PACKAGES = {
    "python": {"httpx": "pypi:httpx", "requests": "pypi:requests", "aiohttp": "pypi:aiohttp", "urllib3": "pypi:urllib3", "pycurl": "pypi:pycurl"},
    "javascript": {
        "axios": "npm:axios", "got": "npm:got", "ky": "npm:ky", "node-fetch": "npm:node-fetch", "undici": "npm:undici", "ofetch": "npm:ofetch",
        "superagent": "npm:superagent", "cross-fetch": "npm:cross-fetch", "@nestjs/axios": "npm:@nestjs/axios",
    },
    "go": {"github.com/go-resty/resty": "go:github.com/go-resty/resty/v2", "github.com/imroc/req": "go:github.com/imroc/req/v3"},
    "ruby": {"faraday": "rubygems:faraday", "httparty": "rubygems:httparty", "rest-client": "rubygems:rest-client", "http": "rubygems:http"},
    "php": {"GuzzleHttp": "packagist:guzzlehttp/guzzle", "Saloon": "packagist:saloonphp/saloon"},
    "rust": {"reqwest": "cargo:reqwest", "ureq": "cargo:ureq"},
    "java": {"okhttp3": "maven:com.squareup.okhttp3:okhttp", "retrofit2": "maven:com.squareup.retrofit2:retrofit"},
    "kotlin": {"okhttp3": "maven:com.squareup.okhttp3:okhttp", "retrofit2": "maven:com.squareup.retrofit2:retrofit"},
    "dart": {"package:http": "pub:http", "package:dio": "pub:dio"},
}  # fmt: skip
"""By language, how the import of a client begins, and its package."""
_STANDARD = {
    "python": ("urllib.request", "http.client"), "go": ("net/http",), "ruby": ("net/http",), "java": ("java.net.http",),
    "kotlin": ("java.net.http",), "csharp": ("System.Net.Http",),
}  # fmt: skip
"""Clients that come with the language."""


def transport(ledger: Ledger, facts: Iterable[Fact]) -> str:
    """`httpx 0.27.0`: the client of the first of these calls whose file imports one; empty when none tells."""
    for path in dict.fromkeys(fact.path for fact in facts):
        imports = ledger.imports_at.get(path, ())
        for one in imports:
            if package := _begun(one.name, _PACKAGES.get(one.detail("language"), {})):
                ecosystem, _, name = package.partition(":")
                lines = [
                    fact for _, fact in ledger.packages if fact.name == name and fact.detail("ecosystem") == ecosystem
                ]
                return packages_text(lines, ledger, 1) or code(one.name)
        for one in imports:
            if one.name.startswith(_STANDARD.get(one.detail("language"), ("\n",))):
                return f"the standard library's {code(one.name)}"
    return ""


def _begun(module: str, known: dict[str, str]) -> str:
    return next(
        (
            package
            for start, package in known.items()
            if module == start or module.startswith((f"{start}/", f"{start}.", f"{start}\\"))
        ),
        "",
    )
