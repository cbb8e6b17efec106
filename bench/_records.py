"""The home that metrics are measured on: records with one event each, drawn from a seed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 7, 1, tzinfo=UTC)
SERVICES = 60
TEAMS = 12
# What is drawn in Python; beyond that the database repeats it, each time with earlier dates.
DRAWN_AT_MOST = 1_000_000


def fill(size: int) -> None:
    """Fill the home: five years of records, long-tailed repairs, a tenth still open."""
    from django.db import connection, transaction

    from throughline.site.home import open_home

    open_home()
    from throughline.accounts.models import Team
    from throughline.sources.models import Feed
    from throughline.vulnerabilities.models import Attribute, Service

    teams = [Team.objects.create(name=f"team {number:02}") for number in range(TEAMS)]
    for number in range(SERVICES):
        Service.objects.create(name=f"service {number:02}", team=teams[number % TEAMS], tier=number % 3 + 1)
    Attribute.objects.create(name="reachable", type="number")
    Attribute.objects.create(name="region", type="text")
    feed = Feed.objects.create(name="scanner")
    with transaction.atomic(), connection.cursor() as cursor:
        rest, drawn = _rest(), min(size, DRAWN_AT_MOST)
        columns = [*rest, *_COLUMNS]
        records = _records(drawn, feed.pk, rest=tuple(rest.values()))
        cursor.executemany(_insert("vulnerabilities_vulnerability", columns), records)
        cursor.executemany(_insert("vulnerabilities_event", _EVENT_COLUMNS), _events(drawn))
        for turn in range(1, size // drawn):
            cursor.execute(_again("vulnerabilities_vulnerability", columns, drawn=drawn, turn=turn))
            cursor.execute(_again("vulnerabilities_event", _EVENT_COLUMNS, drawn=drawn, turn=turn))


def _again(table: str, columns: list[str], *, drawn: int, turn: int) -> str:
    """A statement that repeats what was drawn, numbered anew, each date 37 hours earlier a turn."""
    taken = {
        "id": f"id + {turn * drawn}",
        "key": f"'K-' || (id + {turn * drawn})",
        "vulnerability_id": f"vulnerability_id + {turn * drawn}",
        **{name: f"strftime('%Y-%m-%d %H:%M:%f000', {name}, '-{37 * turn} hours')" for name in _SHIFTED},
    }
    chosen = ", ".join(taken.get(column, column) for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {table} WHERE id <= {drawn}"


_FILLED = """id feed_id key title kind cwe severity vulnerability_ids component component_version file
    service_id team_id environment tags source state introduced_at identified_at mitigated_at attributes
    pinned asserted_at"""
_OF_EVENT = "id vulnerability_id known_at recorded_at actor action changes"
_COLUMNS, _EVENT_COLUMNS = _FILLED.split(), _OF_EVENT.split()
_SHIFTED = ("introduced_at", "identified_at", "mitigated_at")
_REPORTED = dict.fromkeys(("introduced_basis", "identified_basis", "mitigated_basis"), "reported")


def _rest() -> dict[str, str]:
    """What the measured questions do not read, without which no row is accepted."""
    from throughline.vulnerabilities.models import Vulnerability

    needed = (field.column for field in Vulnerability._meta.concrete_fields if not field.null)
    return {column: _REPORTED.get(column, "") for column in needed if column not in _COLUMNS}


def _insert(table: str, columns: list[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"


def _records(size: int, feed: int, *, rest: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    import numpy as np

    draw = np.random.default_rng(7)
    found = draw.uniform(0, 5 * 365, size)
    latent, lasted = draw.exponential(400, size), draw.lognormal(3.2, 1.2, size)
    states = draw.choice(
        ["confirmed", "confirmed", "confirmed", "potential", "false positive"], size
    ).tolist()
    severities, services = draw.integers(0, 5, size).tolist(), draw.integers(0, SERVICES, size).tolist()
    start = NOW - timedelta(days=5 * 365)
    for n in range(size):
        identified = start + timedelta(days=float(found[n]))
        mitigated = identified + timedelta(days=float(lasted[n]))
        introduced = identified - timedelta(days=float(latent[n]))
        place, flaw = services[n], f"Flaw {n % 997} in service {services[n]}"
        what = (f"K-{n}", flaw, "code", f"CWE-{n % 40}", severities[n], "[]", f"lib-{n % 300}", "1.2.3")
        where = (f"src/file{n % 5000}.py", place + 1, place % TEAMS + 1, "prod", '["internet"]', "scanner")
        when = (_text(introduced), _text(identified), _text(mitigated) if mitigated < NOW else None)
        own = json.dumps({"reachable": n % 2, "region": "eu"})
        yield (*rest, n + 1, feed, *what, *where, states[n], *when, own, "[]", _text(identified))


def _events(size: int) -> Iterator[tuple[object, ...]]:
    known = _text(NOW - timedelta(days=30))
    for n in range(size):
        yield n + 1, n + 1, known, known, "import:1", "created", "{}"


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S.%f")
