"""What Jira's fields hold, as the cells of a row: texts, options, people, documents, instants. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from throughline.connectors.kinds.jira.mapping import DATES
from throughline.engine.dates import EARLIEST, NotADate, iso, parse_date
from throughline.engine.language.fields import SEVERITIES
from throughline.sources import values
from throughline.sources.values import NotAValue

LONGEST_TEXT = 900
# Epochs beyond this many seconds are milliseconds: in seconds they would be past the year 5000.
MILLISECONDS_FROM = 100_000_000_000
TOO_NEW = timedelta(days=1)
# Jira's own priorities; the other words are those of every import.
PRIORITIES = {"highest": "critical", "lowest": "info", "normal": "medium"}
_NAMES = ("value", "displayName", "name", "key", "title")


class NotAnInstant(ValueError):
    """No time that a tracker can mean."""


def instant(said: Any, *, now: datetime) -> datetime:
    """A time as any Jira writes it: ISO with +0000, milliseconds or seconds. Raises NotAnInstant.

    >>> instant(1714557600000, now=datetime(2026, 1, 1, tzinfo=UTC)).isoformat()
    '2024-05-01T10:00:00+00:00'
    >>> instant("2024-05-01T12:00:00.000+0200", now=datetime(2026, 1, 1, tzinfo=UTC)).isoformat()
    '2024-05-01T10:00:00+00:00'
    """
    try:
        if isinstance(said, str) and said.strip().lstrip("-").isdecimal():
            said = int(said)
        if isinstance(said, bool) or not isinstance(said, int | float | str):
            raise NotAnInstant(repr(said)[:100])
        if isinstance(said, str):
            found = datetime.fromisoformat(said.strip())
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        else:
            found = datetime.fromtimestamp(said / 1000 if abs(said) >= MILLISECONDS_FROM else said, UTC)
    except (ValueError, OverflowError, OSError):
        raise NotAnInstant(repr(said)[:100]) from None
    if found.year < EARLIEST or found > now + TOO_NEW:
        raise NotAnInstant(repr(said)[:100])
    return found.replace(microsecond=0)


def text(said: Any) -> str:
    """What a field says, as one text: an option's value, a person's name, several with commas.

    >>> text([{"value": "Checkout"}, {"value": "Search"}]), text({"displayName": "Mia"}), text(7.0)
    ('Checkout, Search', 'Mia', '7')
    """
    if said is None or isinstance(said, bool):
        return ""
    if isinstance(said, float) and said.is_integer():
        return str(int(said))
    if isinstance(said, list):
        return ", ".join(part for part in map(text, said) if part)
    if isinstance(said, dict):
        if said.get("type") == "doc":
            return document(said)
        own = next((text(said[name]) for name in _NAMES if said.get(name)), "")
        # A cascading option: the second choice is the closer one.
        return text(said["child"]) if said.get("child") else own
    return str(said).strip()


def document(said: dict[str, Any]) -> str:
    """The words of a document in Atlassian's format, a paragraph a line."""
    return "\n".join(" ".join("".join(_words(block)).split()) for block in said.get("content") or []).strip()


def _words(node: Any, depth: int = 0) -> Iterator[str]:
    if not isinstance(node, dict) or depth > 40:
        return
    if node.get("type") in ("hardBreak", "paragraph", "listItem"):
        yield " "
    yield str(node.get("text", ""))
    for child in node.get("content") or []:
        yield from _words(child, depth + 1)


def first(said: Any) -> str:
    """One text where several may stand: the first.

    >>> first([{"name": "checkout"}, {"name": "search"}])
    'checkout'
    """
    return text(said[0]) if isinstance(said, list) and said else text(said)


def read(target: str, said: Any) -> str:
    """The cell of a field of the record. Raises NotAValue where an import could not read it."""
    found = first(said) if target in ("service", "team", "source") else text(said)
    if not found:
        return ""
    if target == "severity":
        found = PRIORITIES.get(found.casefold(), found)
        level = values.severity(found)
        return "" if level is None else SEVERITIES[level]
    if target == "cwe":
        return found if values.cwe(found) else ""
    if target == "cvss_vector" or target == "cvss_score":
        values.cvss(found)
        return found
    if target == "kind":
        return found if values.kind(found) else ""
    if target in DATES:
        try:
            return iso(parse_date(found, zone=UTC))
        except NotADate as error:
            raise NotAValue(str(error)) from None
    return found[:LONGEST_TEXT]
