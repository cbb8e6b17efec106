"""What a person says of herself: kept with its history, corrected at any time, refused with the place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives.models import Assignment, Cycle, Initiative
from throughline.people import actions, kinds, queries
from throughline.people.models import Capacity, GrowthGoal, Interest, Tap, WorkKind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def mia(organisation):
    return organisation.mia


@pytest.fixture
def quarter(db) -> Cycle:
    return Cycle.objects.create(
        key="2027-q1", title="Q1 2027", start=date(2027, 1, 1), end=date(2027, 3, 31), created_at=NOW
    )


def of_kind(person, key: str) -> queries.OfKind:
    return next(each for each in queries.held(person).kinds if each.kind.key == key)


def test_a_team_begins_with_a_dozen_kinds_of_work_and_knows_which_are_glue(db):
    assert WorkKind.objects.count() == 12
    glue = set(WorkKind.objects.filter(is_glue=True).values_list("key", flat=True))
    assert glue == {"documentation", "incident-work", "coordination", "compliance-evidence"}


def test_the_newest_answer_counts_and_the_older_ones_stay(mia):
    actions.state_interests(mia, {"detection": 0.75}, now=NOW)
    actions.state_interests(mia, {"detection": 0.25}, now=NOW + timedelta(days=90))
    assert of_kind(mia, "detection").stated == 0.25
    assert [each.value for each in Interest.objects.filter(person=mia)] == [0.75, 0.25]


def test_what_was_not_said_is_unknown_and_not_a_zero(mia):
    actions.state_interests(mia, {"detection": 0.0}, now=NOW)
    assert of_kind(mia, "detection").stated == 0.0
    assert of_kind(mia, "tooling").stated is None
    assert len(queries.held(mia).unstated) == 11


def test_an_answer_can_be_taken_back(mia):
    actions.state_interests(mia, {"detection": 1.0}, now=NOW)
    actions.state_interests(mia, {"detection": None}, now=NOW)
    assert of_kind(mia, "detection").stated is None


def test_saying_the_same_again_writes_nothing(mia):
    assert actions.state_interests(mia, {"detection": 1.0}, now=NOW) == 1
    assert actions.state_interests(mia, {"detection": 1.0}, now=NOW) == 0
    assert Interest.objects.count() == 1


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), float("inf")])
def test_interest_is_from_0_to_1(mia, value):
    with pytest.raises(Refused, match="expected a number from 0 to 1") as refused:
        actions.state_interests(mia, {"tooling": 0.5, "detection": value}, now=NOW)
    assert refused.value.place == "detection"
    assert not Interest.objects.exists()


def test_a_kind_that_nobody_speaks_of_is_refused_with_those_that_there_are(mia):
    with pytest.raises(Refused, match=r"prototype, production-code.*found 'gardening'"):
        actions.state_interests(mia, {"gardening": 0.5}, now=NOW)


def test_a_goal_grows_in_the_kinds_that_are_named(mia):
    made = actions.set_goal(mia, text="  Threat   models that hold ", kinds=["teaching"], now=NOW)
    assert made.text == "Threat models that hold"
    assert [each.key for each in made.kinds.all()] == ["teaching"]


def test_an_ended_goal_stays_in_the_history_with_what_came_of_it(mia):
    goal = actions.set_goal(mia, text="Give a talk", now=NOW)
    actions.end_goal(mia, goal, note="Given in Lyon", now=NOW)
    said = queries.held(mia)
    assert (said.goals, [each.ended_note for each in said.ended]) == ((), ["Given in Lyon"])


def test_nobody_ends_the_goal_of_somebody_else(mia, organisation):
    goal = actions.set_goal(mia, text="Give a talk", now=NOW)
    actions.end_goal(organisation.max, goal, now=NOW)
    assert GrowthGoal.objects.get().ended_at is None


def test_one_tap_a_kind_after_work_is_changed_by_the_next_and_taken_back_by_none(mia):
    work = Initiative.objects.create(key="keys", title="Rotate keys", status="done", created_at=NOW)
    actions.felt(mia, work, {"tooling": (True, None), "documentation": (False, False)}, now=NOW)
    actions.felt(mia, work, {"tooling": (True, True), "documentation": (None, None)}, now=NOW)
    assert [(each.kind.key, each.absorbed, each.again) for each in Tap.objects.all()] == [
        ("tooling", True, True)
    ]
    assert of_kind(mia, "tooling").again == 1


@pytest.mark.parametrize(
    ("status", "said"), [("planned", "is only planned so far"), ("doing", "is still being done")]
)
def test_what_work_was_like_is_not_taken_before_it_is_over(mia, status, said):
    work = Initiative.objects.create(key="keys", title="Rotate keys", status=status, created_at=NOW)
    with pytest.raises(Refused, match=f"“Rotate keys” {said}: say how it was once") as refused:
        actions.felt(mia, work, {"tooling": (True, None)}, now=NOW)
    assert refused.value.code == "not_over"
    assert not Tap.objects.exists()


def test_dropped_work_was_worked_on_too(mia):
    work = Initiative.objects.create(key="keys", title="Rotate keys", status="dropped", created_at=NOW)
    assert actions.felt(mia, work, {"tooling": (False, None)}, now=NOW) == 1


def test_what_was_said_of_work_that_was_taken_up_again_can_be_taken_back(mia):
    work = Initiative.objects.create(key="keys", title="Rotate keys", status="done", created_at=NOW)
    actions.felt(mia, work, {"tooling": (True, True)}, now=NOW)
    work.status = "doing"
    assert actions.felt(mia, work, {"tooling": (None, None)}, now=NOW) == 0


def test_of_two_taps_of_work_that_was_taken_up_again_the_last_is_taken_back_alone(mia):
    work = Initiative.objects.create(key="keys", title="Rotate keys", status="done", created_at=NOW)
    actions.felt(mia, work, {"tooling": (True, None)}, now=NOW)
    actions.felt(mia, work, {"documentation": (False, True)}, now=NOW + timedelta(days=1))
    work.status = "doing"
    later = NOW + timedelta(days=9)
    with pytest.raises(Refused):
        actions.felt(mia, work, {"tooling": (True, True), "documentation": (None, None)}, now=later)
    actions.felt(mia, work, {"tooling": (True, None), "documentation": (False, None)}, now=later)
    assert actions.felt(mia, work, {"tooling": (True, None), "documentation": (None, None)}, now=later) == 1
    assert (Tap.objects.get().kind.key, Tap.objects.get().at) == ("tooling", NOW)


def test_work_that_is_done_waits_for_a_look_back_until_something_is_said(mia):
    work = Initiative.objects.create(key="keys", title="Rotate keys", status="done", created_at=NOW)
    Assignment.objects.create(initiative=work, name="Mia", user=mia)
    assert queries.waiting_for_taps(mia) == [work]
    actions.felt(mia, work, {"tooling": (True, True)}, now=NOW)
    assert queries.waiting_for_taps(mia) == []


def test_on_call_leave_and_upkeep_come_off_the_weeks_first(mia, quarter):
    made = actions.set_capacity(mia, mia, quarter, weeks=12, on_call=2, leave=1.5, upkeep=2, now=NOW)
    assert made.left == 6.5


def test_more_cannot_come_off_than_there_is(mia, quarter):
    with pytest.raises(Refused, match="more comes off than the 4 weeks"):
        actions.set_capacity(mia, mia, quarter, weeks=4, on_call=3, leave=2, now=NOW)
    assert not Capacity.objects.exists()


def test_the_audit_says_that_something_was_answered_and_never_what(mia):
    actions.state_interests(mia, {"red-team": 0.25}, now=NOW)
    actions.set_goal(mia, text="Leave for a start-up", kinds=["teaching"], now=NOW)
    actions.wish(mia, ["management"], now=NOW)
    written = " ".join(f"{each.action} {each.detail}" for each in Entry.objects.all())
    assert "interests stated" in written
    for private in ("red-team", "0.25", "start-up", "teaching", "management"):
        assert private not in written


def test_a_retired_kind_is_no_more_asked_for_and_comes_back_with_its_answers(mia):
    actions.state_interests(mia, {"front-end": 1.0}, now=NOW)
    kinds.retire("test", WorkKind.objects.get(key="front-end"), now=NOW)
    assert "front-end" not in {each.kind.key for each in queries.held(mia).kinds}
    kinds.add("test", title="Front end", now=NOW)
    assert of_kind(mia, "front-end").stated == 1.0
