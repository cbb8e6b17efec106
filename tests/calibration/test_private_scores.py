"""Nobody else reads how well a person foretells: every byte of every address, and every row that is read.

Mia trains with numbers that occur nowhere else, and is scored in rooms. Then everybody else opens everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from django.urls import reverse
from tests import everything_read
from tests.calibration.training import NOW, QUANTITIES, STATEMENTS, begun
from tests.everything_read import Rows
from tests.forecasts.resolved import asked, did_not, room, scenario
from tests.forecasts.test_team_scores import pooled
from tests.rules import shared
from tests.rules.access import ROWS

from throughline.audit.models import Entry
from throughline.calibration import actions
from throughline.calibration.models import Run
from throughline.calibration.question_sets import all_sets
from throughline.forecasts.models import Panelist, Room

pytestmark = pytest.mark.django_db
# Made once: what takes long here is asking, not making.
house, objects, organisation = shared.house, shared.objects, shared.organisation
SURE, LOW, HIGH = 0.8317, 1713.37, 2371.73
# What she said in two rooms, and what that scored: 0.2718² and 0.3059².
SAID, ELSEWHERE = 0.2718, 0.3059
SCORED = re.compile(r"(?<![0-9A-Za-z.])0?\.(?:073[89]\d*|074)(?![0-9A-Za-z])")
SCORED_ELSEWHERE = re.compile(r"(?<![0-9A-Za-z.])0?\.(?:0935\d*|094)(?![0-9A-Za-z])")
# Each number in every form in which a page, a table or a program might write it.
TRAINED = re.compile(
    r"83 % sure|(?<![0-9A-Za-z.])(?:0?\.831[67]\d*|0?\.832|83\.17\d*|83\.2|0?\.1683\d*"
    r"|1[,.' ]?713(?:[.,]37\d*)?"
    r"|2[,.' ]?371[.,]73\d*|2[,.' ]?372)(?![0-9A-Za-z])"
)
PRIVATE = re.compile("|".join(each.pattern for each in (SCORED, SCORED_ELSEWHERE, TRAINED)))


@dataclass(frozen=True, slots=True)
class History:
    """Mia's two runs, and the rooms that Ada and Max led."""

    statements: Run
    quantities: Run
    led_by_ada: Room
    led_by_max: Room


@pytest.fixture
def history(objects, organisation) -> History:
    return with_a_history(organisation)


def with_a_history(organisation, *, shares: bool = False) -> History:
    """Mia trained, and was scored in two rooms; perhaps she lets Ada see the score in hers."""
    mia, ada = organisation.mia, organisation.ada
    statements, quantities = begun(mia), begun(mia, QUANTITIES)
    for each in all_sets()[STATEMENTS].questions:
        actions.answer_statement(mia, statements, each.key, probability=SURE, now=NOW)
    for each in all_sets()[QUANTITIES].questions:
        actions.answer_quantity(mia, quantities, each.key, low=LOW, high=HIGH, now=NOW)
    rooms = []
    for leader, said in ((ada, SAID), (organisation.max, ELSEWHERE)):
        of = scenario()
        made = room(of, leader, [mia, ada])
        asked(made, 1, {mia: said, ada: 0.5}, result=pooled([said, 0.5]))
        did_not(of)
        rooms.append(made)
    Panelist.objects.filter(room=rooms[0], person=mia).update(shares_score=shares)
    return History(statements, quantities, *rooms)


def addresses_of(history: History) -> Iterator[str]:
    """Those of Mia's own runs and rooms; every other address is opened in tests/privacy."""
    for run in (history.statements, history.quantities):
        yield reverse("calibration-run", args=[run.pk])
        yield reverse("calibration-run-json", args=[run.pk])
        yield from (reverse("calibration-answer", args=[run.pk, number]) for number in range(1, 11))
    for led in (history.led_by_ada, history.led_by_max):
        yield reverse("room-shared-scores", args=[led.pk])
        for name in ("room", "room-json", "room-csv"):
            if name in ROWS:
                yield reverse(name, args=[led.pk])
    yield reverse("audit") + "?q=Mia"
    yield reverse("calibration-json") + "?person=Mia"


def body_of(answer) -> str:
    return everything_read.body_of(answer, without=everything_read.LENGTH)


def share(browser_of, organisation, of: Room, shares: str = "yes"):
    return browser_of(organisation.mia).post(reverse("room-share-score", args=[of.pk]), {"shares": shares})


def test_the_same_search_finds_it_on_her_own_pages(history, objects, organisation, browser_of):
    own = browser_of(organisation.mia)
    page, table, data = (body_of(own.get(reverse(f"calibration{end}"))) for end in ("", "-csv", "-json"))
    assert [bool(TRAINED.search(each)) for each in (page, table, data)] == [True] * 3
    # The mean of both rooms' scores is hers as well: (0.2718² + 0.3059²) ÷ 2.
    assert f">{(SAID**2 + ELSEWHERE**2) / 2:.3f}<" in page
    run = body_of(own.get(reverse("calibration-run", args=[history.quantities.pk])))
    assert TRAINED.search(run)


def test_the_same_watch_sees_the_rows_that_are_read_for_her(history, organisation, browser_of):
    rows = Rows("calibration_")
    with connection.execute_wrapper(rows):
        browser_of(organisation.mia).get(reverse("calibration"))
    assert [row for row in rows.seen if TRAINED.search(row)]


def test_the_page_of_a_room_shows_each_member_her_own_score_and_nobody_else_s(
    history, organisation, browser_of
):
    address = reverse("room", args=[history.led_by_ada.pk])
    own = body_of(browser_of(organisation.mia).get(address))
    assert SCORED.search(own)
    assert "Yours is shown to you alone." in own
    for who in ("vera", "max", "ada"):
        assert not SCORED.search(body_of(browser_of(getattr(organisation, who)).get(address)))


def test_nobody_answers_in_her_run(history, organisation, browser_of):
    again = begun(organisation.mia)
    first = all_sets()[STATEMENTS].questions[0]
    given = {"question": first.key, "says": "true", "confidence": "60"}
    for who in ("vera", "max", "ada"):
        sent = browser_of(getattr(organisation, who)).post(reverse("calibration-run", args=[again.pk]), given)
        assert sent.status_code == 404
    assert not again.answers.exists()


def test_whoever_led_the_room_sees_her_score_of_it_once_she_agreed_and_of_no_other_room(
    history, organisation, browser_of
):
    shared = reverse("room-shared-scores", args=[history.led_by_ada.pk])
    leader = browser_of(organisation.ada)
    assert "Nobody lets you see a score" in body_of(leader.get(shared))
    assert share(browser_of, organisation, history.led_by_ada).status_code == 302
    seen = body_of(leader.get(shared))
    assert "Mia" in seen
    assert SCORED.search(seen)
    assert not SCORED_ELSEWHERE.search(seen)
    # A manager, the administrator of another room, and Mia's other leader are not who led this one.
    for who in ("vera", "omar", "max", "mia"):
        assert browser_of(getattr(organisation, who)).get(shared).status_code == 404
    assert leader.get(reverse("room-shared-scores", args=[history.led_by_max.pk])).status_code == 404


def test_she_takes_it_back_and_it_is_gone(history, organisation, browser_of):
    share(browser_of, organisation, history.led_by_ada)
    share(browser_of, organisation, history.led_by_ada, shares="no")
    seen = body_of(
        browser_of(organisation.ada).get(reverse("room-shared-scores", args=[history.led_by_ada.pk]))
    )
    assert "Mia" not in seen
    assert not SCORED.search(seen)
    actions_told = Entry.objects.filter(object_type="room").values_list("action", "detail")
    assert list(actions_told)[-2:] == [
        ("own score shared with the facilitator", {}),
        ("own score no longer shared", {}),
    ]


def test_nobody_gives_away_the_score_of_somebody_else(history, organisation, browser_of):
    address = reverse("room-share-score", args=[history.led_by_ada.pk])
    for who in ("vera", "omar", "max"):
        assert browser_of(getattr(organisation, who)).post(address, {"shares": "yes"}).status_code == 404
    browser_of(organisation.ada).post(address, {"shares": "yes", "person": organisation.mia.pk})
    assert not Panelist.objects.get(room=history.led_by_ada, person=organisation.mia).shares_score
