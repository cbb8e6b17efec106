"""A quarter, its team and its work."""

from __future__ import annotations

import pytest


@pytest.fixture
def quarter(db):
    from tests.assignments.quarter import a_quarter

    return a_quarter()


@pytest.fixture
def works(organisation, quarter):
    """The work of the quarter by a short name, with a team that has answered."""
    from tests.assignments.quarter import a_team

    return a_team(organisation, quarter)
