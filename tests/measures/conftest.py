"""A read side that starts empty for each test."""

from __future__ import annotations

import pytest

from throughline.measures.columns import forget


@pytest.fixture(autouse=True)
def _fresh_columns():
    forget()
    yield
    forget()
