"""The registry of tiles: which addresses of the house can stand on a dashboard, and what each shows there.

A tile is worked out anew each time, with the rights of the person who looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http import QueryDict
from django.http.request import split_domain_port, validate_host

from throughline.dashboards.figures import Figure, Gone, Withheld
from throughline.dashboards.kinds.key_results import key_result, key_results, quarter
from throughline.dashboards.kinds.metrics import metric
from throughline.dashboards.kinds.risk import curve, risk
from throughline.dashboards.kinds.series import series
from throughline.dashboards.kinds.thread import thread
from throughline.dashboards.kinds.vulnerabilities import vulnerabilities
from throughline.dashboards.looking import Looking
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable

Show = Callable[[Looking, QueryDict, "re.Match[str]"], Figure]
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of address: the pattern of its path, what it is called, and what makes its figure."""

    name: str
    title: str
    pattern: re.Pattern[str]
    show: Show


KINDS = (
    Kind("quarter", "the quarter at a glance", re.compile(r"/"), quarter),
    Kind("metric", "a metric", re.compile(r"/metrics/"), metric),
    Kind("key result", "a key result", re.compile(r"/key-results/(?P<id>\d{1,15})/"), key_result),
    Kind("key results", "key results", re.compile(r"/key-results/"), key_results),
    Kind("series", "a series", re.compile(r"/series/(?P<name>[a-z][a-z0-9_]{0,79})/"), series),
    Kind("vulnerabilities", "vulnerabilities", re.compile(r"/vulnerabilities/"), vulnerabilities),
    Kind("risk", "the risk register", re.compile(r"/risk/"), risk),
    Kind("curve", "the loss curve", re.compile(r"/risk/curve/"), curve),
    Kind("thread", "the thread", re.compile(r"/thread/"), thread),
)
SHOWN = ", ".join(kind.title for kind in KINDS[1:])


def kind_of(address: str) -> tuple[Kind, re.Match[str]]:
    """The kind of an address and what its path names. Raises Refused where no tile can show it."""
    path = urlsplit(address).path
    for kind in KINDS:
        if found := kind.pattern.fullmatch(path):
            return kind, found
    raise Refused(
        f"no tile shows '{path[:80]}': take the address of {SHOWN}", place="address", code="unknown_address"
    )


def checked_address(text: str) -> str:
    """An address as it is kept: path and query, whichever name of this server it was copied with.

    Raises Refused.
    """
    require_readable(text, place="address")
    try:
        said = urlsplit(text.strip())
    except ValueError:
        raise Refused(f"this is no address: copy that of {SHOWN}", place="address") from None
    address = f"{said.path}?{said.query}" if said.query else said.path
    if len(address) > LONGEST:
        raise Refused(f"expected at most {LONGEST:,} characters, found {len(address):,}", place="address")
    kind_of(address)
    _require_ours(said)
    return address


def _require_ours(said: SplitResult) -> None:
    """Raises Refused for the address of another server: a tile would show something else than was meant."""
    if not said.scheme and not said.netloc:
        return
    host = split_domain_port(said.netloc.rpartition("@")[2])[0]
    ours = [
        *settings.ALLOWED_HOSTS,
        *(urlsplit(each).hostname or "" for each in settings.CSRF_TRUSTED_ORIGINS),
    ]
    if said.scheme not in ("", "http", "https") or not host or not validate_host(host, ours):
        raise Refused(
            f"'{said.geturl()[:80]}' is no address of this server: copy that of {SHOWN}",
            place="address",
            code="foreign_address",
        )


def require_there(address: str, looking: Looking) -> None:
    """Raises Refused, beside the address, where no tile shows it or what it names is not there.

    What is there but not for this person is no reason: a dashboard is also made for others.
    """
    kept = checked_address(address)
    try:
        figure_of(kept, looking)
    except Gone as gone:
        raise Refused(str(gone).rstrip("."), place="address", code="gone") from None
    except Withheld:
        pass


def figure_of(address: str, looking: Looking) -> Figure:
    """What an address says to the person. Raises Withheld, in words, where it says nothing."""
    try:
        kind, found = kind_of(address)
        figure = kind.show(looking, QueryDict(urlsplit(address).query), found)
    except Refused as refused:
        said = refused.message.rstrip(".")
        raise Gone(
            f"{said[:1].upper()}{said[1:]}. Open the page, mend its address and save it here."
        ) from None
    return _unlinked(figure) if looking.is_shared else figure


def _unlinked(figure: Figure) -> Figure:
    """The figure for strangers: no page behind it can be opened by them."""
    return replace(figure, rows="", lines=tuple(replace(each, address="") for each in figure.lines))
