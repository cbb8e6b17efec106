"""What every test of the API may ask for."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _a_fresh_minute():
    from throughline.api.rates import RATES

    RATES.counts.clear()


@pytest.fixture
def max_program(organisation):
    """A manager's."""
    from tests.api.programs import Program

    return Program(organisation.max)
