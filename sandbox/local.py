"""Who may speak to a server of the sandbox, and whom it may call: programs of this machine and its own page.

A browser on this machine also runs pages of strangers. It marks what they ask for; a program sends none of these marks.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from contextlib import suppress

from multidict import CIMultiDictProxy
from yarl import URL

NOT_OURS = "only programs of this machine and the sandbox's own page come in; open its address in a tab of its own"
BY_HAND = "a browser may not change anything by an address alone; send a POST"
_HOST = re.compile(r"([A-Za-z0-9.]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?", re.ASCII)
_OWN_SITE = ("same-origin", "none")  # none: typed in, or a bookmark


def is_loopback(name: str) -> bool:
    """Whether a host's name means this machine, whatever a name server says."""
    with suppress(ValueError):
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    return name.lower() == "localhost"


def calls_here(url: str) -> bool:
    """Whether an address that the server is asked to call is on this machine, read as the HTTP client reads it."""
    with suppress(ValueError):
        return is_loopback(URL(url).host or "")
    return False


def is_foreign(headers: CIMultiDictProxy[str]) -> bool:
    """Whether a request came by a name that is not this machine's (a rebound one), or from another site's page."""
    hosts = headers.getall("Host", [])
    host = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    if host is None or not is_loopback(host[1]):
        return True
    own = f"http://{host[0]}"
    pages = [*headers.getall("Origin", []), *headers.getall("Referer", [])]
    sites = headers.getall("Sec-Fetch-Site", [])
    return not all(_same(page, own) for page in pages) or not all(site in _OWN_SITE for site in sites)


def is_browser(headers: Mapping[str, str]) -> bool:
    """Whether a browser sent it. An old one does not mark an <img> of another page: it is known by its name only."""
    marked = any(name.lower().startswith("sec-fetch-") for name in headers)
    return marked or headers.get("User-Agent", "").startswith("Mozilla/")


def _same(page: str, own: str) -> bool:
    with suppress(ValueError):
        return URL(page).origin() == URL(own).origin()
    return False
