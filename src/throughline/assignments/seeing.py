"""How much of what a match says of a person somebody sees: she herself all of it.

Who plans sees who does what, the order of suggestions, what each costs, and what it is mostly for: that is
the match. How much a piece of work suits her is a sum over its kinds, and of work of one kind it is her
answer. Who does not share her answers is therefore said to be suited in one of three words, and weights in
which a suggestion stays first are said to the tenth. What a choice costs the team holds what all others
answered: it is said to everybody to the hundredth. Who likes what somebody else does not is, of work of one
kind, an answer of both: it is said only where both share theirs, and to oneself of those who do.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from throughline.accounts.models import User
from throughline.engine.matching import TOSS_UP
from throughline.people import access

# Below a hundredth nobody can mean a difference (`TOSS_UP`), and much could be read out of it.
DIGITS = 2
COARSE = 1
WORDS = ((2 / 3, "suits well"), (1 / 3, "suits partly"), (0.0, "suits little"))
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen of a person, besides the match itself."""

    is_herself: bool
    interests: bool
    goals: bool

    @property
    def is_whole(self) -> bool:
        """Whether all scores are seen as numbers, and so the figures that are made of them."""
        return self.interests and self.goals

    def sees(self, term: str) -> bool:
        """Whether a score is seen as a number."""
        return {"business": True, "interest": self.interests, "growth": self.goals}[term]


OWN = Sight(is_herself=True, interests=True, goals=True)


def sight(viewer: User, person: User) -> Sight:
    """How much a viewer sees: all of herself, of others what they let who plans see."""
    return OWN if viewer.pk == person.pk else of_others(person)


def of_others(person: User) -> Sight:
    """How much of a person somebody else sees who plans; a sheet of paper shows no more."""
    profile = access.own_profile(person)
    return Sight(
        is_herself=False,
        interests=bool(profile and profile.shares_interests),
        goals=bool(profile and profile.shares_goals),
    )


def person_for(user: User | AnonymousUser, id: int) -> User:
    """The person whose suggestions are looked at: oneself, or somebody whose work one plans; else a 404."""
    own = access.worker(user)
    return own if own.pk == id else access.worker_for(own, id)


def cost_to_the_hundredth(cost: float | None) -> float | None:
    """A cost as it is handed out; a toss-up is none, and a gain is under 0.

    >>> cost_to_the_hundredth(0.1274), cost_to_the_hundredth(0.0074), cost_to_the_hundredth(None)
    (0.13, 0.0, None)
    >>> cost_to_the_hundredth(-0.4291), cost_to_the_hundredth(-0.0074)
    (-0.43, 0.0)
    """
    if cost is None:
        return None
    return 0.0 if abs(cost) < TOSS_UP else round(cost, DIGITS)


def word_of(score: float) -> str:
    """How well work suits somebody, in one of three words.

    >>> word_of(0.7), word_of(0.5), word_of(0.1)
    ('suits well', 'suits partly', 'suits little')
    """
    return next(word for least, word in WORDS if score >= least)
