"""A quarter, its team and its work, and one object of each kind as the access table knows them."""

from __future__ import annotations

import pytest
from tests.rules.objects import objects

__all__ = ["objects"]


@pytest.fixture
def quarter(db):
    from tests.assignments.quarter import a_quarter

    return a_quarter()


@pytest.fixture
def works(organisation, quarter):
    """The work of the quarter by a short name, with a team that has answered."""
    from tests.assignments.quarter import a_team

    return a_team(organisation, quarter)
