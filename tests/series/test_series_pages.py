"""Series in pages: defined by managers, entered by members, read by everybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.api.programs import Program

from throughline.jobs.models import Job
from throughline.series import actions
from throughline.series.models import Reading, Series

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
DAY = f"{NOW - timedelta(days=3):%Y-%m-%d}"


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def builds() -> Series:
    return actions.push("test", "build_minutes", 12.5, at=DAY, unit="minutes", now=NOW).series


def test_no_series_yet_teaches_with_the_command_that_makes_one(organisation, browser_of):
    seen = text(browser_of(organisation.vera).get("/series/"))
    assert "throughline metric push build_minutes" in seen
    assert "New series" not in seen
    assert "New series" in text(browser_of(organisation.max).get("/series/"))


def test_a_manager_defines_a_series_and_bad_names_are_refused_beside_the_field(organisation, browser_of):
    manager = browser_of(organisation.max)
    given = {"name": "nps", "unit": "points", "better": "higher", "cadence_days": "30", "title": "Promoters"}
    refused = manager.post("/series/new", {**given, "name": "arrivals"})
    assert refused.status_code == 422
    assert "is a metric of the catalogue" in text(refused)
    assert manager.post("/series/new", given).headers["Location"] == "/series/nps/"
    assert Series.objects.get().cadence_days == 30
    assert "No value yet" in text(manager.get("/series/nps/"))


def test_a_member_enters_a_value_and_what_rests_on_it_is_measured(builds, organisation, browser_of):
    member = browser_of(organisation.mia)
    refused = member.post("/series/build_minutes/enter/", {"at": DAY, "value": "fast"})
    assert refused.status_code == 422
    assert "expected a number, found &#x27;fast&#x27;" in text(refused)
    given = {"at": DAY, "value": "11", "note": "measured by hand"}
    assert member.post("/series/build_minutes/enter/", given).status_code == 302
    entered = Reading.objects.latest("id")
    assert (entered.value, entered.origin, entered.author) == (
        11,
        "manual",
        f"person:{organisation.mia.pk} Mia",
    )
    assert Job.objects.get().kind == "measure key results"
    assert "<del>12.5 minutes</del>" in text(member.get("/series/build_minutes/"))
    member.post("/series/build_minutes/enter/", given)
    assert Reading.objects.count() == 2
    assert Job.objects.count() == 1


def test_the_unit_of_a_series_with_values_stands(builds, organisation, browser_of):
    given = {"title": "Builds", "unit": "hours", "better": "lower", "cadence_days": "7", "description": ""}
    answer = browser_of(organisation.max).post("/series/build_minutes/change/", given)
    assert answer.status_code == 422
    assert "its values are in minutes" in text(answer)
    assert Series.objects.get().title == ""


def test_a_series_answers_programs_and_spreadsheets(builds, organisation, browser_of):
    viewer = browser_of(organisation.vera)
    told = viewer.get("/series/build_minutes.json").json()
    assert (told["value"], told["n"]) == (12.5, 1)
    assert viewer.get("/series.json").json()["series"][0]["name"] == "build_minutes"
    lines = b"".join(viewer.get("/series/build_minutes.csv").streaming_content).decode().splitlines()
    assert lines[0].startswith("at,value,note,origin,author,recorded_at,before,before_low,")
    assert b"build_minutes" in b"".join(viewer.get("/series.csv").streaming_content)


def test_the_words_of_people_are_shown_as_text(organisation, browser_of):
    actions.push("test", "nps", 3, at=DAY, title="<b>NPS</b>", note="<i>x</i>", now=NOW)
    seen = text(browser_of(organisation.vera).get("/series/nps/"))
    assert "<b>NPS" not in seen
    assert "<i>x" not in seen


def test_the_metrics_page_leads_to_the_series(organisation, browser_of):
    assert 'href="/series/"' in text(browser_of(organisation.vera).get("/metrics/"))


def test_a_member_takes_a_value_back_with_a_reason_and_it_stays_crossed_out(organisation, browser_of, builds):
    member = browser_of(organisation.mia)
    seen = text(member.get("/series/build_minutes/"))
    at = seen.split('type="hidden" name="at" value="')[1].split('"')[0]
    wordless = member.post("/series/build_minutes/withdraw/", {"at": at, "reason": " "})
    assert (wordless.status_code, "Say why the value is taken back" in text(wordless)) == (422, True)
    answer = member.post("/series/build_minutes/withdraw/", {"at": at, "reason": "Another branch."})
    assert answer.headers["Location"] == "/series/build_minutes/"
    shown = text(member.get("/series/build_minutes/"))
    assert "taken back" in shown
    assert "No value yet" in shown
    assert Job.objects.filter(kind="measure key results").exists()


def test_the_newest_value_stands_beside_that_of_the_end_of_last_quarter(organisation, browser_of):
    from throughline.engine.calendar import quarter_of

    start = quarter_of(NOW).start
    for at, value in ((start - timedelta(days=40), 14), (start - timedelta(days=2), 12.5), (start, 11)):
        actions.push("test", "build_minutes", value, at=f"{at:%Y-%m-%d}", unit="minutes", now=NOW)
    viewer = browser_of(organisation.vera)
    page = text(viewer.get("/series/build_minutes/"))
    assert "was 12.5 minutes at the end of last quarter" in page
    assert "−1.5 minutes" in page
    before = viewer.get("/series/build_minutes.json").json()["before"]
    assert (before["value"], before["change"]["value"]) == (12.5, -1.5)


def test_last_quarter_is_a_line_of_its_own_beside_the_running_one_unless_the_address_leaves_it_out(
    in_november, organisation, browser_of
):
    from throughline.engine.calendar import quarter_of

    # Its 51st day must have been, which it has not in each first half of a quarter.
    now = datetime.now(UTC)
    start = quarter_of(now).start
    before = quarter_of(start - timedelta(days=1)).start
    for at, value in ((before + timedelta(days=8), 14), (start - timedelta(days=2), 12.5)):
        actions.push("test", "build_minutes", value, at=f"{at:%Y-%m-%d}", unit="minutes", now=now)
    for at, value in ((start + timedelta(days=7), 11), (start + timedelta(days=50), 10)):
        actions.push("test", "build_minutes", value, at=f"{at:%Y-%m-%d}", now=now)
    viewer = browser_of(organisation.vera)
    page = viewer.get("/series/build_minutes/")
    chart = page.context["chart"]
    # Of the value in the middle of the quarter nothing is near its place of the last one.
    assert [row.get("then") for row in chart.spec["data"]["values"]] == [None, None, 14, None]
    assert (chart.columns[-1], chart.rows[2][-1][:10]) == ("Last quarter", "14 minutes")
    assert "The dashed line is last quarter: 14 minutes on" in text(page)
    without = viewer.get("/series/build_minutes/?compare=none")
    assert "The dashed line" not in text(without)
    told = viewer.get("/series/build_minutes.json").json()["values"]
    assert [each["before"] and each["before"]["change"]["value"] for each in told] == [None, None, -3, None]
    asked = Program(organisation.vera).get(f"/series/build_minutes/values?since={start:%Y-%m-%d}")
    # What is asked for begins after that which it is held against.
    assert [each["before"] and each["before"]["value"] for each in asked.json()["items"]] == [14, None]
    assert viewer.get("/series/build_minutes/?compare=x").status_code == 400
