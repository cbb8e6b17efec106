"""Nothing that was measured or told in one test is remembered in the next."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    from tests.rules.objects import nothing_remembered

    with nothing_remembered():
        yield
