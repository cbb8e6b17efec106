"""What every test may ask for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests import clocks

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
NOVEMBER = date(2026, 11, 30)
# The modules that keep what they read in memory, each with a `forget`.
KEEPING = (
    "throughline.measures.readside.columns",
    "throughline.objectives.examining",
    "throughline.portfolio.aims",
    "throughline.reports.queries",
    "throughline.workshops.drawn",
)


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    """Ids begin anew with each test and its clock stands still: what was kept by both is another's.

    After a test rather than before it, so that what a whole file shares is made with nothing remembered too.
    """
    yield
    for name in KEEPING:
        if name in sys.modules:
            sys.modules[name].forget()


@pytest.fixture
def in_november() -> Iterator[date]:
    """It is the day before the last month of the quarter that is under way, however late it is here."""
    with clocks.at(NOVEMBER):
        yield NOVEMBER


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that lives beside the project, never in it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real data is not here: ../shared/data is missing")
    return SHARED_DATA
