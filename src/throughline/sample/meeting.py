"""How Fernwood's security team plans the quarter to come: what it read, wrote, sorted, ranked and heard."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from throughline.accounts.models import User
from throughline.engine.calendar import quarter_of
from throughline.inspiration import actions as shelf
from throughline.inspiration.bringing import bring_cards
from throughline.inspiration.models import Item, Reading
from throughline.objectives import items
from throughline.objectives.models import Cycle
from throughline.planning import claiming, others
from throughline.planning.models import Claim, OtherObjective
from throughline.sample import meant
from throughline.sample.promises import quarters
from throughline.workshops import actions, opening, sorting, voting
from throughline.workshops.access import live_clusters
from throughline.workshops.models import Board, Note

ACTOR = "sample"
# The team met this long ago, and writes what the quarter taught since yesterday.
MET_BEFORE, ASKED_BEFORE, WAITS = timedelta(days=6), timedelta(days=1), timedelta(days=5)


def live_meetings(now: datetime) -> None:
    """What was read and ranked for the next quarter, and a board that takes lessons still. Repeatable."""
    cycle = _next_quarter(now)
    if not Item.objects.exists():
        with transaction.atomic():
            _fill_the_shelf(cycle, now - MET_BEFORE)
    if not Board.objects.filter(cycle=cycle, purpose=Board.Purpose.IDEAS).exists():
        with transaction.atomic():
            _rank_ideas(cycle, now - MET_BEFORE)
    if not Board.objects.filter(cycle=cycle, purpose=Board.Purpose.LESSONS).exists():
        with transaction.atomic():
            _ask_for_lessons(cycle, now - ASKED_BEFORE)


def live_beside(now: datetime) -> None:
    """What other teams want, and the weeks that a goal takes; asks for the objectives of the quarter."""
    cycle = _next_quarter(now)
    ours = {each.title: each for each in cycle.objectives.all()}
    if not OtherObjective.objects.filter(cycle=cycle).exists():
        with transaction.atomic():
            for said, met in meant.OTHERS:
                others.add(ACTOR, cycle, said, bridges=[ours[each] for each in met], now=now)
    if not Claim.objects.filter(cycle=cycle).exists():
        goal, weeks, note = meant.CLAIMED
        claiming.claim(ACTOR, cycle, items.find("goal", goal), weeks=weeks, note=note, now=now)


def _next_quarter(now: datetime) -> Cycle:
    return Cycle.objects.get(key=quarter_of(quarters(now)[-1].end).label.lower())


def _fill_the_shelf(cycle: Cycle, at: datetime) -> None:
    bring_cards(ACTOR, now=at)
    for name, said, _ in meant.READ:
        item = shelf.put(ACTOR, said, now=at)
        shelf.assign(ACTOR, item, to=_person(name), cycle=cycle, now=at)


def _rank_ideas(cycle: Cycle, at: datetime) -> None:
    """The board of ideas from its first note to its result."""
    leader = _person(meant.LEADER)
    panel = [_person(name) for name in meant.TEAM]
    board = opening.open_board(leader, cycle, purpose=Board.Purpose.IDEAS, asked=panel, now=at)
    handles = {text: _write(name, board, text, at).handle for name, text, _ in meant.IDEAS}
    for name, said, takeaway in meant.READ:
        reading = Reading.objects.get(item__title=said.title, cycle=cycle)
        note = shelf.take(_person(name), reading, takeaway=takeaway, to_board=True, now=at)
        assert note is not None
        handles[takeaway] = note.handle
    opening.reveal(leader, board, now=at)
    placed = [(text, title) for _, text, title in meant.IDEAS] + list(meant.TAKEN.items())
    for title in dict.fromkeys(title for _, title in placed):
        same = [handles[text] for text, where in placed if where == title]
        sorting.put_together(leader, board, same, title=title, now=at)
    opening.open_vote(leader, board, now=at)
    numbers = dict(live_clusters(board).values_list("title", "pk"))
    for name, order in meant.BALLOTS.items():
        voting.rank(_person(name), board, [numbers[meant.CLUSTERS[each]] for each in order], now=at)
    voting.close_vote(leader, board, now=at)


def _ask_for_lessons(cycle: Cycle, at: datetime) -> None:
    """Private still, and open for whoever has not written yet."""
    leader = _person(meant.LEADER)
    board = opening.open_board(
        leader,
        cycle,
        purpose=Board.Purpose.LESSONS,
        title="What this quarter taught us",
        question="What worked, what did not, and what would you tell whoever plans the next one?",
        columns=opening.COLUMNS[Board.Purpose.LESSONS],
        mode=Board.Mode.APART,
        ends_at=at + WAITS,
        asked=[_person(name) for name in meant.TEAM],
        now=at,
    )
    for name, text, column in meant.LESSONS:
        _write(name, board, text, at, column=column)


def _write(name: str, board: Board, text: str, at: datetime, *, column: str = "") -> Note:
    return actions.write(_person(name), board, actions.Written(text=text, column=column), now=at)


def _person(name: str) -> User:
    return User.objects.get(name=name)
