"""How much two sources miss together, and how much outsiders find first."""

from __future__ import annotations

import pytest
from tests.measures.records import record

from throughline.accounts.access import EVERYTHING, Scope
from throughline.sources.overlap import escapes, pairs, seen
from throughline.vulnerabilities.models import Vulnerability


def found(key, source, *, day="2024-05-10", of=None, **words):
    row = record(key, source=source, identified_at=day, **words)
    if of is not None:
        Vulnerability.objects.filter(pk=row.pk).update(state="duplicate", duplicate_of=of.pk)
    return row


@pytest.fixture
def three(db):
    """The scanner finds six in web, the bounty four; two are the same, one of them first by the bounty."""
    own = [found(f"s{n}", "SAST", service="web", team="Web") for n in range(6)]
    found("b0", "Bounty", of=own[0], day="2024-05-01", service="web", team="Web")
    found("b1", "Bounty", of=own[1], day="2024-06-01", service="web", team="Web")
    found("b2", "Bounty", service="web", team="Web", award=500.0)
    found("b3", "Bounty", service="web", team="Web")
    found("elsewhere", "SAST", service="batch", team="Web")
    found("wrong", "Bounty", service="web", team="Web", state="false positive")


def test_two_sources_are_compared_where_both_look(three):
    [pair] = pairs(seen(EVERYTHING))
    assert (pair.one, pair.other, pair.services) == ("Bounty", "SAST", 1)
    assert (pair.found.first, pair.found.second, pair.found.both) == (4, 6, 2)
    assert pair.found.total.value == pytest.approx(5 * 7 / 3 - 1)


def test_what_outsiders_found_first_escaped(three):
    rate = escapes(EVERYTHING, seen(EVERYTHING))
    assert rate.outsiders == ("Bounty",)
    # b2, b3, and the one that the scanner saw nine days later, of nine real ones.
    assert (rate.first, rate.share.n) == (3, 9)
    assert rate.share.low < 3 / 9 < rate.share.high
    assert rate.measure == "share(source = 'Bounty')"


def test_nobody_is_told_of_other_teams_and_nothing_where_nobody_was_paid(three):
    others = Scope(teams=frozenset({"Nobody"}))
    assert pairs(seen(others)) == []
    assert escapes(others, seen(others)) is None


def test_the_page_and_its_file_say_both(three, organisation, browser_of):
    browser = browser_of(organisation.max)
    page = browser.get("/sources/").content.decode()
    assert "What two sources miss together" in page
    assert "an escape rate of" in page
    told = browser.get("/sources.json").json()
    assert told["recapture"][0]["found_by_both"] == 2
    assert told["escape_rate"]["first"] == 3
