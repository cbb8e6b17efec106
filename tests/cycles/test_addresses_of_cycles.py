"""The address of a cycle, as people write it."""

from __future__ import annotations

import pytest
from tests.cycles.plans import a_cycle

pytestmark = pytest.mark.django_db


def test_a_quarter_is_found_however_its_q_is_written(organisation, browser_of):
    outsider = browser_of(organisation.vera)
    cycle = a_cycle()
    assert cycle.key != cycle.key.upper()
    assert outsider.get(f"/cycles/{cycle.key.upper()}/").status_code == 200
    assert outsider.get("/cycles/1999-Q1/").status_code == 404
