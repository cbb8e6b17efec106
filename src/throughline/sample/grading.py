"""The sample's finished work, graded and tapped by those who did it and those who lead it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from throughline.accounts.models import Role, User
from throughline.objectives.models import Initiative
from throughline.outcomes import access
from throughline.outcomes.access import Piece
from throughline.outcomes.actions import grade
from throughline.people import actions as people
from throughline.sample.finished import KINDS

# What made work right at Fernwood, as nobody there knows: business value before all, growth hardly.
TRUTH = (0.60, 0.28, 0.12)
# In points: how far a person's grade strays from how the work was, her judgment from what follows, and the
# work itself, for other reasons, which all who judge it share.
STRAYS, JUDGES, LUCK = 0.45, 0.35, 0.3
ASKED = timedelta(days=12)
LEADS = (Role.MANAGER, Role.ADMINISTRATOR)


def live_outcomes(now: datetime, *, seed: int) -> None:
    """Grade all finished work but each person's newest, which waits on her page.

    Each step can be repeated, so a load that was killed goes on where it stopped.
    """
    graders = list(User.objects.filter(role__in=(Role.MEMBER, *LEADS)).order_by("id"))
    for person in graders:
        for piece in _but_the_newest(person):
            _grade(person, piece, seed=seed, now=now - ASKED)
            if piece.is_own and isinstance(piece.work, Initiative):
                _tap(person, piece.work, seed=seed, now=now - ASKED)


def _but_the_newest(person: User) -> Iterator[Piece]:
    found = [each for each in access.pieces(person) if access.own_of(person, each) is None]
    own = [each for each in found if each.is_own and isinstance(each.work, Initiative)]
    last = max(own or found, key=lambda each: each.work.pk, default=None)
    yield from (each for each in found if each is not last)


def _grade(person: User, piece: Piece, *, seed: int, now: datetime) -> None:
    kind = isinstance(piece.work, Initiative)
    work = np.random.default_rng([seed, kind, piece.work.pk])
    was, luck = work.uniform(1, 5, 3), work.normal(0, LUCK)
    draw = np.random.default_rng([seed, kind, piece.work.pk, person.pk])
    impact, engagement, growth = (_on_scale(each) for each in was + draw.normal(0, STRAYS, 3))
    overall = _on_scale(float(was @ TRUTH) + luck + draw.normal(0, JUDGES))
    felt: dict[str, Any] = {"engagement": engagement, "growth": growth} if piece.is_own else {}
    grade(person, piece, overall=overall, impact=impact, **felt, now=now)


def _tap(person: User, work: Initiative, *, seed: int, now: datetime) -> None:
    draw = np.random.default_rng([seed, work.pk, person.pk])
    said = {kind: (bool(draw.random() < 0.6), bool(draw.random() < 0.7)) for kind in KINDS[work.title]}
    people.felt(person, work, said, now=now)


def _on_scale(value: float) -> int:
    return int(min(5, max(1, round(value))))
