"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that lives beside the project, never in it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real data is not here: ../shared/data is missing")
    return SHARED_DATA
