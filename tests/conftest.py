"""What every test may ask for."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

pytest_plugins = ["tests.skips", "tests.organisation"]

# Before Django reads its settings: tests never touch a real data folder.
os.environ["THROUGHLINE_HOME"] = tempfile.mkdtemp(prefix="throughline-test-")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that lives beside the project, never in it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real data is not here: ../shared/data is missing")
    return SHARED_DATA
