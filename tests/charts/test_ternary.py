"""A triangle of weights: each place where it belongs, cells without a gap, areas cut exactly, no style."""

from __future__ import annotations

import math
import re

import pytest
from django.template.loader import render_to_string

from throughline.charts.ternary import CORNERS, SIDE, Area, Cell, Spot, at, cell, ternary, within
from throughline.engine.past_choices import triangle

WHOLE = SIDE * SIDE * math.sqrt(3) / 4


def area_of(corners: list[tuple[float, float, float]]) -> float:
    places = [at(each) for each in corners]
    return (
        abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(places, [*places[1:], *places[:1]], strict=True)))
        / 2
    )


def drawing(spots, **given):
    plot = ternary(spots, title="Weights", summary="Equal weights are marked.", **given)
    return plot, render_to_string("ui/ternary.html", {"plot": plot, "id": "weights"})


def test_a_corner_is_all_of_one_weight():
    assert [at((1, 0, 0)), at((0, 1, 0)), at((0, 0, 1))] == list(CORNERS)


def test_sides_are_equally_long():
    assert all(math.dist(CORNERS[k - 1], CORNERS[k]) == pytest.approx(SIDE) for k in range(3))


@pytest.mark.parametrize("steps", [1, 2, 7, 20])
def test_the_cells_of_a_grid_fill_the_triangle_once(steps):
    found = [cell(tuple(each), steps) for each in triangle(steps).tolist()]
    assert sum(map(area_of, found)) == pytest.approx(WHOLE, rel=1e-6)
    assert all(min(corner) >= -1e-9 for each in found for corner in each)


def test_a_cell_holds_its_own_point_and_nothing_nearer_to_another():
    points = [tuple(each) for each in triangle(10).tolist()]
    for point in points:
        middle = tuple(sum(each) / len(cell(point, 10)) for each in zip(*cell(point, 10), strict=True))
        assert min(points, key=lambda each: math.dist(at(each), at(middle))) == point


def test_an_area_is_where_all_three_bands_hold():
    lows, highs = (0.4, 0.1, 0.05), (0.7, 0.35, 0.4)
    corners = within(lows, highs)
    assert all(
        low - 1e-9 <= share <= high + 1e-9
        for each in corners
        for share, low, high in zip(each, lows, highs, strict=True)
    )
    fine = triangle(300)
    inside = ((fine >= lows) & (fine <= highs)).all(axis=1).mean()
    assert area_of(corners) / WHOLE == pytest.approx(inside, abs=0.01)


def test_bands_that_no_weights_meet_have_no_area():
    assert within((0.5, 0.5, 0.5), (1, 1, 1)) == []


def test_the_picture_needs_no_script_and_no_style():
    _, html = drawing(
        [Spot(weights=(1 / 3,) * 3, name="Equal", label="equal")], cells=[Cell(weights=(0.5, 0.5, 0))]
    )
    assert "style" not in html
    assert "<script" not in html
    assert html.count("<title") >= 2


def test_the_table_says_what_the_marks_say():
    plot, html = drawing(
        [Spot(weights=(0.5, 0.3, 0.2), name="Learnt", said=("24",))], columns=["Outcomes"], areas=[]
    )
    assert plot.columns == ("What", "Business", "Interest", "Growth", "Outcomes")
    assert plot.rows == (("Learnt", "0.50", "0.30", "0.20", "24"),)
    assert ">0.30</td>" in html


def test_what_people_write_is_no_markup():
    _, html = drawing([Spot(weights=(1, 0, 0), name="<b>Mia</b>", label="<i>", href='/x?"')])
    assert not re.search(r"<b>|<i>|x\?\"\"", html)


def test_a_picture_with_links_is_no_image():
    assert 'role="group"' in drawing([Spot(weights=(1, 0, 0), name="A", href="/match/")])[1]
    assert 'role="img"' in drawing([Spot(weights=(1, 0, 0), name="A")])[1]


def test_an_area_and_a_hollow_mark_are_drawn_in_their_tones():
    _, html = drawing(
        [Spot(weights=(0.2, 0.3, 0.5), name="Equal", shape="ring")],
        areas=[Area(lows=(0, 0, 0), highs=(0.5, 1, 1), name="Band", tone="series-2")],
    )
    assert 'class="tone-ink hollow"' in html
    assert 'class="tone-series-2" points=' in html


def test_an_unknown_tone_is_refused():
    with pytest.raises(ValueError, match="expected a tone"):
        ternary([Spot(weights=(1, 0, 0), name="A", tone="red")], title="", summary="")
