"""What waits to be graded, and what is learnt of the weights by what was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from throughline.accounts.models import User
from throughline.assignments.access import past_choices, people_who_chose
from throughline.engine.past_choices import Explained, explain
from throughline.engine.preferences import HIGHEST, LOWEST, NAMES, Learnt, learn
from throughline.objectives.models import Initiative, KeyResult
from throughline.objectives.wording import names_of
from throughline.outcomes import access
from throughline.outcomes.access import TOGETHER, Piece
from throughline.outcomes.documents import learnable
from throughline.outcomes.models import Outcome

GRADED_ON = (LOWEST, HIGHEST)
# Weights that explain less of the past choices than this are not drawn as what explains them.
ENOUGH = 2 / 3


@dataclass(frozen=True, slots=True)
class Named:
    """A finished piece of work as a page calls it, with what the person said of it if she did."""

    piece: Piece
    title: str
    said: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Mine:
    """The finished work of a person: what she has not graded yet, and what she has."""

    waiting: tuple[Named, ...]
    graded: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """What explains the choices of plans that were published, in sums over the team."""

    choices: int
    people: int
    explained: Explained

    @property
    def says(self) -> str:
        """How much of the choices some weights explain, in a sentence."""
        share = f"{self.explained.most:.0%} of {self.choices} choices of {self.people} people"
        if self.is_explained:
            return f"The weights that explain most explain {share}."
        return f"No weights explain past choices: even the best explain only {share}."

    @property
    def is_explained(self) -> bool:
        """Whether some weights explain enough of the choices to be drawn."""
        return self.explained.most >= ENOUGH


@dataclass(frozen=True, slots=True)
class Learning:
    """What graded work says of the weights. Without a learnt, nothing counts yet."""

    learnt: Learnt | None
    people: int
    # Pieces of which nobody could tell one of the grades.
    left_out: int
    people_waiting: int
    past: Past | None

    @property
    def still_needed(self) -> int:
        """How many people's grades are missing until those that wait count."""
        return TOGETHER - self.people_waiting

    @property
    def use(self) -> str:
        """What a match is asked with to use the learnt weights; nothing while they stay equal."""
        if self.learnt is None or not self.learnt.moved:
            return ""
        return urlencode({name: f"{self.learnt.weights[name]:.2f}" for name in NAMES})


def mine(person: User) -> Mine:
    """The finished work that the person may grade, the newest first; own work before the team's."""
    said = list(access.own(person))
    found = access.pieces(person)
    titles = names_of(each.work for each in found if isinstance(each.work, KeyResult))
    pieces = [Named(each, _title(each, titles)) for each in found]
    pieces.sort(key=lambda each: (not each.piece.is_own, -each.piece.work.created_at.timestamp()))
    by_work = {(each.initiative_id, each.key_result_id): each for each in said}
    known = [Named(each.piece, each.title, by_work.get(_ids(each.piece))) for each in pieces]
    return Mine(
        tuple(each for each in known if each.said is None),
        tuple(sorted((each for each in known if each.said), key=_newest_first)),
    )


def title_of(piece: Piece) -> str:
    """What a page calls a piece of work."""
    return _title(piece, names_of([piece.work] if isinstance(piece.work, KeyResult) else []))


def rows() -> list[list[float]]:
    """What is learnt from: business, interest and growth from 0 to 1, and the outcome from 1 to 5."""
    return learnable(list(access.counted_pieces()))


def learning() -> Learning:
    """What all that counts says of the weights, beside what explains the team's past choices."""
    pieces = list(access.counted_pieces())
    complete = learnable(pieces)
    return Learning(
        learnt=learn([row[:-1] for row in complete], [row[-1] for row in complete]) if complete else None,
        people=access.people_counted(),
        left_out=len(pieces) - len(complete),
        people_waiting=access.people_waiting(),
        past=_past(),
    )


def _past() -> Past | None:
    """The choices of the plans in force; None where they are of so few that one could be told."""
    people, choices = people_who_chose(), past_choices()
    if people < TOGETHER:
        return None
    return Past(len(choices), people, explain(choices))


def _title(piece: Piece, key_results: Mapping[int, str]) -> str:
    return piece.work.title if isinstance(piece.work, Initiative) else key_results[piece.work.pk]


def _ids(piece: Piece) -> tuple[int | None, int | None]:
    pk = piece.work.pk
    return (pk, None) if isinstance(piece.work, Initiative) else (None, pk)


def _newest_first(each: Named) -> float:
    assert each.said is not None
    return -each.said.at.timestamp()
