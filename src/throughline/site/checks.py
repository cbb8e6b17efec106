"""Proofs that what is stored is whole and agrees with itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection

from throughline.audit.queries import first_broken_entry

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One proof: `problems` are sentences, none where it holds."""

    name: str
    problems: list[str]

    @property
    def ok(self) -> bool:
        return not self.problems


def all_checks() -> Iterator[Check]:
    """Every proof in turn, the cheap ones first, each with at most twenty problems."""
    for name, problems in PROOFS.items():
        yield Check(name, list(islice(problems(), MOST_TOLD)))


def _database_is_whole() -> Iterator[str]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(20)")
        yield from (row[0] for row in cursor.fetchall() if row[0] != "ok")


def _references_lead_somewhere() -> Iterator[str]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, _ in cursor.fetchall():
            yield f"row {row} of {table} refers to a row of {parent} that is not there"


def _audit_is_unbroken() -> Iterator[str]:
    broken = first_broken_entry()
    if broken is not None:
        yield f"entry {broken} does not follow from the one before it: it or an earlier one was changed"


def _rows_follow_from_history() -> Iterator[str]:
    from throughline.vulnerabilities.bulk import unlike_their_history

    return unlike_their_history()


def _read_side_equals_truth() -> Iterator[str]:
    from throughline.measures.readside.proof import differences

    return differences()


def _sources_agree_with_records() -> Iterator[str]:
    from throughline.sources.scans.proof import differences

    return differences()


def _the_plan_is_joined() -> Iterator[str]:
    from throughline.objectives.proof import differences

    return differences()


def _snapshots_are_as_published() -> Iterator[str]:
    from throughline.cycles.proof import differences

    return differences()


def _reports_are_as_frozen() -> Iterator[str]:
    from throughline.reports.proof import differences

    return differences()


PROOFS: dict[str, Callable[[], Iterator[str]]] = {
    "the database is whole": _database_is_whole,
    "every reference leads somewhere": _references_lead_somewhere,
    "the audit record is unbroken": _audit_is_unbroken,
    "every part of the plan leads somewhere": _the_plan_is_joined,
    "what was published has not changed": _snapshots_are_as_published,
    "every frozen report is as it was frozen": _reports_are_as_frozen,
    "every record follows from its history": _rows_follow_from_history,
    "every record is dated by what its sources see": _sources_agree_with_records,
    "the read side equals the truth": _read_side_equals_truth,
}
