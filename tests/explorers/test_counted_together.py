"""What the explorer counts in one look is what each value, picked alone, would show."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from tests.measures.records import day, record

from throughline.accounts.access import EVERYTHING, Scope
from throughline.engine.language.fields import STATES, STATUSES
from throughline.measures.queries import schema
from throughline.vulnerabilities.listing import LISTED, Explorer, explore
from throughline.vulnerabilities.selections import FACETS, PAGE_SIZE, Selection

NOW = day("2024-07-01")
UNTIL = (None, "2024-06-30", "2024-07-01", "2024-07-02")
MITIGATED = (None, "2024-06-01", "2024-07-02")


@pytest.fixture
def register(db):
    """Every state with every end of an acceptance, gone, not gone, and gone only later."""
    for at, (state, until, mitigated) in enumerate(product(STATES, UNTIL, MITIGATED)):
        record(
            f"r{at}",
            state=state,
            accepted_until=until,
            mitigated_at=mitigated,
            identified_at="2024-05-01",
            severity=at % 5,
            service=("web", "batch", None)[at % 3],
            team=("Payments", None)[at % 2],
            source=("SAST", "DAST", None)[at % 4 % 3],
            cwe=("CWE-79", "CWE-89", None)[at % 5 % 3],
            kev=(True, False, None)[at % 3],
        )


def explored(scope: Scope = EVERYTHING, **chosen: tuple[str, ...]) -> Explorer:
    return explore(Selection(chosen=chosen), schema=schema(), scope=scope, now=NOW)


def status_of(state: str, until: str | None, mitigated: str | None) -> str:
    """The rule, written down once more: what was rejected is no vulnerability, what is gone is gone."""
    if state in ("duplicate", "false positive", "out of scope"):
        return "rejected"
    if mitigated and day(mitigated) <= NOW:
        return "mitigated"
    lasts = until is None or day(until) > NOW
    return "accepted" if state == "accepted" and lasts else "open"


def test_each_status_is_counted_by_the_rule(register):
    expected = Counter(status_of(*each) for each in product(STATES, UNTIL, MITIGATED))
    assert {each.value: each.n for each in explored().facet("status")} == expected
    assert explored().total() == (expected.total(), expected["open"])
    assert {status: explored(status=(status,)).total()[0] for status in STATUSES} == expected


@pytest.mark.parametrize("chosen", [{}, {"state": ("accepted", "confirmed")}, {"severity": ("high",)}])
@pytest.mark.parametrize("scope", [EVERYTHING, Scope(teams=frozenset(["Payments"]))])
def test_each_value_of_each_facet_shows_as_many_as_it_says(register, scope, chosen):
    found = explored(scope, **chosen).facets()
    assert list(found) == list(FACETS)
    for name, values in found.items():
        assert values == explored(scope, **chosen).facet(name)
        for each in values:
            picked = explored(scope, **{**chosen, name: (each.value,)})
            assert picked.total()[0] == each.n
            assert len(picked.page()) == min(each.n, PAGE_SIZE)


def test_what_stands_beside_the_list_is_counted_whatever_is_picked(register):
    for state in ("potential", "accepted"):
        selection, n = explored(severity=("low",)).beside(status="open", state=state)
        assert n == explored(**selection.chosen).total()[0] > 0


def test_where_nothing_is_no_facet_has_a_value(db):
    assert explored().facets() == {name: [] for name in FACETS}
    assert explored().total() == (0, 0)


def test_a_file_has_every_row_once_as_they_were_when_it_began(register):
    _, rows = explored().everything()
    began = [next(rows)]
    record("later", identified_at="2024-05-01")
    assert explored().total()[0] == 73
    keys = [row[LISTED.index("id")] for row in (*began, *rows)]
    assert keys == [f"r{at}" for at in reversed(range(72))]
