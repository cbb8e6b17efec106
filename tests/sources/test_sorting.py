"""Files that hold many listings: one pass sorts their rows, in bounded memory."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.files import NOW, stream

from throughline.sources import formats
from throughline.sources.actions import import_file
from throughline.sources.sorting import ByCell
from throughline.sources.wishes import Wish

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.text()).map(list))


@given(ROWS, st.integers(1, 5))
def test_every_cell_gets_its_rows_in_the_order_of_the_file_however_few_are_held(cells, held):
    rows = list(enumerate(cells, start=2))
    found = ByCell(rows, position=0, held=held)
    for cell in "abc":
        mine = [row for row in rows if row[1][0] == cell]
        # Each may be asked for more than once.
        assert list(found.rows(cell)) == list(found.rows(cell)) == mine
        assert found.first.get(cell) == (mine[0][0] if mine else None)


def test_half_a_character_comes_back_as_it_was():
    rows = [(2, ["a", "\ud800"]), (3, ["a", "x"])]
    assert list(ByCell(rows, position=0, held=1).rows("a")) == rows


@pytest.mark.django_db
def test_a_file_is_passed_over_as_often_for_forty_dates_as_for_two(monkeypatch):
    assert passes(40, monkeypatch) == passes(2, monkeypatch) <= 5


def passes(dates, monkeypatch):
    made, open_table = [], formats.open_table

    def counted(*args, **options):
        table = open_table(*args, **options)
        return replace(table, rows=lambda: made.append(1) or table.rows())

    text = "as_of,id,n\n" + "".join(f"{2000 + n % 20}-0{1 + n // 20}-01,A,{n}\n" for n in range(dates))
    with monkeypatch.context() as patched:
        patched.setattr(formats, "open_table", counted)
        wish = Wish(source=f"{dates} dates", as_of_column="as_of")
        done = import_file(stream(text), name="x.csv", wish=wish, actor="command line", now=NOW)
    assert len(done.imports) == dates
    return len(made)
