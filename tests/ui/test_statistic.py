"""One figure on a page: its interval, its n, and what stands there where there is none."""

from __future__ import annotations

from django.template.loader import render_to_string


def words_of(**about) -> str:
    import re

    seen = render_to_string("ui/statistic.html", {"name": "Mean repair", "unit": "days", **about})
    return " ".join(re.sub(r"<[^>]+>", " ", seen).split())


def test_a_figure_has_its_interval_and_its_n():
    assert words_of(value=26.0, low=22.0, high=29.0, n=204) == "Mean repair 26 days 22 to 29 days n = 204"


def test_where_there_is_no_figure_the_records_are_not_called_its_n():
    assert words_of(value=None, n=7) == "Mean repair no figure from 7 records"
    assert words_of(value=None, n=1) == "Mean repair no figure from 1 record"
    assert words_of(value=None, n=0) == "Mean repair no figure"
