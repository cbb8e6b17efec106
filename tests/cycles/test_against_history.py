"""How likely a target is by its own history (D25), said in the editor when the typing rests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from tests.cycles.plans import a_plan
from tests.objectives.register import import_of

from throughline.objectives import examining

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_november")]
GIVEN = {"metric": "arrivals", "owner": "Ada", "baseline": "measured", "target": "-70%"}


@pytest.fixture
def asked(organisation, browser_of):
    """What one of the editor's addresses says of fields, to a manager."""
    _, objective, _ = a_plan()
    import_of("tracker", datetime.now(UTC))

    def ask(name: str, **given: str) -> str:
        fields = {**GIVEN, "objective": objective.key, **given}
        answer = browser_of(organisation.max).post(reverse(name), fields)
        assert answer.status_code == 200
        return answer.content.decode()

    return ask


def test_the_box_asks_for_the_chance_only_where_history_could_give_one(asked):
    address = reverse("sketch-history")
    assert address in asked("sketch-preview")
    assert address not in asked("sketch-preview", target="")
    assert address not in asked("sketch-preview", kind="baseline", target="", baseline="")


def test_what_history_has_never_done_is_doubted_beside_the_target(asked):
    seen = asked("sketch-history", target="-99%")
    assert "to be hit if everything goes on as it did" in seen
    beside = seen.split("<div data-beside>")[1]
    assert "D25" in beside
    assert "that was never done" in beside
    assert "D25" not in asked("sketch-preview", target="-99%")


def test_the_same_fields_are_measured_once(asked):
    examining.forget()
    for _ in range(3):
        asked("sketch-history")
    kept = examining._measured.cache_info()
    assert (kept.misses, kept.hits) == (1, 2)


def test_fields_that_cannot_be_decided_have_no_chance(asked):
    assert "too short, or too even, to say" in asked("sketch-history", metric="arrivls")
