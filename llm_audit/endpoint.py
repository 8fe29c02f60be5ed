"""Where a model is reached: the address, the key kept for it, and whether it is this machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from llm_audit.errors import UsageError

DEFAULT_URL = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A checked base URL and the key for it, which no representation shows."""

    url: str
    key: str = field(default="", repr=False)

    @property
    def loopback(self) -> bool:
        """Whether the address is this machine's own."""
        return is_loopback(self.url)

    @property
    def shown(self) -> str:
        """The address as it may stand in reports: without user, query or fragment."""
        return shown(self.url)


def shown(url: str) -> str:
    """A URL without user, query and fragment."""
    parts = urlsplit(url)
    return f"{origin(url)}{parts.path.rstrip('/')}"


def origin(url: str) -> str:
    """Scheme, host and port of a URL, the default port left out.

    Raises:
        UsageError: it is no http(s) URL.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise UsageError("the base URL is no valid URL", "give one such as http://localhost:8080/v1") from error
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not host:
        raise UsageError(
            "the base URL must begin with http:// or https://", "give one such as http://localhost:8080/v1"
        )
    usual = {"http": 80, "https": 443}[parts.scheme]
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{f':{port}' if port and port != usual else ''}"


def is_loopback(url: str) -> bool:
    """Whether a URL names this machine: `localhost`, 127.0.0.0/8 or ::1."""
    host = (urlsplit(url).hostname or "").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
