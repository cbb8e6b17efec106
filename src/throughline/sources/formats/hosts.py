"""What reports on hosts and sites have in common: places, product names, scanners' dates. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from urllib.parse import unquote, urlsplit

from throughline.engine.dates import Order
from throughline.sources.formats.shapes import instant, unique

_CPE = re.compile(r"((?:[px]-)?cpe):(?:/|2\.3:)([aohAOH]):([^\s,;'\"<>]+)")
_SPLIT = re.compile(r"(?<!\\):")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\d*")
_ABBREVIATED = re.compile(r" \(?(?:GMT|UTC)?([A-Z]{2,5}|[+-]\d{4})\)?(?= \d{4}$|$)")
_HALF = re.compile(r"(?<=\d) ?([AP]M)\b")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_LINK = re.compile(r"https?://(?:(?!https?://)[^\s<>'\"|)])+")
_WORD = re.compile(r"[^\W_]+")
_EMPTY = re.compile(r"\n{3,}")
_BREAK = re.compile(r"(?i)<(?:br|/p|/li|/div|/h\d|/tr)[^<>]{0,200}>")
_C_DATE = re.compile(r"[A-Za-z]{3} ([A-Za-z]{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})")
_TWELVE_HOURS = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d{1,2}:\d\d.*)")
_WEEKDAY = re.compile(r"^[A-Za-z]{2,4}\.?, ")
_ZONES = {
    "EST": "-0500",
    "EDT": "-0400",
    "CST": "-0600",
    "CDT": "-0500",
    "MST": "-0700",
    "MDT": "-0600",
    "PST": "-0800",
    "PDT": "-0700",
    "CET": "+0100",
    "CEST": "+0200",
    "EET": "+0200",
    "EEST": "+0300",
    "BST": "+0100",
    "IST": "+0530",
    "JST": "+0900",
}
LONGEST_TEXT = 8_000


def place(host: str, port: str = "") -> str:
    """A host with its port, as an address is written; a port 0 is none.

    >>> place("10.0.0.1", "443"), place("10.0.0.1", "0"), place("fe80::1", "22")
    ('10.0.0.1:443', '10.0.0.1', '[fe80::1]:22')
    """
    if port in ("", "0") or not host or "://" in host:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@lru_cache(maxsize=10_000)
def site_of(url: str) -> str:
    """Host and port of an address, lower-case; the text itself where it is no address.

    >>> site_of("https://Shop.example:8443/a?b"), site_of("10.0.0.1")
    ('shop.example:8443', '10.0.0.1')
    """
    try:
        found = urlsplit(url).netloc.rpartition("@")[2].casefold()
    except ValueError:
        found = ""
    return found or url.casefold()


@lru_cache(maxsize=10_000)
def product(said: str) -> tuple[str, str]:
    """Name and version of the product that CPE names in a text mean; empty where they say nothing.

    A package (p-cpe, in which a distribution's package stands for the version) goes before an application,
    an application before an operating system and hardware.

    >>> product("cpe:/o:redhat:enterprise_linux:7 p-cpe:/a:redhat:enterprise_linux:kernel")
    ('kernel', '')
    >>> product("cpe:2.3:a:apache:http_server:2.4.29:*:*:*:*:*:*:*"), product("cpe:/a:ietf:md5")
    (('http_server', '2.4.29'), ('md5', ''))
    """
    named = _CPE.findall(said[:LONGEST_TEXT])
    ranked = sorted(named, key=lambda found: (found[0] != "p-cpe", found[1].lower() != "a"))
    for scheme, _, rest in ranked:
        parts = [_cpe_part(part) for part in _SPLIT.split(rest)]
        if scheme == "p-cpe" and len(parts) > 2 and parts[2]:
            return parts[2], ""
        if len(parts) > 1 and parts[1]:
            return parts[1], parts[2] if len(parts) > 2 else ""
    return "", ""


def _cpe_part(part: str) -> str:
    plain = unquote(part).replace("\\", "")
    return "" if plain in ("*", "-") else plain


@lru_cache(maxsize=10_000)
def when(said: str, *, american: bool = False) -> str:
    """An instant as a scanner writes it, in UTC; a zone nobody knows is read as UTC. Empty for none.

    >>> when("Jan 5, 2021 10:24:08 MST"), when("20210228T225351463"), when("15 Feb 2020 03:15AM GMT-0500")
    ('2021-01-05T17:24:08Z', '2021-02-28T22:53:51Z', '2020-02-15T08:15:00Z')
    >>> when("05/06/2021 at 12:01:02 (GMT+0200)", american=True), when("2022-06-28 11:03 AM")
    ('2021-05-06T10:01:02Z', '2022-06-28T11:03:00Z')
    """
    said = said.strip()
    if len(said) > 60:
        return ""
    if match := _COMPACT.fullmatch(said):
        year, month, day, hour, minute, second = match.groups()
        return instant(f"{year}-{month}-{day}T{hour}:{minute}:{second}Z")
    order: Order | None = "mdy" if american else None
    found = instant(said, order=order) if not _ABBREVIATED.search(said) else ""
    return found or instant(_reworded(said), order=order)


def _reworded(said: str) -> str:
    """The same date with its zone as an offset, and with the words that nothing reads left out."""
    zone = _ABBREVIATED.search(said)
    offset = ""
    if zone and zone[1] not in ("AM", "PM"):
        offset = zone[1] if zone[1][0] in "+-" else _ZONES.get(zone[1], "+0000")
        said = said[: zone.start()] + said[zone.end() :]
    said = said.replace(" at ", " ")
    # "Sat Sep 13 22:39:44 2014", the date of C and Java, has its year last.
    if match := _C_DATE.fullmatch(said):
        month, day, clock, year = match.groups()
        said = f"{day} {month} {year} {clock}"
    said = _HALF.sub(r" \1", said)
    if match := _TWELVE_HOURS.fullmatch(said):
        said = f"{match[1]}/{match[2]}/{match[3]} {match[4]}"
    said = _WEEKDAY.sub("", said)
    return f"{said} {offset}".strip()


def plain(markup: str) -> str:
    """The text of a little HTML, paragraphs on lines of their own.

    >>> plain("<p>Use <b>TLS</b> &amp; HSTS.</p><ul><li>one</li></ul>")
    'Use TLS & HSTS.\\none'
    """
    said = markup[:LONGEST_TEXT]
    if "<" in said:
        said = _BREAK.sub("\n", said)
        said = _TAG.sub("", said)
    lines = (" ".join(line.split()) for line in unescape(said).splitlines())
    return _EMPTY.sub("\n\n", "\n".join(lines)).strip()


def first_link(said: str) -> str:
    """The first address in a text; several without a blank between them are told apart.

    >>> first_link("see http://a.example/x/https://b.example"), first_link("")
    ('http://a.example/x/', '')
    """
    found = _LINK.search(said[:LONGEST_TEXT])
    return found[0].rstrip(".,;") if found else ""


def slug(said: str) -> str:
    """Words as the name of a check, for a tool that gives its checks no id.

    >>> slug("Cross-site scripting (reflected)")
    'cross-site-scripting-reflected'
    """
    return "-".join(_WORD.findall(said.lower()))


def paragraphs(*parts: str) -> str:
    """Texts as paragraphs, without empty and repeated ones."""
    return "\n\n".join(unique(part.strip() for part in parts))
