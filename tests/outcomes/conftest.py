"""Finished work of the five people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.organisation import NOW
from tests.rules.objects import objects

__all__ = ["objects"]


@pytest.fixture
def finished(db) -> Callable[..., object]:
    """An initiative that is done, with people on it."""
    from throughline.objectives.models import Assignment, Initiative

    def make(key: str, *people, status: str = "done") -> Initiative:
        made = Initiative.objects.create(key=key, title=f"Work {key}", status=status, created_at=NOW)
        for each in people:
            Assignment.objects.create(initiative=made, name=each.name, user=each)
        return made

    return make


@pytest.fixture
def own_piece(finished) -> Callable[..., object]:
    """A finished piece of work that its grader did."""
    from throughline.outcomes.access import Piece

    return lambda key, *people: Piece(finished(key, *people), True)
