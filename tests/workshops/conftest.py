"""One object of each kind, for tests that open every address."""

from __future__ import annotations

import pytest
from tests.rules.objects import objects

__all__ = ["objects"]


@pytest.fixture(autouse=True)
def _nothing_drawn_before():
    """Ids begin anew with each test, and what was drawn is kept by them."""
    from throughline.workshops.drawn import forget

    forget()
