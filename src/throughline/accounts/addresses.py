"""Where to go after signing in, and where a request came from."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

# What is handed out of IPv6: whoever has one address has all of its network (RFC 6177).
ONE_PLACE = 64
# Each of these is the address of somebody with IPv4 (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")


def safe_next(request: HttpRequest, asked: str) -> str:
    """The address asked for where it is of this site, else the home page."""
    return asked if is_ours(asked) else resolve_url(settings.LOGIN_REDIRECT_URL)


def is_ours(asked: str) -> bool:
    """Whether an address that somebody sent along is a path of this site: nothing else is ever followed.

    >>> is_ours("/cycles/"), is_ours("//example.org"), is_ours("https://example.org/")
    (True, False, False)
    """
    # No host is allowed.
    return asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)


def client(request: HttpRequest) -> str:
    """The address that the connection came from; uvicorn has put a trusted proxy's word there."""
    return str(request.META.get("REMOTE_ADDR", ""))


def place_of(address: str) -> str:
    """What tries are counted by: the address, of IPv6 its network, since its other addresses cost nothing.

    >>> place_of("192.0.2.7"), place_of("::ffff:192.0.2.7"), place_of("2001:db8:1:2:3:4:5:6")
    ('192.0.2.7', '192.0.2.7', '2001:db8:1:2::/64')
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address) or found in _TRANSLATED:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, ONE_PLACE), strict=False))
