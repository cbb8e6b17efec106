"""Records written straight into the truth, as an import would leave them."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from throughline.engine.vulnerabilities import Change, diff, fold
from throughline.sources.models import Feed
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.models import Attribute, Severity, Vulnerability

KNOWN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
NUMBERS = ("is_c_mistake", "c_mistake")
_DATES = (
    "introduced_at",
    "introduced_earliest",
    "introduced_latest",
    "identified_at",
    "triaged_at",
    "accepted_at",
    "accepted_until",
    "mitigated_at",
    "vanished_at",
    "kev_added",
)


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def record(key: str, *, known: dt.datetime = KNOWN, feed: str = "scanner", **fields: Any) -> Vulnerability:
    """One record with the event that created it; dates as '2024-01-31'."""
    return records({key: fields}, known=known, feed=feed)[key]


def records(
    said: Mapping[str, Mapping[str, Any]], *, known: dt.datetime = KNOWN, feed: str = "scanner"
) -> dict[str, Vulnerability]:
    """Records with the events that created them, by key."""
    told = [
        (key, "", _present(_values({"state": "confirmed", "title": key, **fields})))
        for key, fields in said.items()
    ]
    found = _feed(feed)
    author = bulk.Author("test", dt.datetime.now(dt.UTC))
    names = _named(*(values for _, _, values in told))
    bulk.insert_records(found.pk, told, known_at=known, names=names, author=author)
    return {each.key: each for each in Vulnerability.objects.filter(feed=found, key__in=list(said))}


def learn(row: Vulnerability, known: dt.datetime, **fields: Any) -> None:
    """What became known of a record later."""
    history = [Change(e.known_at, e.id, e.changes) for e in row.events.all()]
    before = fold(history)
    after = {**before, **_values(fields)}
    happening = bulk.Happening(known, "changed", diff(before, after))
    bulk.insert_events([(row.pk, happening)], author=bulk.Author("test", dt.datetime.now(dt.UTC)))
    present = _present(after)
    bulk.update_records([(row.pk, present, "", known)], names=_named(present))


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _named(*said: Mapping[str, Any]) -> bulk.Names:
    services, teams = ([each[name] for each in said if each.get(name)] for name in ("service", "team"))
    return bulk.name_all(services, teams)[0]


def _feed(name: str) -> Feed:
    return Feed.objects.get_or_create(name=name)[0]


def _values(fields: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(fields)
    for name in _DATES:
        if values.get(name):
            values[name] = day(values[name]).isoformat().replace("+00:00", "Z")
    if isinstance(values.get("severity"), str):
        values["severity"] = Severity[values["severity"].upper()].value
    return values


def attribute(name: str, kind: str) -> None:
    Attribute.objects.get_or_create(name=name, defaults={"type": kind})


def load_register(
    path: Path, *, dates: Mapping[str, str], as_of: str = "", known: dt.datetime = KNOWN
) -> None:
    """A register in CSV: `dates` maps our fields to its columns, other columns become attributes.

    With `as_of`, the rows of each date are a complete listing known at that date.
    """
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    _attributes(rows)
    listings = sorted({row[as_of] for row in rows}) if as_of else [""]
    held: dict[str, tuple[Vulnerability, dict[str, Any]]] = {}
    for listing in listings:
        at = day(listing) if listing else known
        present = [row for row in rows if not as_of or row[as_of] == listing]
        _learn_listing(held, present, at, dates)


def _learn_listing(held: Any, rows: list[dict[str, str]], at: dt.datetime, dates: Mapping[str, str]) -> None:
    told = {row["id"]: _register_values(row, dates) for row in rows}
    new = {key: values for key, values in told.items() if key not in held}
    held |= {key: (made, new[key]) for key, made in records(new, known=at, feed="register").items()}
    for key, values in told.items():
        if key in new:
            continue
        vulnerability, before = held[key]
        changed = {name: values.get(name) for name in diff(before, values)}
        if changed or "vanished" in before:
            learn(vulnerability, at, **changed, vanished_at=None)
        held[key] = (vulnerability, values)
    for key, (vulnerability, values) in held.items():
        if key not in told and "vanished" not in values:
            learn(vulnerability, at, vanished_at=at.date().isoformat())
            held[key] = (vulnerability, {**values, "vanished": True})


def _register_values(row: Mapping[str, str], dates: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: row[column].removesuffix("Z") for name, column in dates.items() if row[column]
    }
    values |= {"cwe": row["cwe"], "component": row["component"]}
    if row.get("severity"):
        values["severity"] = row["severity"]
    if values.get("introduced_at"):
        values["introduced_basis"] = "reported"
    own = {"id", "cwe", "component", "severity"}
    extra = {name: _typed(name, text) for name, text in row.items() if name not in own and text}
    return {**values, "attributes": extra}


def _typed(name: str, text: str) -> Any:
    if name.endswith("_at"):
        return day(text.removesuffix("Z")).isoformat().replace("+00:00", "Z")
    return float(text) if name in NUMBERS else text


def _attributes(rows: list[dict[str, str]]) -> None:
    for name in rows[0]:
        numbers = name in NUMBERS
        attribute(name, "date" if name.endswith("_at") else "number" if numbers else "text")
