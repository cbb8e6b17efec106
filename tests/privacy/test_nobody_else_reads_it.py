"""Nobody else reads what Mia hid: every byte of every address, and every row that is read for it.

She hides numbers and words that occur nowhere else, of every subject that keeps something to one person. Then
everybody else opens everything, once for all subjects; what only she reads is told by the same search.

A note is searched for as a text. A grade is a small number that occurs everywhere, so that two organisations
are compared that differ in nothing but Mia's grades: whatever anybody else opens is the same in both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.urls import reverse
from tests.api.programs import EVERY_SCOPE, Program
from tests.everything_read import LENGTH, Watch, body_of, read_by_program
from tests.outcomes.test_private_grades import CHEERFUL, FRESH
from tests.privacy.hidden import ALL, ANSWERS, GRADES, NOTES, NUMBERS, SCORES, Hidden, World, made
from tests.rules import shared

from throughline.outcomes.models import Outcome

pytestmark = pytest.mark.django_db
# Made once: what takes long here is asking, not making.
house, organisation = shared.house, shared.organisation
sessions, browser_of = shared.sessions, shared.browser_of
EVERYBODY = ("stranger", "vera", "omar", "max", "ada")
# Who reads so much that a watch which saw little would have been blind.
READERS = ("vera", "max", "ada")
# For whom a match is made at all.
MATCHED = ("max", "ada")


@pytest.fixture(scope="module")
def world(house, django_db_blocker) -> World:
    people, objects = house
    with django_db_blocker.unblock():
        return made(objects, people)


@pytest.fixture(autouse=True)
def _an_hour_that_stands_still(monkeypatch) -> None:
    """The home page draws the pace that is due by now: its bars move while one reads."""
    at = datetime.now(UTC)

    class Still(datetime):
        @classmethod
        def now(cls, tz=None):
            return at

    monkeypatch.setattr("throughline.ui.pages.datetime", Still)


def opened(browser, addresses: Iterable[str], watch: Watch, **headers: str) -> dict[str, str]:
    """All that a browser receives at each address."""
    received = {}
    with connection.execute_wrapper(watch):
        for watch.address in addresses:
            received[watch.address] = body_of(browser.get(watch.address, headers=headers), without=LENGTH)
    return received


def asked(person, world: World, watch: Watch, scopes=EVERY_SCOPE) -> dict[str, str]:
    """All that a program of the person receives."""
    with connection.execute_wrapper(watch):
        return dict(read_by_program(person, world.operations, scopes))


# Lines in which a search found nothing: pages have most in common, and searching took a fifth of the proof.
_clean: defaultdict[re.Pattern[str], set[str]] = defaultdict(set)


def holding(received: dict[str, str], hidden: Hidden) -> set[str]:
    return {address for address, body in received.items() if _holds(hidden.seen, body)}


def _holds(pattern: re.Pattern[str], body: str) -> bool:
    # The one thing that may go over the end of a line is a number of millions.
    lines = body.replace("\nM", " M").replace("\nm", " m").split("\n")
    unknown = set(lines) - _clean[pattern]
    found = {line for line in unknown if pattern.search(line)}
    _clean[pattern] |= unknown - found
    return bool(found)


def rows_holding(watch: Watch, hidden: Hidden) -> list[tuple[str, str]]:
    """Each row of its tables that holds it, with the address that read it; most rows are read many times."""
    rows = watch.of(hidden.tables)
    held = {row for row in {row for _, row in rows} if hidden.kept.search(row)}
    return [each for each in rows if each[1] in held]


def let_see(who: str, world: World) -> dict[Hidden, set[str]]:
    """What she lets somebody see: her score in a room, who led it, on one page."""
    page = reverse("room-shared-scores", args=[world.history.led_by_ada.pk])
    return {SCORES: {page}} if who == "ada" else {}


def assert_nothing_hidden(received: dict[str, str], watch: Watch, let: dict[Hidden, set[str]]) -> None:
    shown = {hidden.of: holding(received, hidden) - let.get(hidden, set()) for hidden in ALL}
    assert not any(shown.values()), shown
    assert all(holding(received, hidden) == pages for hidden, pages in let.items())
    read = {hidden.of: rows_holding(watch, hidden) for hidden in ALL}
    assert not any(read.values()), read


def assert_grades_change_nothing(browser, world: World, received: dict[str, str], watch: Watch) -> None:
    """What asked for no grade cannot tell that they are others now; what asked for some is the same."""
    asking = watch.asking(GRADES.tables)
    resting = [address for address in received if address in asking]
    _other_grades()
    again = Watch()
    now = opened(browser, resting, again)
    assert again.of(GRADES.tables) == watch.of(GRADES.tables)
    for address in resting:
        assert FRESH.sub("", now[address]) == FRESH.sub("", received[address]), address


def _other_grades() -> None:
    Outcome.objects.filter(person__name="Mia").update(**CHEERFUL)


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_byte_and_no_row_that_is_for_anybody_else_holds_it(who, world, organisation, browser_of, caplog):
    browser, watch = browser_of(getattr(organisation, who, None)), Watch()
    received = opened(browser, world.pages, watch)
    assert_nothing_hidden(received, watch, let_see(who, world))
    assert len(watch.seen) > (500 if who in READERS else 0)
    assert len(watch.asking(SCORES.tables)) > (20 if who in READERS else -1)
    assert bool(watch.let_pass) is (who in MATCHED)
    assert not [hidden.of for hidden in ALL if hidden.seen.search(caplog.text)]
    # When somebody gave a number is read in the audit record, by whoever may read that, and nowhere else.
    telling = {address for address, body in received.items() if "03:47" in body}
    assert bool(telling) is (who == "ada")
    assert all(each.startswith("/audit") for each in telling)
    assert_grades_change_nothing(browser, world, received, watch)


def test_no_part_of_a_page_that_is_asked_for_alone_holds_it(world, organisation, browser_of):
    watch = Watch()
    received = opened(browser_of(organisation.ada), world.pages, watch, **{"HX-Request": "true"})
    assert_nothing_hidden(received, watch, let_see("ada", world))


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_program_of_anybody_else_receives_it(who, world, organisation):
    person, watch = getattr(organisation, who, None), Watch()
    assert_nothing_hidden(asked(person, world, watch), watch, {})
    if who in MATCHED:
        assert watch.asking(GRADES.tables)
        learnt = Program(person).get("/learning").json()
        _other_grades()
        assert Program(person).get("/learning").json() == learnt


def test_the_same_search_finds_on_her_own_pages_what_is_hers(world, organisation, browser_of):
    browser, watch = browser_of(organisation.mia), Watch()
    received = opened(browser, world.pages, watch)
    room, board = world.room.pk, world.board.pk
    numbers = {
        reverse("room", args=[room]),
        reverse("room-json", args=[room]),
        reverse("room-part", args=[room, "kept"]),
    }
    assert holding(received, NUMBERS) >= numbers
    assert reverse("room-csv", args=[room]) not in holding(received, NUMBERS)
    assert holding(received, NOTES) >= {
        reverse("board", args=[board]),
        reverse("board-part", args=[board, "mine"]),
    }
    # Before the reveal there is no export, not even of one's own.
    assert reverse("board-csv", args=[board]) not in holding(received, NOTES)
    assert browser.get(reverse("board-csv", args=[board])).status_code == 404
    assert holding(received, ANSWERS) >= {"/me/work/", "/me/work.json"}
    assert holding(received, SCORES) >= {reverse("calibration"), reverse("calibration-json")}
    assert holding(received, GRADES) >= {"/me/outcomes/"}
    for hidden in ALL:
        assert rows_holding(watch, hidden), hidden.of


def test_the_same_comparison_finds_what_her_own_grades_change(world, organisation, browser_of):
    browser, watch = browser_of(organisation.mia), Watch()
    hers = ["/me/outcomes/", "/me/outcomes.json", "/me/outcomes.csv"]
    received = opened(browser, hers, watch)
    _other_grades()
    again = Watch()
    now = opened(browser, hers, again)
    assert again.of(GRADES.tables) != watch.of(GRADES.tables)
    assert [
        address for address in hers if FRESH.sub("", now[address]) != FRESH.sub("", received[address])
    ] == hers


def test_a_program_of_hers_receives_it_where_it_is_hers_and_nowhere_else(world, organisation):
    received = asked(organisation.mia, world, Watch())
    room, run = world.room.pk, world.history.quantities.pk
    others = {f"/rooms/{each.pk}" for each in world.others}
    assert holding(received, NUMBERS) - others == {f"/rooms/{room}"}
    assert holding(received, NOTES) == {f"/boards/{world.board.pk}/own"}
    assert holding(received, ANSWERS) == {
        "/me/work",
        f"/me/next?cycle={world.objects['cycle']}",
        f"/people/{organisation.mia.pk}/next",
    }
    assert holding(received, SCORES) == {"/me/calibration", f"/me/calibration/runs/{run}"}


def test_a_program_of_hers_without_a_scope_of_its_own_receives_nothing_of_hers(world, organisation):
    watch = Watch()
    received = asked(organisation.mia, world, watch, ["read"])
    assert not [hidden.of for hidden in (NOTES, ANSWERS, GRADES) if holding(received, hidden)]
    assert watch.asking(GRADES.tables)
    learnt = Program(organisation.mia).get("/learning").json()
    _other_grades()
    assert Program(organisation.mia).get("/learning").json() == learnt
