"""What is said of sources is what the rows of the truth say, counted one by one."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from tests.measures.records import KNOWN, learn, record

from throughline.accounts.access import EVERYTHING, NOTHING, Scope
from throughline.sources.overlap import escapes, pairs, seen
from throughline.sources.quality import paid_classes, qualities
from throughline.vulnerabilities.models import Vulnerability

REAL, WRONG = ("confirmed", "accepted"), ("false positive", "out of scope")
STATES = ("potential", *REAL, *WRONG)
SOURCES = ("Bounty", "DAST", "SAST", None)
PAYMENTS = Scope(teams=frozenset(["Payments"]))


@pytest.fixture
def register(db):
    """Two hundred and forty records of three feeds; some went, some vanished, some say it of another."""
    rows = []
    for at, (source, state, cwe, feed) in enumerate(
        product(SOURCES, STATES, ("CWE-79", "CWE-89", "CWE-22", None), ("one", "two", "three"))
    ):
        rows.append(
            record(
                f"r{at}",
                feed=feed,
                source=source,
                state=state,
                cwe=cwe,
                service=("web", "batch", None)[at % 3 if at % 5 else 2],
                team=("Payments", "Web", None)[at % 7 % 3],
                award=100.0 if source == "Bounty" and at % 4 == 0 else 0.0 if at % 9 == 0 else None,
                identified_at=f"2024-0{1 + at % 9}-11",
                mitigated_at="2024-11-01" if at % 6 == 0 else None,
                vanished_at="2024-12-01" if at % 11 == 0 else None,
            )
        )
    for at, row in enumerate(rows[::13]):
        learn(row, KNOWN.replace(year=2025), state="duplicate")
        Vulnerability.objects.filter(pk=row.pk).update(duplicate_of=rows[(at * 17 + 5) % len(rows)].pk)


def held(scope: Scope) -> list[Vulnerability]:
    found = Vulnerability.objects.filter(vanished_at=None).select_related("team", "service", "feed")
    return [each for each in found if scope.everything or (each.team and each.team.name in scope.teams)]


@pytest.mark.parametrize("scope", [EVERYTHING, PAYMENTS, NOTHING])
def test_each_source_has_the_records_that_its_rows_are(register, scope):
    expected = {}
    for name in {each.feed.name for each in held(scope)}:
        rows = [each for each in held(scope) if each.feed.name == name]
        waiting = sum(each.state == "potential" and each.mitigated_at is None for each in rows)
        decided = [sum(each.state in states for each in rows) for states in (REAL, WRONG)]
        expected[name] = (len(rows), waiting, *decided)
    found = {str(each.feed): (each.found, each.waiting, each.real, each.wrong) for each in qualities(scope)}
    assert found == expected


@pytest.mark.parametrize("scope", [EVERYTHING, PAYMENTS, NOTHING])
def test_classes_that_were_paid_for_are_those_of_rows_that_nobody_took_back(register, scope):
    rows = [each for each in held(scope) if each.cwe and each.state not in WRONG]
    paying = {each.source for each in rows if each.award}
    paid = Counter(each.cwe for each in rows if each.award)
    own = Counter(each.cwe for each in rows if each.source not in paying)
    assert {each.cwe: (each.paid, each.own) for each in paid_classes(scope)} == {
        cwe: (n, own[cwe]) for cwe, n in paid.items()
    }


@pytest.mark.parametrize("scope", [EVERYTHING, PAYMENTS, NOTHING])
def test_who_found_what_is_told_by_rows_and_by_duplicates_of_them(register, scope):
    real = {each.pk: each for each in held(scope) if each.state in REAL and each.source}
    finders = {id: {each.source: each.identified_at} for id, each in real.items()}
    for each in Vulnerability.objects.filter(state="duplicate", vanished_at=None):
        original = real.get(each.duplicate_of_id)
        if original and each.source != original.source:
            at = finders[original.pk].get(each.source, each.identified_at)
            finders[original.pk][each.source] = min(at, each.identified_at)
    found = seen(scope)
    alone = Counter((each.source, _service(each)) for each in real.values() if len(finders[each.pk]) == 1)
    assert +found.alone == alone
    shared = [(_service(real[id]), each) for id, each in finders.items() if len(each) > 1]
    assert sorted(map(repr, found.shared)) == sorted(map(repr, shared))
    assert bool(pairs(found)) == bool(shared)
    assert shared or scope != EVERYTHING
    paid = {each.source for each in held(scope) if each.award and each.source}
    escaped = escapes(scope, found)
    assert set(escaped.outsiders if escaped else ()) == paid
    if escaped:
        assert escaped.share.n == len(real)
        assert escaped.first == sum(min(each, key=each.__getitem__) in paid for each in finders.values())


def test_what_changes_is_counted_at_once(register):
    before = {str(each.feed): each.found for each in qualities(EVERYTHING)}
    record("new", feed="one", source="SAST", identified_at="2024-05-01")
    after = {str(each.feed): each.found for each in qualities(EVERYTHING)}
    assert after == before | {"one": before["one"] + 1}


def _service(row: Vulnerability) -> str | None:
    return row.service.name if row.service else None
