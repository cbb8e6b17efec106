"""The sample's next quarter is planned together: ranked ideas are candidates, and a board takes lessons."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from throughline.sample import meant
from throughline.sample.promises import quarters

LATE, FIRST_DAY = datetime(2026, 11, 21, 15, 30, tzinfo=UTC), datetime(2026, 10, 1, 0, 5, tzinfo=UTC)


@pytest.fixture
def people(db):
    from throughline.accounts.actions import add_person
    from throughline.sample.organisation import PEOPLE

    now = datetime(2026, 3, 1, tzinfo=UTC)
    for each in PEOPLE:
        add_person("test", name=each.name, email=each.email, role=each.role, teams=[], now=now)


@pytest.fixture
def planned(people):
    """The quarter to come, with what the sample's work leans on."""
    from throughline.objectives.items import add_cycle, add_item
    from throughline.sample import plan

    now = datetime(2026, 3, 1, tzinfo=UTC)
    assert quarters(LATE)[-1].end == quarters(FIRST_DAY)[-1].end
    for goal in plan.GOALS:
        add_item("test", "goal", key=goal.key, title=goal.title, now=now)
    for tenet in plan.TENETS:
        add_item("test", "long_term_objective", key=tenet.key, title=tenet.title, kind=tenet.kind, now=now)
    return add_cycle("test", title="2027-Q1", start=date(2027, 1, 1), end=date(2027, 3, 31), now=now)


def live_at(now: datetime) -> None:
    from throughline.sample.meeting import live_beside, live_meetings
    from throughline.sample.prioritising import live_candidates

    live_meetings(now)
    live_candidates(now)
    live_beside(now)


@pytest.mark.parametrize("now", [LATE, FIRST_DAY], ids=["late in a quarter", "on its first day"])
def test_what_was_ranked_leads_to_candidates_and_one_idea_to_nothing_yet(planned, now):
    from throughline.planning.provenance import ways_of

    live_at(now)
    ranked = [each for each in ways_of(planned) if each.rank is not None]
    assert ranked[0].cluster.title == meant.CLUSTERS["images"]
    assert [each.cluster.title for each in ranked if not each.became] == [meant.CLUSTERS["models"]]
    assert all(each.notes for each in ranked)


def test_the_board_of_lessons_shows_nobody_the_note_of_another(planned, browser_of):
    from throughline.accounts.models import User
    from throughline.workshops.models import Board

    live_at(LATE)
    board = Board.objects.get(purpose=Board.Purpose.LESSONS)
    page = browser_of(User.objects.get(name="Amara Lindqvist")).get(f"/boards/{board.pk}/").content.decode()
    for name, text, _ in meant.LESSONS:
        assert (text.partition("'")[0] in page) == (name == "Amara Lindqvist")


def test_meeting_again_changes_nothing(planned):
    from throughline.inspiration.models import Item, Reading
    from throughline.planning.models import Claim, OtherObjective
    from throughline.workshops.models import Ballot, Board, Cluster, Note, Seat

    every = (Item, Reading, Claim, OtherObjective, Ballot, Board, Cluster, Note, Seat)
    live_at(LATE)
    before = [list(each.objects.order_by("pk").values()) for each in every]
    live_at(LATE + timedelta(minutes=1))
    assert [list(each.objects.order_by("pk").values()) for each in every] == before
    assert all(before)
