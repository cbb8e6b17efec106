"""Nobody else receives a number before its reveal: every byte of every address, and every row that is read.

Mia answers with numbers that occur nowhere else. Then everybody else opens every address that there is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from tests.everything_read import Rows, body_of
from tests.forecasts.rooms import LATER, give
from tests.organisation import NOW
from tests.rules import shared

from throughline.forecasts import actions
from throughline.forecasts.models import Forecast, Room
from throughline.forecasts.showing import PARTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_november")]
# Made once: what takes long here is asking, not making.
house, objects, organisation = shared.house, shared.objects, shared.organisation
FORECASTS = Path(__file__).parents[2] / "src" / "throughline"
AT = NOW.replace(hour=3, minute=47, second=53)
RATIONALE = "quaggas hunted the sentinel"
# Below what the oldest record has for an age in days, for those grow from day to day.
CHAIN = (0.4931, 0.4966)
PROBABILITY, LOSS = CHAIN[0] * CHAIN[1], (1_234_567.0, 7_654_321.0)
# Each number in every form in which a page, a table or a program might write it.
SENTINELS = re.compile(
    r"(?<![0-9.])(?:0?[.,]2449|24[.,]49?|24[.,]5|0?[.,]245|0?[.,]4931|49[.,]31?|0?[.,]4966|49[.,]66?|49[.,]7)(?![0-9])"
    r"|1[,.' ]?234[,.' ]?567|1[.,]23\d*\s?(?:M|million)|7[,.' ]?654[,.' ]?321|7[.,]65\d*\s?(?:M|million)"
    r"|quagga|sentinel",
    re.IGNORECASE,
)


@pytest.fixture
def room(objects, organisation) -> Room:
    return with_a_number(objects, organisation)


def with_a_number(objects, organisation) -> Room:
    """A room in which Mia, a member, has answered, and Ada, who facilitates, has too."""
    from throughline.risk.models import Scenario

    found = Room.objects.get(pk=objects["room"])
    Scenario.objects.filter(pk=found.scenario_id).update(steps=["It is taken over", "It reaches production"])
    found = Room.objects.get(pk=found.pk)
    give(found, organisation.mia, None, steps=CHAIN, loss=LOSS, rationale=RATIONALE, now=AT)
    give(found, organisation.ada, None, steps=(0.5, 0.5), loss=(10.0, 20.0), rationale="mine")
    return found


def addresses_of(room: Room) -> Iterator[str]:
    """Each part of the room, and where one could ask for it; all others are opened in tests/privacy."""
    yield from (reverse("room-part", args=[room.pk, part]) for part in PARTS)
    for query in ("?q=Mia", "?q=forecast", "?actor=Mia"):
        yield reverse("audit") + query
        yield reverse("audit-csv") + query
        yield reverse("vulnerabilities") + query
    yield f"/live.json?topic=room:{room.pk}&since=0"
    yield reverse("rooms") + "?sort=headline"


def test_the_same_watch_sees_the_row_that_is_read_for_who_gave_it(room, organisation, browser_of):
    rows = Rows()
    with connection.execute_wrapper(rows):
        browser_of(organisation.mia).get(reverse("room", args=[room.pk]))
    assert [row for row in rows.seen if SENTINELS.search(row)]


@pytest.mark.parametrize("who", ["vera", "omar", "max", "ada", "mia"])
def test_what_is_refused_to_others_and_what_they_send_tells_nothing(
    who,
    room,
    objects,
    organisation,
    browser_of,
):
    """Every POST of the room, with nothing and with something, short of the reveal itself."""
    person = getattr(organisation, who)
    browser = browser_of(person)
    said = {
        "probability": "40",
        "step_0": "40",
        "step_1": "x",
        "loss_low": "9",
        "loss_high": "1",
        "text": "?",
    }
    steps = ("product", "say", "again", "close", "extend", "seat", "join", "give")
    for step in steps:
        for given in ({}, said):
            if who == "mia" and step == "give":
                continue
            received = body_of(browser.post(reverse(f"room-{step}", args=[room.pk]), given))
            if who != "mia":
                assert not (found := SENTINELS.search(received)), f"{step}: {found}"


def test_who_is_in_comes_by_name_whoever_answered_first(room, organisation, browser_of):
    told = browser_of(organisation.vera).get(reverse("room-json", args=[room.pk])).json()
    assert told["panel"] == [
        {"name": "Ada", "answered": True, "note": ""},
        {"name": "Max", "answered": False, "note": ""},
        {"name": "Mia", "answered": True, "note": ""},
    ]
    assert (told["mine"], told["rounds"], told["messages"]) == (None, [], [])


def test_the_order_and_the_bytes_of_the_page_are_the_same_whatever_was_answered(
    room, organisation, browser_of
):
    """Two people who changed places in value leave the page of a third as it was."""
    viewer = browser_of(organisation.vera)
    address = reverse("room-json", args=[room.pk])
    before = viewer.get(address).content
    give(room, organisation.mia, None, steps=(0.01, 0.01), loss=(1.0, 2.0), now=NOW + timedelta(minutes=9))
    assert viewer.get(address).content == before


def test_the_number_is_in_no_log_and_no_audit_entry(room, organisation, browser_of, caplog):
    from throughline.audit.models import Entry

    own = browser_of(organisation.mia)
    given = {"step_0": "49.31 %", "step_1": "49.66 %", "loss_low": "1234567", "loss_high": "7654321"}
    with caplog.at_level("DEBUG", logger="throughline"):
        assert (
            own.post(reverse("room-give", args=[room.pk]), {**given, "rationale": RATIONALE}).status_code
            == 302
        )
        assert own.post(reverse("room-give", args=[room.pk]), {**given, "step_0": "49.31"}).status_code == 422
    assert not SENTINELS.search(caplog.text)
    assert not SENTINELS.search(json.dumps([each.detail for each in Entry.objects.all()]))


def test_after_the_reveal_the_numbers_are_there_and_no_name_beside_them(room, organisation, browser_of):
    actions.reveal(organisation.ada, room, now=LATER)
    viewer = browser_of(organisation.vera)
    told = viewer.get(reverse("room-json", args=[room.pk])).json()
    assert [each["probability"] for each in told["rounds"][0]["answers"]] == [
        pytest.approx(PROBABILITY),
        0.25,
    ]
    assert "Mia" not in json.dumps(told["rounds"])
    assert "beliefs" not in told["rounds"][0]["result"]
    lines = body_of(viewer.get(reverse("room-csv", args=[room.pk])))
    assert RATIONALE in lines
    assert "Mia" not in lines
    page = body_of(viewer.get(reverse("room-part", args=[room.pk, "result"])))
    assert RATIONALE in page
    assert "Mia" not in page


# Forecasts are read here and nowhere else; each of these modules asks with the condition in its query.
READERS = {"forecasts/access.py", "forecasts/track_records.py"}


def test_forecasts_are_read_where_the_query_carries_the_condition_and_nowhere_else():
    reads = re.compile(r"Forecast\.objects|\.forecasts\.(?!append|objects|\w+ import)[a-z_]+\(")
    found = {
        str(path.relative_to(FORECASTS)): line.strip()
        for path in FORECASTS.rglob("*.py")
        if "migrations" not in path.parts
        for line in path.read_text().splitlines()
        if reads.search(line) and not line.lstrip().startswith(("from ", "import ", "#"))
    }
    # Whoever gives a number writes her own row.
    assert found.pop("forecasts/actions.py") == "kept, _ = Forecast.objects.update_or_create("
    assert set(found) <= READERS


def test_every_read_of_others_asks_for_what_is_revealed(room, organisation):
    from throughline.forecasts.access import revealed_forecasts
    from throughline.forecasts.states import stand_of

    assert "revealed_at" in str(revealed_forecasts([stand_of(room).round]).query)
    assert Forecast.objects.filter(round__room=room).count() == 2
    assert list(revealed_forecasts([stand_of(room).round])) == []
