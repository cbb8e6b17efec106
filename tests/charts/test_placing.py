"""Labels of points: none on another, none on a mark where there is room, all inside the frame."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from throughline.charts.placing import GAP, Box, Mark, place

WIDTH, HEIGHT = 240.0, 340.0


def label(x: float, y: float, radius: float = 9) -> Mark:
    return Mark(x, y, radius, 16, 13)


def on_each_other(boxes: list[Box]) -> list[tuple[Box, Box]]:
    return [pair for pair in itertools.combinations(boxes, 2) if pair[0].meets(pair[1])]


@pytest.mark.parametrize("seed", range(20))
def test_no_label_of_forty_points_lies_on_another_on_a_phone(seed):
    chance = random.Random(seed)
    marks = [
        label(WIDTH * chance.betavariate(1.5, 4), HEIGHT * chance.random(), chance.uniform(3, 11))
        for _ in range(40)
    ]
    boxes = place(marks, width=WIDTH, height=HEIGHT)
    assert on_each_other(boxes) == []
    assert all(8 <= each.x <= WIDTH - 8 and 6.5 <= each.y <= HEIGHT - 6.5 for each in boxes)


def test_forty_points_at_one_place_have_their_labels_round_it():
    boxes = place([label(120, 170)] * 40, width=WIDTH, height=HEIGHT)
    assert on_each_other(boxes) == []
    assert max(math.hypot(each.x - 120, each.y - 170) for each in boxes) < 120


def test_a_label_stands_beside_its_point_and_on_no_other_mark():
    marks = [label(60, 60), label(82, 60), label(60, 200)]
    boxes = place(marks, width=WIDTH, height=HEIGHT)
    for box in boxes:
        for mark in marks:
            assert not box.meets(Box(mark.x, mark.y, 2 * mark.radius, 2 * mark.radius))
    assert math.isclose(boxes[2].x, 60 + 9 + GAP + 8)


def test_at_the_edge_a_label_goes_to_the_other_side():
    (box,) = place([label(WIDTH - 10, 60)], width=WIDTH, height=HEIGHT)
    assert box.x < WIDTH - 10


@pytest.mark.parametrize("wider", [1.1, 1.5, 3.0])
def test_drawn_wider_they_only_move_apart(wider):
    chance = random.Random(3)
    marks = [label(WIDTH * chance.random(), HEIGHT * chance.random()) for _ in range(40)]
    boxes = place(marks, width=WIDTH, height=HEIGHT)
    assert on_each_other([Box(each.x * wider, each.y, each.wide, each.high) for each in boxes]) == []
