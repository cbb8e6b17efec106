"""Values from elsewhere: pushed, imported, corrected, and as they were known at any instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.series import actions
from throughline.series.files import rows_of
from throughline.series.models import Reading, Series
from throughline.series.queries import history, newest, series_named, values

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAME = "build_minutes"


def push(value: object, at: str = "2026-11-20", *, now: datetime = NOW, **given) -> actions.Entered:
    return actions.push("test", given.pop("name", NAME), value, at=at, now=now, **given)


def file(text: str, unit: str = "minutes"):
    return rows_of(text.encode(), file_name="builds.csv", unit=unit, now=NOW)


def series() -> Series:
    found = series_named(NAME)
    assert found is not None
    return found


def test_the_first_value_makes_the_series_with_what_is_said_of_it():
    made = push("11.5", unit="minutes", better="lower", title="Minutes of a build", cadence_days="2")
    assert (made.made, made.added) == (True, 1)
    assert (series().unit, series().better, series().cadence_days) == ("minutes", "lower", 2)
    assert [each.value for each in values(series())] == [11.5]
    assert list(Entry.objects.order_by("id").values_list("action", flat=True)) == [
        "series defined",
        "series value entered",
    ]


def test_the_same_value_of_the_same_instant_again_changes_nothing():
    push(11.5, note="main")
    again = push(11.5, now=NOW + timedelta(days=1))
    assert (again.added, again.unchanged) == (0, 1)
    assert Reading.objects.count() == 1
    assert Entry.objects.filter(action="series value entered").count() == 1


def test_a_correction_is_a_new_reading_and_the_newest_recorded_counts():
    push(11.5)
    push(12.5, now=NOW + timedelta(hours=1))
    push(9, "2026-11-19", now=NOW + timedelta(hours=2))
    assert [each.value for each in values(series())] == [9, 12.5]
    assert [(each.value, counts) for each, counts in history(series())] == [
        (12.5, True),
        (11.5, False),
        (9, True),
    ]


def test_a_value_corrected_back_is_a_reading_of_its_own():
    for hours, value in enumerate((11, 12, 11)):
        push(value, now=NOW + timedelta(hours=hours))
    assert newest(series()).value == 11
    assert Reading.objects.count() == 3


def test_values_are_as_known_at_any_instant():
    push(11.5)
    push(12.5, now=NOW + timedelta(days=2))
    assert [each.value for each in values(series(), known_at=NOW + timedelta(days=1))] == [11.5]
    assert values(series(), known_at=NOW - timedelta(days=1)) == []


def test_a_period_is_half_open():
    for at in ("2026-11-18", "2026-11-19", "2026-11-20"):
        push(1, at)
    since, until = datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    assert len(values(series(), since=since, until=until)) == 2


@pytest.mark.parametrize(
    ("given", "place", "said"),
    [
        ({"name": "time_to_detect"}, "name", "is a metric of the catalogue"),
        ({"name": "Build minutes"}, "name", "a name such as build_minutes"),
        ({"name": "push"}, "name", "names a command"),
        ({"name": "x" * 81}, "name", "at most 80"),
        ({"value": "fast"}, "value", "expected a number, found 'fast'"),
        ({"value": "nan"}, "value", "can be counted with"),
        ({"value": "1e300"}, "value", "can be counted with"),
        ({"value": "1.2", "unit": "share"}, "value", "between 0 and 1"),
        ({"at": "soon"}, "at", "expected a date"),
        ({"at": "2026-11-22"}, "at", "still to come"),
        ({"better": "faster"}, "better", "expected lower or higher"),
        ({"unit": " "}, "unit", "a unit is a word"),
        ({"cadence_days": "0"}, "cadence_days", "1 to 366"),
        ({"note": "x" * 501}, "note", "at most 500"),
        ({"title": "x" * 241}, "title", "at most 240"),
    ],
)
def test_what_is_no_value_is_refused_beside_its_place_and_nothing_is_kept(given, place, said):
    with pytest.raises(Refused, match=said) as refused:
        push(**{"value": 1, **given})
    assert refused.value.place == place
    assert not Series.objects.exists()
    assert not Entry.objects.exists()


def test_a_share_may_be_written_in_percent():
    push("85%", unit="share")
    assert newest(series()).value == 0.85


def test_the_unit_stands_once_there_are_values_and_the_rest_may_change():
    push(1, unit="minutes")
    assert actions.redefine("test", series(), title="Builds", now=NOW)
    assert not actions.redefine("test", series(), title="Builds", now=NOW)
    with pytest.raises(Refused, match="its values are in minutes"):
        actions.redefine("test", series(), unit="days", now=NOW)
    assert Entry.objects.latest("id").detail == {"title": ["", "Builds"]}


# Files


def test_a_file_is_read_by_the_names_of_its_columns():
    rows = file("\ufeffvalue,At,note\n11,2026-11-19,main\n\n12.5,2026-11-20T08:00+01:00,\n")
    assert [(f"{row.at:%d %H:%M}", row.value, row.note) for row in rows] == [
        ("19 00:00", 11, "main"),
        ("20 07:00", 12.5, ""),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "builds.csv: the file is empty"),
        ("at,value\n", "builds.csv: there is no row under the header"),
        ("when,value\n", "builds.csv:1: expected the columns at, value and"),
        ("at,value,at\n", "builds.csv:1: expected the columns"),
        ("at,value\n2026-11-19,1\n2026-11-20,fast\n", "builds.csv:3: expected a number, found 'fast'"),
        ("at,value\nsoon,1\n", "builds.csv:2: expected a date"),
        ("at,value\n2026-11-19\n", "builds.csv:2: expected 2 cells as in the header, found 1"),
        ("at,value\n2026-11-19,1\n2026-11-19,2\n", "builds.csv:3: line 2 gives 1 for the same instant"),
        ('at,value\n"2026-11-19,1\n', "this is not CSV"),
        ("at,value\n2027-11-19,1\n", "builds.csv:2: '2027-11-19' is still to come"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_file_and_line(text, said):
    with pytest.raises(Refused) as refused:
        file(text)
    assert said in str(refused.value)


def test_the_first_few_of_many_problems_are_said_at_once_and_nothing_is_imported():
    with pytest.raises(Refused) as refused:
        file("at,value\n" + "".join(f"2026-11-0{n},fast\n" for n in range(1, 8)))
    assert str(refused.value).count("builds.csv:") == 5
    assert "and 2 more" in str(refused.value)


def test_text_that_is_not_utf_8_is_refused_with_its_line():
    with pytest.raises(Refused, match=r"builds\.csv:2: this is not UTF-8"):
        rows_of(b"at,value\n\xff,1\n", file_name="builds.csv", unit="count", now=NOW)


def test_a_file_imported_again_adds_what_is_new():
    rows = file("at,value\n2026-11-19,1\n2026-11-20,2\n")
    actions.add_all("test", NAME, rows[:1], file_name="builds.csv", now=NOW)
    again = actions.add_all("test", NAME, rows, file_name="builds.csv", now=NOW)
    assert (again.added, again.unchanged) == (1, 1)
    assert Entry.objects.filter(action="series values imported").count() == 2


def withdraw(
    at: str = "2026-11-20", reason: str = "Another branch.", *, now: datetime = NOW + timedelta(hours=1)
):
    return actions.withdraw("test", series(), at=at, reason=reason, now=now)


def test_a_value_that_was_wrong_is_taken_back_and_stays_in_the_history():
    push(9, "2026-11-19")
    push(11.5)
    withdraw()
    assert [each.value for each in values(series())] == [9]
    last = newest(series())
    assert last is not None
    assert last.value == 9
    assert [(each.value, each.withdrawn, counts) for each, counts in history(series())] == [
        (11.5, True, False),
        (11.5, False, False),
        (9, False, True),
    ]
    assert [each.value for each in values(series(), known_at=NOW)] == [9, 11.5]
    assert Entry.objects.get(action="series value withdrawn").detail["reason"] == "Another branch."


def test_a_series_whose_only_value_is_taken_back_has_none():
    push(11.5)
    withdraw()
    assert newest(series()) is None
    assert values(series()) == []


def test_what_was_taken_back_does_not_return_with_the_next_file_but_by_hand_it_does():
    push(11.5)
    withdraw()
    again = actions.add_all("test", NAME, file("at,value\n2026-11-20,11.5\n"), file_name="b.csv", now=NOW)
    assert (again.added, again.unchanged) == (0, 1)
    assert push(11.5, now=NOW + timedelta(hours=2)).added == 0
    push(12, now=NOW + timedelta(hours=3))
    assert [each.value for each in values(series())] == [12]
    withdraw(now=NOW + timedelta(hours=4))
    push(12, origin="manual", now=NOW + timedelta(hours=5))
    assert [each.value for each in values(series())] == [12]


@pytest.mark.parametrize(
    ("given", "message"),
    [({"reason": " "}, "say why"), ({"at": "2026-11-18"}, "has no value of 2026-11-18")],
)
def test_taking_back_asks_for_a_reason_and_for_a_value_that_is_there(given, message):
    push(11.5)
    with pytest.raises(Refused, match=message):
        withdraw(**given)
    withdraw()
    with pytest.raises(Refused, match="has no value"):
        withdraw()
