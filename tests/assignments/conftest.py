"""A quarter, its team and its work, and one object of each kind as the access table knows them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
from tests.rules.objects import objects

__all__ = ["objects"]

# Answers to the questions of this process by what the product itself knows a question by.
_worked_out: dict[str, dict] = {}


@pytest.fixture(scope="module")
def each_question_is_worked_out_once() -> Iterator[None]:
    """What a page shows of an answer needs no new one each time: most tests ask about the same team.

    For files about what is shown, not for those about how it is found.
    """
    from throughline.assignments import matched

    work_out = matched.worked_out

    def known(asked, what, told):
        mark = matched.fingerprint(asked, what)
        if mark not in _worked_out:
            _worked_out[mark] = work_out(asked, what, told)
        return deepcopy(_worked_out[mark])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matched, "worked_out", known)
        yield


@pytest.fixture
def quarter(db):
    from tests.assignments.quarter import a_quarter

    return a_quarter()


@pytest.fixture
def works(organisation, quarter):
    """The work of the quarter by a short name, with a team that has answered."""
    from tests.assignments.quarter import a_team

    return a_team(organisation, quarter)
