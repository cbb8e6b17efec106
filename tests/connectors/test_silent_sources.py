"""A source that fell silent: what stands on it is stale, says whose silence it is, and is never green."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

pytestmark = pytest.mark.django_db
# Pages look at the clock of the machine.
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
DAY = timedelta(days=1)


@pytest.fixture
def key_result():
    """Builds that stay fast: on track by a value of yesterday."""
    from throughline.objectives.actions import add_key_result
    from throughline.series.actions import push

    for back in range(50, 0, -1):
        push("test", "build_minutes", 12, at=NOW - back * DAY, unit="minutes", better="lower", now=NOW)
    promise = {"kind": "keep", "metric": "build_minutes", "bound_high": "14", "allowed_outside": "7"}
    start, due = (f"{NOW + days * DAY:%Y-%m-%d}" for days in (-40, 40))
    return add_key_result("test", now=NOW, **promise, owner="Mia", start=start, due=due)


def connector(*, read_at, schedule: str = "hour", **fields):
    from throughline.connectors.models import Connector

    return Connector.objects.create(
        **{"name": "CI", "kind": "prometheus", "made_by": "test", "made_at": NOW - 90 * DAY} | fields,
        succeeded_at=read_at,
        schedule=schedule,
    )


def status(key_result, now=NOW):
    from throughline.objectives.queries import stand_of

    found = stand_of(key_result, now=now).status
    return found.word, found.reason


def test_a_key_result_is_stale_once_its_source_missed_its_schedule_by_a_day(key_result):
    found = connector(read_at=NOW - timedelta(hours=24), series=["build_minutes"])
    assert status(key_result)[0] == "on_track"
    later = NOW + timedelta(hours=2)
    assert status(key_result, later) == (
        "stale",
        f"Nothing has come from CI since {NOW - DAY:%Y-%m-%d}, though it is asked every hour.",
    )
    found.succeeded_at = later
    found.save()
    assert status(key_result, later)[0] == "on_track"


@pytest.mark.parametrize(
    "fields",
    [
        {"series": ["other_minutes"]},
        {"series": ["build_minutes"], "schedule": "by hand"},
        {"series": ["build_minutes"], "is_on": False},
    ],
    ids=["of another series", "by hand", "resting"],
)
def test_the_silence_of_others_and_of_what_nobody_asks_regularly_is_no_silence(key_result, fields):
    connector(read_at=NOW - 40 * DAY, **fields)
    assert status(key_result)[0] == "on_track"


def test_what_waits_in_quarantine_makes_it_stale_at_once_until_somebody_looked(key_result):
    from throughline.connectors.models import Quarantine, Sync

    found = connector(read_at=NOW - timedelta(hours=2), series=["build_minutes"])
    sync = Sync.objects.create(connector=found, began_at=NOW, beat_at=NOW, actor="test", is_dry=True)
    aside = Quarantine.objects.create(connector=found, sync=sync, place="", reason="No.", found_at=NOW)
    # What a dry run found was never to be stored.
    assert status(key_result)[0] == "on_track"
    Sync.objects.update(is_dry=False)
    word, reason = status(key_result)
    assert (word, f"CI answered on {NOW:%Y-%m-%d} with what cannot be" in reason) == ("stale", True)
    Quarantine.objects.filter(pk=aside.pk).update(decided="discarded")
    assert status(key_result)[0] == "on_track"


def test_a_sample_that_waits_while_all_goes_well_again_is_no_silence_until_it_comes_again(key_result):
    from throughline.connectors.models import Sync
    from throughline.connectors.quarantine import keep

    def met(at) -> None:
        sync = Sync.objects.create(connector=found, began_at=at, beat_at=at, actor="test", outcome="failed")
        takes = [{"series": "build_minutes"}]
        keep(sync, place="", reason="No.", sample="", takes=takes, now=at)

    found = connector(read_at=NOW - 3 * DAY, series=["build_minutes"], schedule="day")
    met(NOW - 2 * DAY)
    assert status(key_result)[0] == "stale"
    found.succeeded_at = NOW - DAY
    found.save()
    assert status(key_result)[0] == "on_track"
    met(NOW)
    assert (status(key_result)[0], found.quarantined.count()) == ("stale", 1)


def test_page_dashboard_report_and_reminder_say_which_source_and_since_when(
    key_result, organisation, browser_of
):
    from throughline.dashboards.kinds.key_results import _one
    from throughline.dashboards.looking import Looking
    from throughline.messages.writing import reminder
    from throughline.objectives.models import Cycle, Objective, Version
    from throughline.reports.gathering import report_of

    connector(read_at=NOW - 9 * DAY, series=["build_minutes"])
    said = f"Nothing has come from CI since {NOW - 9 * DAY:%Y-%m-%d}, though it is asked every hour."
    days = {"start": (NOW - 40 * DAY).date(), "end": (NOW + 40 * DAY).date()}
    cycle = Cycle.objects.create(key="q", title="Q", created_at=NOW, **days)
    key_result.objective = Objective.objects.create(key="fast", title="Fast", cycle=cycle, created_at=NOW)
    key_result.save()
    Version.objects.update(owner=organisation.mia)
    looking = Looking(organisation.mia, NOW)
    assert said in browser_of(organisation.mia).get(f"/key-results/{key_result.pk}/").content.decode()
    assert said in browser_of(organisation.mia).get("/series/build_minutes/").content.decode()
    assert said in _one(looking.stands[0], looking, compares=False).sentence
    assert said in report_of(cycle, now=NOW).objectives[0].results[0].reason
    assert f"stale: {said}" in str(reminder(organisation.mia, now=NOW))


def test_records_of_a_silent_source_make_a_figure_stale_where_they_are_more_than_can_be_overlooked():
    from tests.objectives.register import record, terms

    from throughline.objectives.actions import add_key_result

    for number in range(30):
        record("2026-10-05", feed="tracker" if number else "tool", known_at=NOW - timedelta(hours=1))
    start, due = (f"{NOW + days * DAY:%Y-%m-%d}" for days in (-40, 40))
    promise = terms(metric="count()", baseline="100", target="0", start=start, due=due)
    made = add_key_result("test", now=NOW, **promise)
    connector(read_at=NOW - 9 * DAY, feeds=[["tool", ""]])
    assert status(made)[0] != "stale"
    connector(name="Tracker", read_at=NOW - 9 * DAY, feeds=[["tracker", ""]])
    assert status(made)[0] == "stale"
    assert "Nothing has come from Tracker" in status(made)[1]


def test_a_source_that_was_read_and_had_nothing_new_is_as_fresh_as_one_that_had():
    from tests.objectives.register import record, terms

    from throughline.objectives.actions import add_key_result
    from throughline.objectives.measuring import figure_of
    from throughline.objectives.queries import stand_of
    from throughline.sources.models import Feed

    record("2026-10-05", feed="tracker", known_at=NOW - 20 * DAY)
    start, due = (f"{NOW + days * DAY:%Y-%m-%d}" for days in (-40, 40))
    promise = terms(metric="count()", baseline="9", target="0", start=start, due=due)
    version = stand_of(add_key_result("test", now=NOW, **promise), now=NOW).version
    assert figure_of(version, now=NOW).data_as_of == NOW - 20 * DAY
    Feed.objects.filter(name="tracker").update(looked_at=NOW - timedelta(hours=1))
    assert figure_of(version, now=NOW - 2 * DAY).data_as_of == NOW - 20 * DAY
    assert figure_of(version, now=NOW).data_as_of == NOW - timedelta(hours=1)
