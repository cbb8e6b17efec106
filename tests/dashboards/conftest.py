"""The register of the explorers, with a dashboard of Max, who is a manager, and one of Mia, who is not."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from tests.dashboards.boards import Boards, boards_of
from tests.explorers.conftest import register as register


@pytest.fixture
def boards(organisation, register) -> Boards:
    # Ids begin anew with each test, so what was kept by them is another's.
    cache.clear()
    return boards_of(organisation)
