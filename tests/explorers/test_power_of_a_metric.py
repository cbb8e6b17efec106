"""The metric's page says whether a change can be told from noise, as the files, the API and the engine do."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.api.programs import Program
from tests.measures.records import record

from throughline.engine.noise import of_counts


@pytest.fixture
def forty(organisation):
    """Forty records of two services, all found in the quarter before."""
    from datetime import UTC, datetime, timedelta

    from throughline.engine.calendar import quarter_of
    from throughline.measures.readside.columns import forget

    forget()
    before = quarter_of(datetime.now(UTC)).start - timedelta(days=20)
    for number in range(40):
        service = "web" if number < 30 else "api"
        found = {"identified_at": before.date().isoformat(), "service": service, "team": "Payments"}
        record(f"R-{number}", severity="high", **found)
    yield before
    forget()


def page_of(browser, **asked):
    answer = browser.get("/metrics/", asked)
    return answer, answer.context["power"]


def test_by_quarter_the_events_are_those_of_the_last_whole_one_and_all_ways_say_the_same(
    forty, organisation, browser_of
):
    browser = browser_of(organisation.max)
    answer, power = page_of(browser, metric="arrivals", by=["quarter", "service"], ratio="0.5")
    assert answer.status_code == 200
    by_name = {line.name: line for line in power.lines}
    assert by_name["web"].power.events == 30
    assert by_name["web"].power.measured.power == of_counts(baseline=30, target=15).power
    page = answer.content.decode()
    assert "Can a change be told from noise?" in page
    assert "Events are those of " in page
    told = browser.get(power.json_address).json()
    assert [row["said"] for row in told["rows"]] == [line.said for line in power.lines]
    asked = urlsplit(power.json_address).query
    assert Program(organisation.max).get(f"/metrics/power?{asked}").json() == told
    rows = list(csv.DictReader(io.StringIO(browser.get(power.csv_address).getvalue().decode())))
    assert [float(row["power"]) for row in rows] == [row["measured"]["power"] for row in told["rows"]]
    # The files find the same by the page's own address, whose periods say which is meant.
    own = browser.get(
        "/metrics/power.json", {"metric": "arrivals", "by": ["quarter", "service"], "ratio": "0.5"}
    )
    assert own.json() == told


def test_the_ratio_is_in_the_address_and_the_rest_of_it_is_kept(forty, organisation, browser_of):
    asked = {"metric": "arrivals", "by": "quarter", "where": "service = 'web'"}
    _, power = page_of(browser_of(organisation.max), **asked)
    assert power.told is None
    assert dict(power.hidden) == asked
    _, power = page_of(browser_of(organisation.max), **asked, ratio="0.5")
    assert dict(parse_qsl(urlsplit(power.json_address).query))["where"] == "service = 'web'"
    assert power.command.endswith("--power-for 0.5")


@pytest.mark.parametrize(("ratio", "said"), [("half", "expected a ratio from"), ("1", "that is not 1")])
def test_a_bad_ratio_is_refused_beside_its_field_and_the_figures_stay(
    ratio, said, forty, organisation, browser_of
):
    answer, power = page_of(browser_of(organisation.max), metric="arrivals", ratio=ratio)
    page = answer.content.decode()
    assert (answer.status_code, power.problem.field) == (400, "ratio")
    assert said in page
    assert 'aria-describedby="p-help power-problem" aria-invalid="true"' in page
    assert answer.context["shown"].main.row.value == 40
    refused = browser_of(organisation.max).get("/metrics/power.json", {"metric": "arrivals", "ratio": ratio})
    assert refused.status_code == 400


def test_nobody_is_told_of_events_of_other_teams(forty, organisation, browser_of):
    answer, power = page_of(browser_of(organisation.omar), metric="arrivals", by="none", ratio="0.5")
    assert power.lines == ()
    assert "there are no events that a change by 0.5 could be told of" in answer.content.decode()
    told = browser_of(organisation.omar).get("/metrics/power.json?metric=arrivals&by=none&ratio=0.5")
    assert json.loads(told.content)["rows"] == []
