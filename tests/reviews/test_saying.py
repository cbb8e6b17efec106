"""What is said of key results, and what is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.reviews.quarter import ACTOR, OVER, after, ended, key_result, next_cycle

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives import items
from throughline.objectives.actions import change_key_result, close, measure
from throughline.objectives.models import Cycle, KeyResult
from throughline.objectives.queries import behind, stands
from throughline.objectives.sketches import add_sketch
from throughline.objectives.versions import current_version
from throughline.reviews import actions, queries
from throughline.reviews.carrying import carry
from throughline.reviews.grades import objectives_of
from throughline.reviews.models import CheckIn

pytestmark = pytest.mark.django_db


def said(found: KeyResult, confidence: float, *, days: int = 30, line: str = "") -> CheckIn:
    return actions.check_in(ACTOR, found, confidence=confidence, line=line, now=after(days))


def asked_of(person, *, days: int):
    return queries.asked_of(person, stands(KeyResult.objects.all(), now=after(days)), now=after(days))


def looked_back(found: KeyResult, **given):
    usual = {"cause": "no capacity", "next_step": "try again", "lesson": "Plan for leave"}
    return actions.write_post_mortem(ACTOR, found, now=OVER, **{**usual, **given})


def test_a_check_in_keeps_what_was_said_with_the_value_as_it_was_shown():
    made = said(key_result(), 0.7, line="  Two people are on it. ")
    assert (made.confidence, made.line, made.value) == (0.7, "Two people are on it.", None)
    assert Entry.objects.latest("id").action == "checked in"


@pytest.mark.parametrize("confidence", [-0.01, 1.01, float("nan")])
def test_a_confidence_lies_between_nothing_and_certainty(confidence):
    with pytest.raises(Refused, match="between 0 % and 100 %") as refused:
        said(key_result(), confidence)
    assert refused.value.place == "confidence"
    assert not CheckIn.objects.exists()


def test_nothing_is_said_of_the_future_of_what_has_ended():
    with pytest.raises(Refused, match="has ended"):
        said(ended(key_result(), value=20), 0.9)


def test_nothing_is_said_of_the_future_after_the_last_day():
    found = key_result()
    with pytest.raises(Refused, match="its last day is over"):
        actions.check_in(ACTOR, found, confidence=1.0, now=current_version(found).due)
    assert not CheckIn.objects.exists()


def test_an_override_needs_a_grade_to_stand_beside_and_a_reason():
    found = key_result()
    with pytest.raises(Refused, match="not graded yet"):
        actions.override(ACTOR, found, grade=1.0, reason="It is fine", now=OVER)
    ended(found, value=30)
    with pytest.raises(Refused) as refused:
        actions.override(ACTOR, found, grade=0.9, reason=" ", now=OVER)
    assert refused.value.place == "reason"
    actions.override(ACTOR, found, grade=0.9, reason="A scanner was down for a week", now=OVER)
    found.refresh_from_db()
    assert found.grade == 0.5
    assert queries.look(found).override.grade == 0.9


def test_a_post_mortem_looks_back_and_names_a_lesson_unless_all_went_as_intended():
    found = key_result()
    with pytest.raises(Refused, match="has not ended"):
        looked_back(found)
    ended(found, value=35)
    with pytest.raises(Refused) as refused:
        looked_back(found, lesson="")
    assert refused.value.place == "lesson"
    looked_back(found, cause="as intended", lesson="")
    looked_back(found)
    assert queries.look(found).post_mortem.lesson == "Plan for leave"


def test_what_is_given_up_leaves_its_reason_and_is_not_measured_any_more():
    found = key_result()
    actions.drop(ACTOR, found, reason="The service is gone", now=after(40))
    assert found.dropped_reason == "The service is gone"
    assert queries.asked(stands(KeyResult.objects.all(), now=after(50)), now=after(50)) == []
    with pytest.raises(Refused, match="ended already"):
        actions.drop(ACTOR, found, reason="again", now=after(41))


def test_what_is_given_up_is_not_graded_changed_or_waited_for():
    found = key_result()
    actions.drop(ACTOR, found, reason="The service is gone", now=after(40))
    with pytest.raises(Refused, match="given up already"):
        close(found, OVER)
    with pytest.raises(Refused, match="given up already"):
        change_key_result(found, ACTOR, reason="target moved", text="Two left.", target="30", now=after(41))
    assert not behind(after(60))
    measure(found, OVER)
    found.refresh_from_db()
    assert (found.closed_at, found.grade) == (None, None)


def test_a_sketch_is_discarded_and_never_given_up():
    cycle = next_cycle()
    objective = items.add_item(ACTOR, "objective", title="Repair first", cycle=cycle, now=OVER)
    with pytest.raises(Refused, match="discard the sketch"):
        actions.drop(ACTOR, add_sketch(ACTOR, objective, now=OVER), reason="No", now=OVER)


def test_nothing_carries_over_without_its_lesson():
    found, planned = ended(key_result(), value=35), next_cycle()
    with pytest.raises(Refused, match="post-mortem first"):
        carry(ACTOR, found, into=planned, now=OVER)
    looked_back(found, next_step="drop")
    with pytest.raises(Refused, match="says to drop it"):
        carry(ACTOR, found, into=planned, now=OVER)
    assert not KeyResult.objects.exclude(pk=found.pk).exists()


def test_what_is_carried_over_is_a_sketch_measured_anew_under_the_same_objective():
    found, planned = ended(key_result(), value=35), next_cycle()
    goal = items.add_item(ACTOR, "goal", title="Win trust", now=OVER)
    items.join(ACTOR, found.objective, goal, "contributes", now=OVER)
    looked_back(found)
    made = carry(ACTOR, found, into=planned, now=OVER)
    assert made.sketch["baseline"] == "measured"
    assert (made.sketch["start"], made.sketch["due"]) == ("2026-10-01", "2026-12-31")
    assert (made.objective.title, made.objective.cycle, made.carried_from) == ("Repair first", planned, found)
    assert Entry.objects.filter(action="joined", object_id=made.objective.pk).exists()
    assert items.part(ACTOR, made.objective, goal, now=OVER)
    with pytest.raises(Refused, match="carried into 2026-Q4 already"):
        carry(ACTOR, found, into=planned, now=OVER)


def test_a_running_cycle_takes_nothing_over():
    found = ended(key_result(), value=35)
    looked_back(found)
    with pytest.raises(Refused, match="is set already"):
        carry(ACTOR, found, into=found.objective.cycle, now=OVER)


def test_a_check_in_is_due_a_month_after_the_start_and_after_the_last_one(organisation):
    found = key_result()
    (asked,) = asked_of(organisation.mia, days=20)
    assert (asked.is_due(after(29)), asked.is_due(after(31))) == (False, True)
    said(found, 0.5, days=31)
    (asked,) = asked_of(organisation.mia, days=40)
    assert (asked.is_due(after(60)), asked.is_due(after(62))) == (False, True)
    assert asked_of(organisation.max, days=40) == []


def test_first_check_ins_are_scored_against_verdicts_by_quarter():
    hit, missed = key_result("Hit"), key_result("Missed")
    for found, first in ((hit, 0.8), (missed, 0.6)):
        said(found, first, days=30)
        said(found, 1.0 if found is hit else 0.1, days=80)
    ended(hit, value=20)
    ended(missed, value=30)
    found = queries.how_predictable(now=OVER)
    (quarter,) = found.quarters
    assert quarter.quarter == "2026-Q3"
    assert quarter.headline.value == pytest.approx((0.2**2 + 0.6**2) / 2)
    assert quarter.last.value == pytest.approx((0.0 + 0.1**2) / 2)
    assert found.overall.hit_rate.value == 0.5


def test_without_an_end_nothing_is_scored():
    said(key_result(), 0.8)
    found = queries.how_predictable(now=after(40))
    assert (found.overall, found.quarters, found.bins) == (None, [], ())


def test_the_grade_that_counts_is_the_one_a_person_set():
    found = ended(key_result(), value=30)
    actions.override(ACTOR, found, grade=0.9, reason="A scanner was down", now=OVER)
    (objective,) = objectives_of(found.objective.cycle, now=OVER)
    (graded,) = objective.key_results
    assert (graded.grade, graded.stand.key_result.grade, graded.is_unfinished) == (0.9, 0.5, True)
    assert objective.scored.score.committed.value == 0.9


def test_a_cycle_that_is_still_planned_has_no_review():
    with pytest.raises(Refused, match="is still draft"):
        actions.hold_review(ACTOR, next_cycle(), month=OVER.date(), text="All well", now=OVER)


def test_a_review_is_of_a_month_of_the_cycle_and_says_something():
    cycle = key_result().objective.cycle
    for month, text, place in ((after(0).date(), " ", "text"), (OVER.date(), "All well", "month")):
        with pytest.raises(Refused) as refused:
            actions.hold_review(ACTOR, cycle, month=month, text=text, now=OVER)
        assert refused.value.place == place
    kept = actions.hold_review(ACTOR, cycle, month=after(40).date(), text="Move Mia", now=OVER)
    assert f"{kept.month}" == "2026-08-01"


@pytest.mark.django_db(transaction=True)
def test_two_people_who_carry_over_at_once_carry_it_once():
    found, planned = ended(key_result(), value=35), next_cycle()
    looked_back(found)

    def carried(_: int) -> bool:
        try:
            carry(ACTOR, KeyResult.objects.get(pk=found.pk), into=Cycle.objects.get(pk=planned.pk), now=OVER)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(carried, range(6))) == 1
    assert KeyResult.objects.filter(carried_from=found).count() == 1
