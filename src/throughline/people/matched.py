"""People as the match takes them: what they answered, worked into numbers by kind of work.

This is the way from answers to the match, and only `assignments/` may go it (an import contract holds that).
None of these numbers leaves as it is: pages show plans, sums and sentences. `unknown` names goals, and that
taps speak against what was said: it is for the person herself. Who plans gets `unknowns.of_team`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from throughline.accounts.models import User
from throughline.engine import interests as fading
from throughline.engine.matching import Person
from throughline.objectives.models import Cycle
from throughline.people import access, unknowns
from throughline.people.access import Answers
from throughline.people.models import Capacity
from throughline.people.queries import weeks_in
from throughline.people.unknowns import Unknown, What
from throughline.people.words import GLADLY


@dataclass(frozen=True, slots=True)
class Matched:
    """A person as the match takes her, and what is not known of her, for herself alone.

    `shares` says that she lets others know what she likes: elsewhere nobody is named as liking anything.
    """

    person: Person
    unknown: tuple[Unknown, ...]
    shares: bool


def matched(
    people: Iterable[User], cycle: Cycle, *, on: date, accounts: Mapping[str, float] | None = None
) -> tuple[Matched, ...]:
    """Each of these people who is active, on a day, with her weeks in a cycle. Keys are ids as text.

    Interests join what was said and what was shown, and leave out kinds of which nothing is known. Growth is,
    of each kind, the most that a goal under way wants. A kind is liked from “gladly” on. `accounts` are what
    earlier quarters left people, by key.
    """
    asked = [each for each in people if each.is_active]
    kinds = {each.key: each.title for each in access.kinds_in_use()}
    answers = access.for_the_match(asked, on)
    left = {each.person_id: each.left for each in Capacity.objects.filter(cycle=cycle, person__in=asked)}
    whole, given = weeks_in(cycle), accounts or {}

    def of(user: User) -> Matched:
        said = answers[user.pk]
        used = _interests(said, kinds, on)
        known = {kind: each.used for kind, each in used.items() if each.used is not None}
        person = Person(
            key=str(user.pk),
            name=user.name,
            capacity=left.get(user.pk, whole),
            interests=known,
            growth=_growth(said, kinds),
            # A hair under, since a fading mean of one value is not that value in binary.
            likes=frozenset(kind for kind, value in known.items() if value >= GLADLY - 1e-9),
            skills={each.kind.key: each.level for each in said.skills if each.kind.key in kinds},
            account=given.get(str(user.pk), 0.0),
        )
        shares = bool(said.profile and said.profile.shares_interests)
        return Matched(person, _unknown(said, used, kinds, on), shares)

    return tuple(of(each) for each in asked)


def _interests(said: Answers, kinds: Mapping[str, str], on: date) -> dict[str, fading.Interest]:
    newest = {each.kind.key: each for each in said.interests}
    stated = {
        kind: fading.Stated(each.value, each.at.date())
        for kind, each in newest.items()
        if each.value is not None
    }
    taps = [
        fading.Tap(each.kind.key, each.at.date(), _number(each.absorbed), _number(each.again))
        for each in said.taps
    ]
    return fading.interests(kinds, stated, taps, on=on)


def _number(said: bool | None) -> float | None:
    return None if said is None else float(said)


def _growth(said: Answers, kinds: Mapping[str, str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for goal in said.goals:
        for kind in goal.kinds.all():
            if kind.key in kinds:
                found[kind.key] = max(found.get(kind.key, 0.0), goal.weight)
    return found


def _unknown(
    said: Answers, used: Mapping[str, fading.Interest], kinds: Mapping[str, str], on: date
) -> tuple[Unknown, ...]:
    if said.profile is None:
        return (Unknown(What.UNASKED),)
    return (*unknowns.of_interests(used, kinds), *unknowns.of_goals(said.goals, on=on))
