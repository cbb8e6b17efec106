"""The navigation says where one is, in one place."""

from __future__ import annotations

import pytest

from throughline.ui.context import PRIMARY, SECONDARY, _is_here

ENTRIES = (*PRIMARY, *SECONDARY)


@pytest.mark.parametrize("path", [path for each in ENTRIES for path in (each.address, *each.also)])
def test_a_page_lights_one_entry(path):
    lit = [each.title for each in ENTRIES if any(_is_here(path, one) for one in (each.address, *each.also))]
    assert len(lit) == 1
