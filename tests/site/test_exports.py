"""Tables as CSV: what a spreadsheet and a parser make of them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.site.exports import FORMULA_STARTS, cell, csv_lines

cells = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))


@given(st.lists(st.lists(cells, min_size=2, max_size=2)))
def test_every_table_reads_back_as_it_was_but_for_what_was_neutralised(rows):
    written = "".join(csv_lines(["a", "b"], rows))
    read = list(csv.reader(io.StringIO(written, newline="")))[1:]
    assert read == [[cell(value) for value in row] for row in rows]


@given(cells)
def test_no_text_ever_starts_a_formula(text):
    assert not str(cell(text)).startswith(FORMULA_STARTS)


@pytest.mark.parametrize("number", [-3, -2.5])
def test_a_negative_number_stays_a_number(number):
    assert cell(number) == number


def test_lines_end_as_rfc_4180_says_and_instants_are_utc():
    line = list(csv_lines(["at"], [[datetime(2026, 1, 2, tzinfo=UTC)]]))
    assert line == ["at\r\n", "2026-01-02T00:00:00Z\r\n"]
