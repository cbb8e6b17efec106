"""The rows of the explorer's table: every text escaped, each cell with its name for narrow screens."""

from __future__ import annotations

from throughline.engine.intervals import Estimate
from throughline.measures.evaluation.answers import Row
from throughline.measures.shown import ShownRow
from throughline.measures.templatetags.measured import table_rows
from throughline.ui.comparing import was


def shown(group: str, **about) -> ShownRow:
    before = about.pop("before", None)
    row = Row({"service": group}, **{"value": 40.0, "low": 38.0, "high": 42.5, "n": 1200, **about})
    return ShownRow((group, "2024-01"), row, "/vulnerabilities/?where=a&known=<b>", before)


def test_a_row_names_its_cells_and_links_its_figures():
    made = table_rows([shown("Web", n_open=7)], "days", compares=False)
    assert made == (
        '<tr><th scope="row">Web</th><td data-label="">2024-01</td>'
        '<td class="number" data-label="Value">'
        '<a href="/vulnerabilities/?where=a&amp;known=&lt;b&gt;">40 days</a></td>'
        '<td class="number" data-label="Interval">38 to 42.5 days</td>'
        '<td class="number" data-label="n">'
        '<a href="/vulnerabilities/?where=a&amp;known=&lt;b&gt;">1,200</a></td>'
        '<td class="number" data-label="Open">7</td></tr>'
    )


def test_no_name_of_a_group_is_read_as_markup():
    made = table_rows([shown("<script>alert(1)</script>")], "days", compares=True)
    assert "<script" not in made
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made


def test_what_has_no_figure_says_why_and_long_times_stand_in_years_too():
    made = table_rows([shown("Web", value=None, why_none="5 < 6")], "days", compares=False)
    assert '<span class="faint words">no figure: 5 &lt; 6</span>' in made
    assert ' <span class="faint small">4 years</span>' in table_rows(
        [shown("Web", value=1461.0)], "days", compares=False
    )


def test_a_count_that_varies_more_says_its_wider_interval():
    made = table_rows([shown("Web", wide_low=30.0, wide_high=52.0)], "count", compares=False)
    assert '<br><span class="faint small">as they vary 30 to 52</span>' in made


def test_what_it_was_before_stands_in_each_row_where_any_has_it():
    now, then = Estimate(26, 24, 28, 90), Estimate(29, 27, 31, 80)
    before = was(now, then, when="in 2023-12", unit="days", better="lower")
    first, second = table_rows([shown("Web", before=before), shown("Core")], "days", compares=True).split(
        "\n"
    )
    assert 'data-label="Before">29 days <span class="faint small">in 2023-12</span></td>' in first
    assert '<span class="nowrap">−3 days, −5.83 to −0.17</span> <span class="badge good">' in first
    assert 'data-label="Before">–</td><td data-label="Change">–</td></tr>' in second
