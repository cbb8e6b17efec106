"""The sample's work is worth a talk: something is torn, something nobody asks for, something goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from throughline.engine.calendar import quarter_of
from throughline.engine.matching import matching, suggestions
from throughline.sample.organisation import PEOPLE
from throughline.sample.promises import quarters
from throughline.sample.staffing import COMING, RUNNING, live_staffing
from throughline.sample.wishing import live_wishes

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def coming(db):
    """The two quarters as far as the work leans on them; the quarter to come with its work."""
    from throughline.accounts.actions import add_person
    from throughline.objectives.items import add_cycle, add_item
    from throughline.objectives.sketches import add_sketch
    from throughline.sample.plan import OBJECTIVES

    for person in PEOPLE:
        said = {"name": person.name, "email": person.email, "role": person.role, "teams": []}
        add_person("test", **said, now=NOW)
    running = quarter_of(quarters(NOW)[-1].start)
    after = quarter_of(quarters(NOW)[-1].end)
    for quarter, needs in ((running, RUNNING), (after, COMING)):
        days = {"start": quarter.start.date(), "end": (quarter.end - timedelta(days=1)).date()}
        cycle = add_cycle("test", title=quarter.label, **days, now=NOW)
        homes = [add_item("test", "objective", title=each.title, cycle=cycle, now=NOW) for each in OBJECTIVES]
        for each in needs:
            if not each.objective:
                add_sketch("test", homes[0], kind="binary", title=each.title, acceptance="Done.", now=NOW)
    live_wishes(NOW)
    live_staffing(NOW)
    return cycle


def _matching(cycle):
    from throughline.assignments.asking import asked_of

    asked = asked_of(cycle, on=NOW.date())
    return asked, matching(asked.question, asked.weights)


def test_all_of_it_is_described_whole(coming):
    from throughline.assignments.staffed import every_piece

    rows = every_piece(coming)
    assert len(rows) == len(COMING)
    assert [each.title for each in rows if each.missing] == []


def test_loading_it_again_changes_nothing(coming):
    from throughline.audit.models import Entry

    before = Entry.objects.count()
    live_staffing(NOW)
    assert Entry.objects.count() == before


def test_the_running_quarter_is_published_and_leaves_accounts_to_the_next(coming):
    from throughline.assignments.access import past_choices, plans_in_force

    (plan,) = plans_in_force()
    assert plan.cycle.start < coming.start
    assert len({row["person"] for row in plan.document}) >= 3
    assert past_choices()
    accounts = {each.account for each in _matching(coming)[0].question.people}
    assert len(accounts) > 1


def test_the_match_has_something_to_talk_about(coming):
    asked, found = _matching(coming)
    question = asked.question
    titles = {each.key: each.title for each in question.works}
    done = {
        (question.people[person].name.split()[0], question.works[work].title)
        for person, work in zip(*found.plan.given.nonzero(), strict=True)
    }
    # Two that are as good as each other: whoever likes detection takes what she likes.
    yuki = next(place for place, each in enumerate(question.people) if each.name.startswith("Yuki"))
    torn = {titles[each.work] for each in suggestions(found, yuki) if each.is_toss_up}
    assert torn == {"Detections for the sign-in", "Detections for the checkout"}
    # The robot goes on with who began it; the evidence goes to nobody who said what they like.
    assert ("Tomas", "The robot merges what is harmless") in done
    on_evidence = {name for name, title in done if title == "Keep the evidence of the audit"}
    assert on_evidence.isdisjoint({"Marek", "Yuki", "Tomas"})
    # There is more to do than there are weeks.
    assert {title for _, title in done} < set(titles.values())
    parser = next(each for each in question.works if each.title == "A parser that cannot be overrun")
    assert parser.has_mentor
    assert parser.skills
