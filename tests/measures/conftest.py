"""A read side that starts empty for each test."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _fresh_columns():
    from throughline.measures.readside.columns import forget

    forget()
    yield
    forget()
