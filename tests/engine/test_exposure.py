"""Areas of the open: equal to the sum of overlaps, additive over windows, and to curl's known figures."""

import csv
import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine import calendar, exposure

DAYS = st.floats(-1000, 1000)
SPELLS = st.lists(st.tuples(DAYS | st.just(np.nan), DAYS | st.just(np.nan)), max_size=30)
WINDOWS = st.lists(st.tuples(DAYS, st.floats(0.01, 500)), min_size=1, max_size=8)


def arrays(spells):
    table = np.array(spells, dtype=float).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def edges(windows):
    return np.array([(start, start + length) for start, length in windows])


def overlap_average(spells, a, b):
    total = 0.0
    for start, end in spells:
        end = np.inf if np.isnan(end) else end
        if start <= end:
            total += max(0.0, min(end, b) - max(start, a))
    return total / (b - a)


def year(number):
    start = datetime(number, 1, 1, tzinfo=UTC)
    return calendar.windows([calendar.period_of("year", start)])


def column(rows, name):
    """A column of dates as days; an empty cell is unknown."""
    read = [row[name] and datetime.fromisoformat(row[name].replace("Z", "+00:00")) for row in rows]
    return np.array([calendar.to_days(at.replace(tzinfo=UTC)) if at else np.nan for at in read])


@given(SPELLS, WINDOWS)
def test_the_average_open_equals_the_sum_of_overlaps(spells, windows):
    spans = edges(windows)
    expected = [overlap_average(spells, a, b) for a, b in spans]
    assert exposure.average_open(*arrays(spells), spans) == pytest.approx(expected, rel=1e-9, abs=1e-8)


@given(SPELLS, DAYS, st.floats(0.01, 500), st.floats(0.01, 500))
def test_areas_add_up_over_neighbouring_windows(spells, a, first, second):
    spans = np.array([[a, a + first], [a + first, a + first + second], [a, a + first + second]])
    areas = exposure.average_open(*arrays(spells), spans) * np.diff(spans).ravel()
    assert areas[0] + areas[1] == pytest.approx(areas[2], rel=1e-9, abs=1e-7)


@given(SPELLS, WINDOWS)
def test_two_halves_of_the_records_add_up_to_the_whole(spells, windows):
    spans, half = edges(windows), len(spells) // 2
    parts = [exposure.average_open(*arrays(part), spans) for part in (spells[:half], spells[half:])]
    whole = exposure.average_open(*arrays(spells), spans)
    assert parts[0] + parts[1] == pytest.approx(whole, rel=1e-9, abs=1e-8)


@given(SPELLS, st.lists(DAYS, min_size=1, max_size=8))
def test_a_count_at_an_instant_equals_asking_each_record(spells, instants):
    start, end = arrays(spells)
    end = np.where(np.isnan(end), np.inf, end)
    expected = [int(((start <= t) & (t < end)).sum()) for t in instants]
    assert exposure.spells(*arrays(spells)).open_at(instants).tolist() == expected


@given(SPELLS, st.lists(st.integers(-20, 20).map(float), min_size=2, max_size=9, unique=True).map(sorted))
def test_who_touches_a_window_equals_asking_each_record(spells, instants):
    spells = [(round(start / 50) if start == start else start, end / 50) for start, end in spells]
    spells += [(at, at) for at in instants[::2]]
    spans = np.array([instants[:-1], instants[1:]]).T
    expected = [
        sum(
            start < b and (end != end or (start <= end and (end > a or start == end >= a)))
            for start, end in spells
        )
        for a, b in spans
    ]
    assert exposure.spells(*arrays(spells)).over(spans).touching.tolist() == expected


def test_a_record_counts_from_its_start_and_no_longer_at_its_end():
    assert exposure.spells([1.0], [2.0]).open_at([0.5, 1.0, 1.5, 2.0]).tolist() == [0, 1, 1, 0]


def test_a_record_without_end_is_open_to_the_end_of_the_window():
    assert exposure.average_open([5.0], [np.nan], [[0.0, 10.0]]).tolist() == [0.5]


def test_a_record_without_start_or_that_ends_before_it_starts_is_left_out():
    starts, ends = [np.nan, 8.0], [9.0, 2.0]
    assert exposure.average_open(starts, ends, [[0.0, 10.0]]).tolist() == [0.0]
    assert exposure.spells(starts, ends).open_at([5.0]).tolist() == [0]
    assert exposure.ages_at(starts, ends, 5.0).size == 0


def test_ages_are_those_of_the_open_in_the_order_given():
    ages = exposure.ages_at([0.0, 9.0, 3.0, 11.0], [np.nan, 10.0, 20.0, np.nan], 10.0)
    assert ages.tolist() == [10.0, 7.0]


def test_no_records_make_an_average_of_nought():
    assert exposure.average_open([], [], [[0.0, 1.0], [1.0, 3.0]]).tolist() == [0.0, 0.0]


def test_no_windows_make_no_averages():
    assert exposure.average_open([0.0], [1.0], np.empty((0, 2))).shape == (0,)


@pytest.mark.parametrize("window", [[5.0, 5.0], [5.0, 4.0], [0.0, np.inf]])
def test_a_window_without_length_is_an_error(window):
    with pytest.raises(ValueError, match="two finite edges"):
        exposure.average_open([0.0], [1.0], [window])


def test_a_million_records_over_many_weeks_keep_their_precision():
    random = np.random.default_rng(7)
    starts = random.uniform(18_000, 20_000, 1_000_000)
    ends = starts + random.exponential(40, starts.size)
    weeks = 18_000 + 7 * np.arange(286)[:, None] + np.array([[0.0, 7.0]])
    found = exposure.average_open(starts, ends, weeks)
    for place in (0, 100, 285):
        a, b = weeks[place]
        overlap = np.clip(np.minimum(ends, b) - np.maximum(starts, a), 0, None).sum() / 7
        assert found[place] == pytest.approx(overlap, rel=1e-10)


def test_curls_known_open_per_year_are_the_published_figures(shared_data):
    answers = json.loads((shared_data / "curl_known_answers_dev.json").read_text())["answers"]
    answer = next(answer for answer in answers if answer["id"] == "avg_known_open_per_year")
    with (shared_data / "curl_vulnerabilities.csv").open() as file:
        rows = list(csv.DictReader(file))
    spans = np.concatenate([year(int(number)) for number in answer["value"]])
    found = exposure.average_open(column(rows, "identified_at"), column(rows, "mitigated_at"), spans)
    assert found == pytest.approx(list(answer["value"].values()), abs=answer["tolerance"])


@pytest.mark.parametrize(("known_at", "average"), [("2024-12-12", 4.65), ("2026-06-26", 34.91)])
def test_what_was_latent_in_2024_depends_on_when_one_asks(shared_data, known_at, average):
    with (shared_data / "curl_snapshots.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["as_of"] == known_at]
    introduced, mitigated = column(rows, "introduced_release_at"), column(rows, "announced_at")
    assert exposure.average_open(introduced, mitigated, year(2024))[0] == pytest.approx(average, abs=0.005)


def test_a_record_that_starts_and_ends_at_the_start_of_a_window_touches_it():
    starts, ends = [5.0, 1.0, 1.0, 10.0], [5.0, 5.0, float("nan"), float("nan")]
    assert exposure.spells(starts, ends).over([[5.0, 10.0], [0.0, 5.0]]).touching.tolist() == [2, 2]


def test_many_records_are_put_between_the_edges_as_few_are(monkeypatch):
    draw = np.random.default_rng(3)
    # Midnights, instants of a day, and records that start or end on an edge.
    edges = np.sort(np.concatenate((np.arange(0.0, 400.0, 30.0), draw.uniform(0, 400, 5))))
    spans = np.column_stack((edges[:-1], edges[1:]))
    starts = np.concatenate((draw.uniform(-50, 450, 2_000), draw.choice(edges, 200), [np.nan]))
    ends = np.where(draw.random(starts.size) < 0.2, draw.choice(edges, starts.size), starts + 40.25)
    few = exposure.spells(starts, ends).over(spans)
    monkeypatch.setattr(exposure, "_MANY", 1)
    many = exposure.spells(starts, ends).over(spans)
    assert many.average.tolist() == few.average.tolist()
    assert many.open_at_end.tolist() == few.open_at_end.tolist()
    assert many.touching.tolist() == few.touching.tolist()
    known = ~np.isnan(starts) & ~(ends < starts)
    for (a, b), told in zip(spans, many.open_at_end, strict=True):
        assert told == np.count_nonzero(known & (starts <= b) & ~(ends <= b)), (a, b)


HALVES = st.integers(-40, 40).map(lambda halves: halves / 2)
INSTANTS = HALVES | st.floats(-20, 20)
MIDNIGHTS = st.integers(-25, 30).map(float)


@given(
    st.lists(st.tuples(INSTANTS | st.just(np.nan), INSTANTS | st.just(np.nan)), max_size=30),
    st.lists(MIDNIGHTS | st.floats(10, 40), min_size=2, max_size=8, unique=True),
    st.sampled_from([10.0, 9.5, -30.0]),
)
def test_what_is_counted_by_days_says_of_midnights_what_the_instants_say(spells, asked, exact_from):
    starts, ends = arrays(spells)
    every = exposure.spells(starts, ends)
    known = starts[~np.isnan(starts) & ~(ends < starts)]
    # The first start of all is an edge of the window of everything.
    points = np.unique([*asked, *([known.min()] if known.size else [])])
    spans = np.column_stack((points[:-1], points[1:]))
    by_day = exposure.spells_by_day(starts, ends, exact_from=exact_from)
    told, expected = by_day.over(spans), every.over(spans)
    assert by_day.n == every.n
    assert by_day.open_at(points).tolist() == every.open_at(points).tolist()
    assert told.open_at_end.tolist() == expected.open_at_end.tolist()
    assert told.touching.tolist() == expected.touching.tolist()
    # The days open in each: what rounding leaves of them is a large part of a window that is next to nothing.
    widths = np.diff(points)
    assert told.average * widths == pytest.approx(expected.average * widths, rel=1e-9, abs=1e-9)


def test_days_far_apart_take_no_room_between_them():
    found = exposure.spells_by_day([1.5, 2.0, 3_000_000.25], [2_900_000.0, np.nan, np.nan], exact_from=4e6)
    assert found.nbytes < 20_000_000
    assert found.open_at([2.0, 2_999_999.0, 3_000_001.0]).tolist() == [2, 1, 2]


def test_an_instant_inside_of_a_day_that_was_counted_whole_is_refused():
    found = exposure.spells_by_day([1.5, 3.5], [np.nan, np.nan], exact_from=9.0)
    with pytest.raises(ValueError, match="inside of one"):
        found.open_at([3.75])
