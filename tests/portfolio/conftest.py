"""Nothing that was measured in one test is remembered in the next."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    from throughline.measures.readside.columns import forget as forget_columns
    from throughline.objectives.examining import forget
    from throughline.portfolio.aims import forget as forget_ways

    forgetting = (forget, forget_columns, forget_ways)
    for each in forgetting:
        each()
    yield
    for each in forgetting:
        each()
