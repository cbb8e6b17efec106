"""Values that a connected source has: what they change, whose word stands, and which cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.series import actions
from throughline.series.differences import difference
from throughline.series.files import Row
from throughline.series.jumps import jumps
from throughline.series.models import Reading
from throughline.series.queries import series_named, values

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAME = "build_minutes"


def rows(*said: float) -> list[Row]:
    return [Row(datetime(2026, 11, day, tzinfo=UTC), value) for day, value in enumerate(said, start=10)]


def sync(*said: float, hours: int = 0, **given):
    return actions.sync_all("ci", NAME, rows(*said), now=NOW + timedelta(hours=hours), **given)[1]


@pytest.mark.django_db
def test_a_sync_adds_and_corrects_and_says_which_and_twice_is_once():
    first = sync(12, 13, unit="minutes", better="lower")
    again = sync(12, 14, 15, hours=1, unit="seconds")
    assert (len(first.added), first.corrected, first.unchanged) == (2, (), 0)
    assert [row.value for row in again.added] == [15]
    assert [(row.value, before) for row, before in again.corrected] == [(14, 13)]
    assert (again.unchanged, sync(12, 14, 15, hours=2).rows) == (1, ())
    series = series_named(NAME)
    assert (series.unit, [each.value for each in values(series)]) == ("minutes", [12, 14, 15])
    assert set(series.readings.values_list("origin", flat=True)) == {Reading.Origin.SYNCED}
    assert Entry.objects.filter(action="series values synced").count() == 2


@pytest.mark.django_db
def test_what_a_person_wrote_or_took_back_stands_until_the_source_says_something_else():
    sync(12, 13)
    actions.push("ada", NAME, 12.5, at="2026-11-10", origin=Reading.Origin.MANUAL, now=NOW)
    actions.withdraw("ada", series_named(NAME), at="2026-11-11", reason="Another branch.", now=NOW)
    assert sync(12, 13, hours=1).rows == ()
    assert [each.value for each in values(series_named(NAME))] == [12.5]
    assert [row.value for row in sync(11, 13, hours=2).rows] == [11]


@pytest.mark.django_db
def test_what_would_change_is_said_without_changing_it_also_of_a_series_that_is_not_there():
    assert len(difference(None, rows(1, 2)).added) == 2
    sync(12)
    assert len(difference(series_named(NAME), rows(12, 13)).added) == 1
    assert Reading.objects.count() == 1


@pytest.mark.django_db
def test_a_series_of_a_metrics_name_is_refused():
    with pytest.raises(Refused, match="metric of the catalogue"):
        actions.sync_all("ci", "time_to_detect", rows(1), now=NOW)


@pytest.mark.parametrize(
    ("known", "said", "unit", "doubted"),
    [
        ([12, 13, 12, 14, 13], [13, 780, 14], "minutes", [780]),
        ([12, 13, 12, 14, 13], [280, 281], "minutes", []),
        ([12, 13, 12, 14, 13], [281], "minutes", [281]),
        ([12, 13], [780], "minutes", []),
        ([], [1, 1, 1, 1, 1, 60_000], "count", [60_000]),
        ([0, 0, 0, 0, 0], [100], "count", []),
        ([12] * 5, [-1], "minutes", [-1]),
        ([12] * 5, [-1], "euros", []),
        ([0.01] * 5, [0.9], "share", []),
    ],
    ids=[
        "milliseconds",
        "slow is no jump",
        "just too far",
        "too few",
        "a first batch",
        "zeros",
        "negative",
        "loss",
        "share",
    ],
)
def test_a_value_far_beyond_those_before_it_is_a_jump(known, said, unit, doubted):
    assert [each.row.value for each in jumps(known, rows(*said), unit=unit)] == doubted
