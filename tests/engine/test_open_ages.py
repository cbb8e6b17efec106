"""The ages of the open ones at many instants at once are those at each of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.exposure import ages_at
from throughline.engine.open_ages import open_ages

days = st.integers(0, 40).map(lambda quarter: quarter / 4)
spells = st.lists(st.tuples(days, st.one_of(st.none(), days)), max_size=30)


@given(spells, st.sets(days, min_size=1, max_size=8))
def test_at_each_instant_every_rank_holds_the_age_that_it_holds_in_a_list(spells, instants):
    starts = np.array([start for start, _ in spells], dtype=np.float64)
    ends = np.array([np.nan if lasts is None else start + lasts for start, lasts in spells])
    at = np.array(sorted(instants))
    found = open_ages(starts, ends, at)
    for number, instant in enumerate(at.tolist()):
        listed = np.sort(ages_at(starts, ends, instant)).tolist()
        assert found.n(number) == len(listed)
        assert found.at_ranks(number, range(len(listed))) == dict(enumerate(listed))
