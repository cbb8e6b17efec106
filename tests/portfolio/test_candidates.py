"""Candidates: what they say, how it is read, and what is refused beside which field."""

from __future__ import annotations

from datetime import date

import pytest
from tests.organisation import NOW
from tests.portfolio.quarter import ACTOR, a_quarter, candidate, key_result

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.portfolio.actions import add_candidate, change_candidate, drop, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return a_quarter()


def add(cycle, **given):
    return add_candidate(ACTOR, **{"cycle": cycle, "title": "Patch by robot", "now": NOW, **given})


def test_a_title_is_enough_to_begin_with(cycle):
    made = add(cycle)
    assert (made.effort_low, made.confidence, made.kinds, made.must) == (None, 0.8, {}, False)


def test_figures_are_read_as_people_write_them(cycle):
    made = add(
        cycle,
        effort_low="2,5",
        effort_high="6",
        delay_low="2k",
        delay_high="9,000",
        confidence="70 %",
        kinds="big-bet\nperceived-risk 40 %",
        delay_profile="decaying",
        delay_fades="10 %",
    )
    assert (made.effort_low, made.effort_high) == (2.5, 6.0)
    assert (made.delay_low, made.delay_high, made.delay_fades) == (2000.0, 9000.0, 0.1)
    assert made.confidence == 0.7
    assert made.kinds == {"big-bet": 1.0, "perceived-risk": 0.4}


def test_one_end_of_a_range_alone_is_meant_exactly(cycle):
    made = add(cycle, effort_low="3")
    assert (made.effort_low, made.effort_high) == (3.0, 3.0)


def test_a_change_of_a_share_is_written_in_percentage_points(cycle):
    pilot = key_result("The pilot runs")
    made = add(cycle, impacts={pilot.pk: ("10", "30 %")})
    assert [(each.low, each.high) for each in made.impacts.all()] == [(0.1, 0.3)]


@pytest.mark.parametrize(
    ("given", "place", "says"),
    [
        ({"title": "  "}, "title", "in one line"),
        ({"effort_low": "8", "effort_high": "3"}, "effort_high", "reversed"),
        ({"effort_low": "many"}, "effort_low", "person-weeks"),
        ({"duration_low": "0"}, "duration_low", "0.001"),
        ({"delay_high": "a lot"}, "delay_low", "amount"),
        ({"confidence": "40"}, "confidence", "write 40 % or 0.4"),
        ({"confidence": "0"}, "confidence", "above 0 %"),
        ({"confidence": "140 %"}, "confidence", "100 %"),
        ({"kinds": "big-bet 40"}, "kinds", "write 40 % or 0.4"),
        ({"kinds": "Big Bet!"}, "kinds", "found 'bet!'"),
        ({"kinds": "big-bet\nbig-bet"}, "kinds", "twice"),
        ({"objective": "nothing"}, "objective", "there is no objective"),
        ({"goal": "nothing"}, "goal", "there is no goal"),
        ({"delay_low": "1k", "delay_profile": "deadline"}, "deadline", "needs its day"),
        ({"delay_profile": "deadline", "deadline": "soon"}, "deadline", "found 'soon'"),
        ({"delay_low": "1k", "delay_profile": "decaying"}, "delay_fades", "costs less"),
        ({"delay_profile": "sudden"}, "delay_profile", "expected one of"),
        ({"title": "x" * 241}, "title", "240"),
        ({"title": "a\x07b"}, "title", "control character"),
        ({"colour": "red"}, "colour", "has no colour"),
        ({"effort_low": "1e400"}, "effort_low", "person-weeks"),
        ({"reach_low": "nan"}, "reach_low", "reached"),
    ],
)
def test_what_is_wrong_is_refused_beside_its_field(cycle, given, place, says):
    with pytest.raises(Refused) as refused:
        add(cycle, **given)
    assert refused.value.place == place
    assert says in refused.value.message


def test_a_change_is_refused_beside_its_end(cycle):
    days = key_result("Days to repair")
    with pytest.raises(Refused) as refused:
        add(cycle, impacts={days.pk: ("-3", "-8")})
    assert refused.value.place == f"high_{days.pk}"


def test_a_share_does_not_move_by_more_than_all_of_it(cycle):
    pilot = key_result("The pilot runs")
    with pytest.raises(Refused, match="100 percentage points"):
        add(cycle, impacts={pilot.pk: ("10", "130")})


def test_a_key_result_of_another_cycle_is_not_moved(cycle):
    with pytest.raises(Refused, match="there is no key result"):
        add(cycle, impacts={"elsewhere": ("1", "2")})


def test_two_candidates_of_a_cycle_are_not_called_the_same(cycle):
    first = add(cycle)
    with pytest.raises(Refused) as refused:
        add(cycle, title="patch by ROBOT")
    assert refused.value.place == "title"
    drop(ACTOR, first, reason="Bought instead", now=NOW)
    second = add(cycle)
    with pytest.raises(Refused, match="already"):
        take_back(ACTOR, first, now=NOW)
    drop(ACTOR, second, reason="After all not", now=NOW)
    take_back(ACTOR, first, now=NOW)


def test_a_change_keeps_what_is_not_given_and_says_what_was(cycle):
    made = candidate(cycle, "Owners", kinds={"big-bet": 1 / 3})
    assert change_candidate(ACTOR, made, effort_low="1", effort_high="9", now=NOW)
    made.refresh_from_db()
    assert (made.effort_low, made.effort_high, made.kinds) == (1.0, 9.0, {"big-bet": 1 / 3})
    assert made.impacts.count() == 1
    said = Entry.objects.filter(action="candidate changed").get().detail
    assert said == {
        "old": {"effort_low": 4.0, "effort_high": 4.0},
        "new": {"effort_low": 1.0, "effort_high": 9.0},
    }


def test_the_same_again_changes_nothing(cycle):
    made = candidate(cycle, "Owners")
    assert not change_candidate(ACTOR, made, title="Owners", now=NOW)
    assert not Entry.objects.filter(action="candidate changed").exists()


def test_changed_impacts_replace_all_of_them(cycle):
    made = candidate(cycle, "Owners")
    pilot = key_result("The pilot runs")
    change_candidate(ACTOR, made, impacts={pilot.key: ("20", "")}, now=NOW)
    assert [(each.key_result, each.low, each.high) for each in made.impacts.all()] == [(pilot, 0.2, 0.2)]


def test_dropping_needs_a_reason(cycle):
    made = candidate(cycle, "Owners")
    with pytest.raises(Refused) as refused:
        drop(ACTOR, made, reason=" ", now=NOW)
    assert refused.value.place == "reason"


def test_nothing_of_a_closed_cycle_is_changed(cycle):
    made = candidate(cycle, "Owners")
    cycle.state = "closed"
    cycle.save()
    made.refresh_from_db()
    with pytest.raises(Refused, match="closed"):
        change_candidate(ACTOR, made, title="Other", now=NOW)
    with pytest.raises(Refused, match="closed"):
        add(cycle)


def test_a_deadline_is_a_day(cycle):
    made = add(cycle, delay_low="5k", delay_profile="deadline", deadline="2027-02-15")
    assert made.deadline == date(2027, 2, 15)


def test_what_was_added_is_in_the_audit_record(cycle):
    made = candidate(cycle, "Owners")
    entry = Entry.objects.get(action="candidate added")
    assert (entry.object_type, entry.object_id) == ("candidate", str(made.pk))
    assert entry.detail["impacts"] == {key_result("Days to repair").key: [-4.0, -4.0]}
