"""How each stage of a cycle stands by the records, in sentences; pure over what was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from throughline.accounts.models import Role
from throughline.objectives.models import Cycle
from throughline.planning.models import Stage
from throughline.planning.seeing import Seen
from throughline.planning.stages import Facts, Way, said, sentence, verb
from throughline.planning.work_facts import WORK_FACTS
from throughline.workshops.models import Board

Key = Stage.Key
Purpose = Board.Purpose


def facts_of(seen: Seen) -> dict[Key, Facts]:
    """The facts of every stage, in the order of the stages."""
    return {key: FACTS[key](seen) for key in Key}


def _post_mortem(seen: Seen) -> Facts:
    before, counts = seen.before, seen.counts
    board = _board(seen, Purpose.LESSONS, "the lessons board")
    if before is None:
        needs = "An earlier quarter that was promised; there is none."
        return Facts(needs=needs, stands="There is nothing to look back on.", is_met=True, ways=board)
    running = counts.previous_running
    needs = f"Every key result of {before.title} at its end: "
    needs += f"{said(running, 'key result')} still {verb(running, 'runs', 'run')}."
    missing, every = counts.previous_unexamined, counts.previous_all
    if missing:
        stands = f"{missing} of {said(every, 'key result')} of {before.title} {verb(missing, 'has', 'have')} "
        stands += "no post-mortem."
    else:
        stands = f"Every key result of {before.title} that ended has its post-mortem."
    return Facts(
        needs=needs,
        is_ready=not running,
        stands=stands,
        waits=f"{said(missing, 'key result')} {verb(missing)} for a post-mortem" if missing else "",
        is_met=not missing and not running,
        ways=(Way(f"Grades and lessons of {before.title}", _of(before, "cycle-grades")), *board),
    )


def _risks(seen: Seen) -> Facts:
    counts, cycle = seen.counts, seen.cycle
    bare, unasked = counts.unestimated, counts.without_room
    stands = f"{sentence(said(counts.scenarios, 'scenario'))} {verb(counts.scenarios, 'bears', 'bear')} on "
    stands += f"these days, {counts.of_boards} of this cycle's boards"
    if counts.scenarios:
        stands += f"; {bare or 'none'} {verb(bare, 'is', 'are')} without an estimate, "
        stands += f"{unasked or 'none'} without a forecast room"
    waits = f"{said(bare, 'scenario')} {verb(bare)} for an estimate" if bare else ""
    return Facts(
        needs="Nothing. What the last quarter taught helps.",
        stands=f"{stands}.",
        waits=waits or ("" if counts.scenarios else f"no scenario bears on {cycle.title}"),
        is_met=bool(counts.scenarios) and not bare,
        ways=(
            *_board(seen, Purpose.RISKS, "the board of risks"),
            Way("Register", reverse("risk")),
            Way("Forecast rooms", reverse("rooms")),
            Way("New scenario", reverse("scenario-new"), Role.MANAGER),
        ),
    )


def _inspiration(seen: Seen) -> Facts:
    read, taken = seen.counts.readings, seen.counts.takeaways
    left = read - taken
    stands = f"{sentence(said(read, 'item'))} {verb(read, 'is', 'are')} assigned; "
    stands += f"{said(taken, 'takeaway')} {verb(taken, 'is', 'are')} written."
    return Facts(
        needs="Nothing.",
        stands=stands,
        waits=f"{said(left, 'takeaway')} {verb(left)}"
        if left
        else ""
        if read
        else "nobody reads anything yet",
        is_met=bool(read) and not left,
        ways=(Way("Open the shelf", _of(seen.cycle, "shelf")),),
    )


def _brainstorm(seen: Seen) -> Facts:
    board, taken = seen.ideas, seen.counts.takeaways
    needs = f"Lessons, risks and takeaways to start from: {said(taken, 'takeaway')} so far."
    ways = _board(seen, Purpose.IDEAS, "the board of ideas")
    if board is None:
        return Facts(needs=needs, stands="There is no board yet.", waits="a board of ideas", ways=ways)
    # Once a board is cleared its notes are gone, and what they became is not.
    gone = " Its raw notes were removed." if board.cleared_at else ""
    stands = f"{sentence(said(seen.notes, 'note'))} {verb(seen.notes, 'is', 'are')} on “{board.title}”, "
    stands += "revealed to everybody." if board.revealed_at else "seen by their authors only."
    waits = "" if board.revealed_at else f"{said(seen.notes, 'note')} {verb(seen.notes)} for the reveal"
    return Facts(
        needs=needs, stands=stands + gone, waits=waits, is_met=board.revealed_at is not None, ways=ways
    )


def _cluster(seen: Seen) -> Facts:
    board, counts = seen.ideas, seen.counts
    ways = _board(seen, Purpose.IDEAS, "the board of ideas")
    if board is None or board.revealed_at is None:
        needs = f"Revealed notes: {said(seen.notes, 'note')} {verb(seen.notes, 'is', 'are')} still private."
        return Facts(needs=needs, is_ready=False, stands="Nothing is to be sorted yet.", ways=ways)
    is_over = board.phase in (Board.Phase.VOTE, Board.Phase.RESULT)
    loose = f"{said(counts.loose, 'note')} {verb(counts.loose, 'lies', 'lie')} loose"
    return Facts(
        needs=f"Revealed notes: there {verb(seen.notes, 'is', 'are')} {said(seen.notes, 'note')}.",
        stands=f"{sentence(said(counts.clusters, 'cluster'))}; {loose}.",
        waits="" if is_over else loose if counts.loose else f"{said(counts.clusters, 'cluster')}, none loose",
        is_met=is_over,
        ways=ways,
    )


def _vote(seen: Seen) -> Facts:
    board, counts = seen.ideas, seen.counts
    ways = _board(seen, Purpose.IDEAS, "the board of ideas")
    clusters = said(counts.clusters, "cluster")
    needs = f"Clusters: there {verb(counts.clusters, 'is', 'are')} {clusters}."
    if board is None or board.revealed_at is None or not counts.clusters:
        return Facts(needs=needs, is_ready=False, stands="There is nothing to rank yet.", ways=ways)
    if board.phase == Board.Phase.RESULT:
        counted = board.result.get("points") or []
        first = f" “{counted[0]['option']}” leads." if counted else ""
        return Facts(needs=needs, stands=f"The vote is counted.{first}", is_met=True, ways=ways)
    voted = f"{seen.ballots} of {max(seen.seats, seen.ballots)} have voted"
    is_open = board.phase == Board.Phase.VOTE
    return Facts(
        needs=needs,
        stands=f"{voted}." if is_open else "The vote is not open yet.",
        waits=voted if is_open else f"{clusters} {verb(counts.clusters)}",
        ways=ways,
    )


def _board(seen: Seen, purpose: Purpose, name: str) -> tuple[Way, ...]:
    """The newest board of this purpose, or the form of a new one."""
    found = seen.boards.get(purpose)
    if found is not None:
        return (Way(f"Go to {name}", reverse("board", args=[found.pk])),)
    address = f"{_of(seen.cycle, 'board-new')}?purpose={purpose.value}"
    return (Way(f"Open {name}", address, Role.MEMBER),)


def _of(cycle: Cycle, name: str) -> str:
    return reverse(name, args=[cycle.key])


FACTS: Mapping[Key, Callable[[Seen], Facts]] = {
    Key.POST_MORTEM: _post_mortem,
    Key.RISKS: _risks,
    Key.INSPIRATION: _inspiration,
    Key.BRAINSTORM: _brainstorm,
    Key.CLUSTER: _cluster,
    Key.VOTE: _vote,
    **WORK_FACTS,
}
