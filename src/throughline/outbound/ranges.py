"""Which addresses of the internet may be spoken to: those of others, never those of this network.

A name that somebody typed may lead anywhere: to this machine, to a neighbour that trusts it, to the address
where a cloud hands out credentials. Source: IANA, IPv4 and IPv6 Special-Purpose Address Registries (2026-10).
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from throughline.engine.refusals import Refused

Network = IPv4Network | IPv6Network

# Named here, since the library's `is_global` differs from one Python to the next.
_CLOSED_V4 = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        # Where a cloud answers its own machines, on an address that looks like anybody's.
        "168.63.129.16/32",
    )
]  # fmt: skip
# All that is given out to anybody is in here; the rest is local, embeds an IPv4 address, or is not given out.
_OPEN_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = [
    IPv6Network(text)
    for text in (
        # Protocol assignments with Teredo, benchmarking and ORCHID; 6to4; examples.
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
]  # fmt: skip


def is_open(address: str, *, listed: Sequence[Network] = ()) -> bool:
    """Whether an address may be connected to: it is somebody else's, or in a network that is listed.

    >>> is_open("93.184.215.14"), is_open("127.0.0.1"), is_open("::ffff:169.254.169.254")
    (True, False, False)
    >>> is_open("10.1.2.3", listed=[ip_network("10.0.0.0/8")])
    True
    """
    found = _unwrapped(address)
    if any(found in network for network in listed if network.version == found.version):
        return True
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _CLOSED_V4)
    return found in _OPEN_V6 and not any(found in network for network in _CLOSED_V6)


def _unwrapped(address: str) -> IPv4Address | IPv6Address:
    """The address itself, where it is an IPv4 address in the clothes of IPv6 (RFC 4291, 2.5.5.2)."""
    found = ip_address(address.partition("%")[0])
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def networks_of(text: str, *, place: str = "") -> tuple[Network, ...]:
    """The networks of a list with commas. Raises Refused, which names the one that is none.

    >>> networks_of("10.0.0.0/8, fd00::/8")
    (IPv4Network('10.0.0.0/8'), IPv6Network('fd00::/8'))
    """
    return tuple(_network(each.strip(), place) for each in text.split(",") if each.strip())


def _network(text: str, place: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        message = f"'{text}' is no network: {error} (expected 10.20.0.0/16 or fd00::/8)."
        raise Refused(message, place=place or None, code="network") from None
