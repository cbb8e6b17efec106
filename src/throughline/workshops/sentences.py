"""A board in sentences: where it stands, what comes next, how many are done."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.workshops.models import Board

VARIANT = (
    "Points: everybody ranks exactly five, the first has 5 points, the fifth 1; with m < 5 clusters it is "
    "m to 1. Ties go to more first places, then to who wins between the tied, else they share a rank. "
    "Beside it the Schulze order by winning votes; what a ballot does not rank is tied below all it does. "
    "Contested: in the top five by one of the two only."
)


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbers of a board, and nothing of whom they are."""

    seats: int
    ready: int
    notes: int
    ballots: int


def steps(board: Board) -> list[tuple[str, bool, bool]]:
    """The phases: name, whether it is over, and whether it is now."""
    phases = list(Board.Phase)
    here = phases.index(Board.Phase(board.phase))
    over = board.closed_at is not None
    return [
        (str(each.label), place < here or (over and place == here), place == here and not over)
        for place, each in enumerate(phases)
    ]


def sentence(board: Board, found: Progress) -> str:
    """Where it stands.

    >>> sentence(Board(phase="write"), Progress(seats=8, ready=6, notes=1, ballots=0))
    '1 note is written; 6 of 8 are ready.'
    """
    if board.closed_at:
        gone = " Its raw notes and ballots were removed." if board.cleared_at else ""
        return f"This board is closed.{gone}"
    match board.phase:
        case Board.Phase.WRITE:
            written = f"{found.notes or 'No'} {'note is' if found.notes == 1 else 'notes are'} written"
            return f"{written}; {found.ready} of {found.seats} are ready."
        case Board.Phase.SORT:
            return (
                f"{found.notes} {'note is' if found.notes == 1 else 'notes are'} revealed and being sorted."
            )
        case Board.Phase.VOTE:
            return f"{found.ballots} of {max(found.seats, found.ballots)} have voted."
    return f"{found.ballots} {'ballot was' if found.ballots == 1 else 'ballots were'} counted."


def next_step(board: Board) -> str:
    """What happens now, and what comes after it."""
    if board.closed_at:
        return ""
    match board.phase:
        case Board.Phase.WRITE:
            return (
                "Each writes alone. Nobody, the facilitator neither, sees another's note before the reveal."
            )
        case Board.Phase.SORT:
            return (
                "Put together what says the same. Every step can be taken back. Then the clusters are ranked."
            )
        case Board.Phase.VOTE:
            return "Each ranks alone, and may change it until the vote ends. Nobody sees how anybody ranked."
    return "The vote is advice: a manager's priority is recorded apart, with its reason."
