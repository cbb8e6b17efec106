"""Who has had the dull work: a running account over quarters that puts them first in the next match.

Glue is work that holds a team together and that few are thanked for; the team marks which kinds are glue
(coordination, documentation, on-call, compliance evidence). A plum is work that suits who does it. A quarter,
for each person, in shares of their capacity:

    glue = Σ share·(part of its kinds that are glue)      plum = Σ share·match      fortune = plum − glue

match is how well the work suited the person, 0..1, as the match counts it. What matters is how one fared
beside the others, so each quarter counts from the mean of those who were there. Half of it is carried into
the next quarter, half of that into the one after:

    carried = Σ over quarters 2^(−quarters ago)·(fortune − mean fortune of that quarter)

The account is what is carried, from the mean of today's team, so that it sums to zero; newcomers stand at 0.
If anybody's would leave ±BOUND, all are made smaller by one factor: nobody changes places, the sum stays
zero, and no history is worth more than a quarter of a fully matching person-quarter (the match's objective).
The match adds it to a person's mean before it looks for the least: below 0, one comes first.
Quarters are whole numbers that grow by one a quarter (4·year + quarter), so that gaps count.
Source of carrying over: deficit round robin (Shreedhar & Varghese 1996, IEEE/ACM Trans. on Networking 4),
which is fair over rounds where no single round can be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

CARRIED = 0.5
BOUND = 0.25


@dataclass(frozen=True, slots=True)
class Piece:
    """Work of a person in a quarter: `share` of their capacity, its kinds, how well it suited; all 0..1."""

    person: str
    quarter: int
    share: float
    kinds: Mapping[str, float]
    match: float


@dataclass(frozen=True, slots=True)
class Load:
    """A person's quarter: glue and plums as shares of their capacity, 0..1."""

    person: str
    quarter: int
    glue: float
    plum: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's row of who has had the glue work.

    `glue` and `plum` are by quarter, missing where the person was not there. `carried_glue` is the glue of
    all quarters, each half of the one after, in shares of a quarter. `account` is as in `accounts`.
    """

    person: str
    glue: Mapping[int, float]
    plum: Mapping[int, float]
    carried_glue: float
    account: float


def loads(pieces: Iterable[Piece], glue: Collection[str]) -> list[Load]:
    """What each person had in each quarter, in order of quarter and person. ValueError off 0..1.

    >>> loads([Piece("ana", 8104, 0.5, {"coordination": 0.6, "tooling": 0.4}, 0.2)], {"coordination"})
    [Load(person='ana', quarter=8104, glue=0.3, plum=0.1)]
    """
    found: dict[tuple[int, str], list[Piece]] = {}
    for piece in pieces:
        _check(piece)
        found.setdefault((piece.quarter, piece.person), []).append(piece)
    return [_load(person, quarter, found[quarter, person], glue) for quarter, person in sorted(found)]


def accounts(history: Iterable[Load], team: Sequence[str], *, quarter: int) -> dict[str, float]:
    """What earlier quarters leave each of the team for the match of `quarter`; it sums to zero.

    Quarters from `quarter` on are left out. ValueError where a person has two loads of one quarter.

    >>> history = [Load("ana", 1, glue=0.3, plum=0.2), Load("ben", 1, glue=0.0, plum=0.3)]
    >>> {who: round(account, 3) for who, account in accounts(history, ["ana", "ben"], quarter=2).items()}
    {'ana': -0.1, 'ben': 0.1}
    """
    carried = _carried(_before(history, quarter), quarter)
    known = [carried[person] for person in team if person in carried]
    middle = fsum(known) / len(known) if known else 0.0
    found = {person: carried[person] - middle if person in carried else 0.0 for person in team}
    largest = max(map(abs, found.values()), default=0.0)
    factor = BOUND / largest if largest > BOUND else 1.0
    return {person: factor * account for person, account in found.items()}


def standings(history: Iterable[Load], team: Sequence[str], *, quarter: int) -> list[Standing]:
    """The team with who has had most of the glue work first, equals in the order of the team."""
    before = _before(history, quarter)
    left = accounts(before, team, quarter=quarter)
    rows = [
        _standing(person, [each for each in before if each.person == person], left, quarter)
        for person in team
    ]
    return sorted(rows, key=lambda row: -row.carried_glue)


def _check(piece: Piece) -> None:
    given = [piece.share, piece.match, *piece.kinds.values()]
    if not all(0 <= each <= 1 for each in given):
        raise ValueError(f"shares and matches lie in 0 to 1: look at a piece of {piece.person}")


def _load(person: str, quarter: int, pieces: Sequence[Piece], glue: Collection[str]) -> Load:
    had = fsum(piece.share * _part(piece.kinds, glue) for piece in pieces)
    suited = fsum(piece.share * piece.match for piece in pieces)
    return Load(person, quarter, glue=min(had, 1.0), plum=min(suited, 1.0))


def _part(kinds: Mapping[str, float], glue: Collection[str]) -> float:
    """The part of the work that is glue; kinds that overlap and sum to more than 1 are parts of their sum."""
    return fsum(share for kind, share in kinds.items() if kind in glue) / max(1.0, fsum(kinds.values()))


def _before(history: Iterable[Load], quarter: int) -> list[Load]:
    found = [each for each in history if each.quarter < quarter]
    if len({(each.person, each.quarter) for each in found}) < len(found):
        raise ValueError("expected one load a person and quarter: add them up first")
    return found


def _carried(history: Sequence[Load], quarter: int) -> dict[str, float]:
    fortunes: dict[int, dict[str, float]] = {}
    for each in history:
        fortunes.setdefault(each.quarter, {})[each.person] = each.plum - each.glue
    parts: dict[str, list[float]] = {}
    for when, people in fortunes.items():
        middle = fsum(people.values()) / len(people)
        for person, fortune in people.items():
            parts.setdefault(person, []).append(_fading(when, quarter) * (fortune - middle))
    return {person: fsum(each) for person, each in parts.items()}


def _fading(when: int, quarter: int) -> float:
    return float(CARRIED ** (quarter - when))


def _standing(person: str, own: Sequence[Load], left: Mapping[str, float], quarter: int) -> Standing:
    return Standing(
        person=person,
        glue={each.quarter: each.glue for each in own},
        plum={each.quarter: each.plum for each in own},
        carried_glue=fsum(_fading(each.quarter, quarter) * each.glue for each in own),
        account=left[person],
    )
