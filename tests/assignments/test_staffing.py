"""Saying what a piece of work needs: what is kept, what is refused and where, and what is told."""

from __future__ import annotations

import pytest
from tests.assignments.making import NOW, cycle, described, initiative, sketch

from throughline.engine.refusals import Refused, each_of

pytestmark = pytest.mark.django_db

WHOLE = {
    "kinds": {"tooling": 0.6, "teaching": 0.4},
    "grows": ("teaching",),
    "value": 0.8,
    "value_why": "The objective fails without it",
    "weeks": 4.5,
    "least": 1,
    "most": 2,
    "skills": {"tooling": 0.5},
    "has_mentor": True,
}


def _describe(item, **said):
    from throughline.assignments.staffing import Said, describe

    return describe("test", item, Said(**said), now=NOW)


def _refusals(item, **said) -> dict[str | None, str]:
    with pytest.raises(Refused) as refused:
        _describe(item, **said)
    return {each.place: each.message for each in each_of(refused.value)}


def test_what_is_said_is_kept_with_its_ties(organisation):
    from throughline.assignments.staffing import said_of, work_of

    item = initiative(cycle(), "Paved road")
    ties = {"must": [organisation.mia], "continues": [organisation.mia], "never": [organisation.max]}
    assert _describe(item, **WHOLE, ties=ties)
    found = said_of(work_of(item))
    assert {name: getattr(found, name) for name in WHOLE} == WHOLE | {"grows": ["teaching"]}
    assert found.ties == ties
    assert work_of(item).key == "initiative:paved-road"


def test_owning_a_key_result_is_work_too():
    from throughline.assignments.staffing import work_of

    item = sketch(cycle())
    _describe(item, weeks=1.0)
    assert work_of(item).key == f"key_result:{item.pk}"


def test_saying_the_same_again_changes_nothing_and_tells_nobody(organisation):
    from throughline.audit.models import Entry
    from throughline.live.models import Change

    item = initiative(cycle(), "Paved road")
    said = {**WHOLE, "ties": {"must": [organisation.mia]}}
    assert _describe(item, **said)
    before = Entry.objects.count(), Change.objects.count()
    assert not _describe(item, **said)
    assert (Entry.objects.count(), Change.objects.count()) == before


def test_the_audit_says_what_it_was_and_what_it_is():
    from throughline.audit.models import Entry

    item = initiative(cycle(), "Paved road")
    _describe(item, **WHOLE)
    _describe(item, **WHOLE | {"weeks": 6.0})
    entry = Entry.objects.filter(action="staffing described").latest("id")
    assert (entry.object_type, entry.object_id) == ("initiative", str(item.pk))
    assert entry.detail == {"old": {"weeks": 4.5}, "new": {"weeks": 6.0}}


def test_who_follows_the_cycle_is_told():
    from throughline.live.models import Change

    of = cycle()
    _describe(initiative(of, "Paved road"), weeks=2.0)
    told = Change.objects.latest("id")
    assert (told.topic, told.what) == (f"cycle:{of.pk}", "staffing")


def test_a_tie_that_stays_keeps_its_day(organisation):
    from datetime import timedelta

    from throughline.assignments.models import Tie
    from throughline.assignments.staffing import Said, describe

    item = initiative(cycle(), "Paved road")
    _describe(item, ties={"continues": [organisation.mia], "never": [organisation.max]})
    ties = {"continues": [organisation.mia, organisation.ada]}
    describe("test", item, Said(most=2, ties=ties), now=NOW + timedelta(days=1))
    found = [(each.kind, each.person, (each.at - NOW).days) for each in Tie.objects.all()]
    assert found == [("continues", organisation.mia, 0), ("continues", organisation.ada, 1)]


def test_everything_that_is_wrong_is_said_at_once_each_beside_its_field():
    wrong = _refusals(
        initiative(cycle(), "Paved road"),
        kinds={"tooling": 0.7, "teaching": 0.4},
        grows=("detection",),
        value=1.5,
        weeks=0.0,
        least=3,
        most=2,
        skills={"juggling": 0.5},
    )
    assert set(wrong) == {"kinds", "grows", "value", "weeks", "most", "skills"}
    assert wrong["kinds"] == "the parts are 110% together: lower some until they are 100% or less"
    assert "one cannot grow in detection there" in wrong["grows"]
    assert "found 'juggling'" in wrong["skills"]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"kinds": {"tooling": -0.1}}, "kinds"),
        ({"weeks": float("inf")}, "weeks"),
        ({"weeks": float("nan")}, "weeks"),
        ({"value": float("nan")}, "value"),
        ({"value_why": "a" * 501}, "value_why"),
        ({"value_why": "bell \x07"}, "value_why"),
        ({"least": 0}, "least"),
        ({"most": 1000}, "most"),
        ({"has_mentor": True, "most": 1}, "most"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(said, place):
    assert set(_refusals(initiative(cycle(), "Paved road"), **said)) == {place}


def test_parts_that_are_a_third_each_are_the_whole():
    third = dict.fromkeys(("tooling", "teaching", "detection"), 1 / 3)
    assert _describe(initiative(cycle(), "Paved road"), kinds=third)


def test_nobody_both_must_and_never_does_it(organisation):
    item, mia = initiative(cycle(), "Paved road"), [organisation.mia]
    assert _refusals(item, ties={"must": mia, "never": mia}) == {
        "never": "Mia must do it and never does it: choose one"
    }
    assert set(_refusals(item, ties={"continues": mia, "never": mia})) == {"never"}


def test_no_more_must_do_it_than_can(organisation):
    people = [organisation.mia, organisation.max]
    assert set(_refusals(initiative(cycle(), "Paved road"), most=1, ties={"must": people})) == {"must"}


def test_a_viewer_is_given_no_work(organisation):
    wrong = _refusals(initiative(cycle(), "Paved road"), ties={"must": [organisation.vera]})
    assert wrong == {"must": "Vera is not given work"}


def test_what_was_said_of_a_kind_that_is_retired_since_may_stay():
    from throughline.people.kinds import retire
    from throughline.people.models import WorkKind

    item, other = (initiative(cycle(), "Paved road"), initiative(None, "Other"))
    _describe(item, **WHOLE)
    retire("test", WorkKind.objects.get(key="tooling"), now=NOW)
    assert _describe(item, **WHOLE | {"weeks": 1.0})
    assert set(_refusals(other, kinds={"tooling": 1.0})) == {"kinds"}


def test_work_that_is_over_is_not_described_any_more():
    from throughline.objectives.models import Cycle, Initiative

    of = cycle()
    item, closed = initiative(of, "Paved road"), cycle("2026-Q1", 2026)
    Initiative.objects.filter(pk=item.pk).update(status="done")
    item.refresh_from_db()
    assert "it is done" in _refusals(item)[None]
    Cycle.objects.filter(pk=closed.pk).update(state="closed")
    closed.refresh_from_db()
    assert "is closed" in _refusals(initiative(closed, "Old"))[None]


def test_a_proposal_takes_weeks_and_people_from_the_plan(organisation):
    from throughline.assignments.proposing import proposal
    from throughline.objectives.efforts import assign
    from throughline.objectives.items import change_item

    item = initiative(cycle(), "Paved road", effort_low=4.0, effort_high=8.0)
    assign("test", item, ["Mia", "Somebody else"], now=NOW)
    found = proposal(item)
    assert (found.weeks, found.least, found.most, found.ties) == (3.0, 1, 2, {"continues": []})
    change_item("test", item, status="doing", now=NOW)
    assert proposal(item).ties == {"continues": [organisation.mia]}


def test_a_proposal_takes_those_kinds_of_the_candidate_that_are_kinds_of_work():
    from throughline.assignments.proposing import proposal
    from throughline.portfolio.models import Candidate

    of = cycle()
    item = initiative(of, "Paved road")
    Candidate.objects.create(
        cycle=of,
        title="Paved road",
        initiative=item,
        kinds={"tooling": 0.6, "big-bet": 1.0},
        created_at=NOW,
        author="test",
    )
    assert proposal(item).kinds == {"tooling": 0.6}
    assert proposal(initiative(of, "Nothing known")).weeks is None


def test_what_is_described_is_in_the_question_of_the_cycle():
    from throughline.assignments.asking import asked_of

    of = cycle()
    described(initiative(of, "Paved road"), kinds={"tooling": 0.5, "teaching": 0.5}, grows=["teaching"])
    found = asked_of(of).question.works
    assert [(each.key, each.grows) for each in found] == [("initiative:paved-road", frozenset({"teaching"}))]


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ("weeks", {"weeks": None}),
        ("kinds", {"kinds": {}}),
        ("value", {"value": None}),
        ("why", {"value_why": ""}),
    ],
)
def test_what_is_missing_is_named(organisation, lacks, said):
    from throughline.assignments.staffed import staffed_one

    item = initiative(cycle(), "Paved road")
    assert staffed_one(organisation.vera, item).missing == ["description"]
    described(item, **said)
    assert staffed_one(organisation.vera, item).missing == [lacks]


def test_the_parts_of_a_bar_follow_each_other(organisation):
    from throughline.assignments.staffed import staffed_one

    item = initiative(cycle(), "Paved road")
    described(item, kinds={"teaching": 0.25, "tooling": 0.5}, grows=["teaching"])
    shown = staffed_one(organisation.vera, item)
    assert [(each.kind, each.start, each.width, each.grows) for each in shown.parts] == [
        ("tooling", 0.0, 50.0, False),
        ("teaching", 50.0, 25.0, True),
    ]
    assert shown.rest == 0.25
