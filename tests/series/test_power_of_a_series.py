"""Would a change of a series show? The API, the command and the form of a key result reckon alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from tests.api.programs import Program, assert_problem
from tests.surveys.asking import asked, close, made

from throughline.cli import main
from throughline.objectives.drafts import preview
from throughline.objectives.telling import telling
from throughline.series import actions

pytestmark = pytest.mark.django_db
POWER = "/series/build_minutes/power"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def builds(organisation, now):
    """From each to the next: 2, -1, 3, -2, whose root mean square is the root of 4.5."""

    def push(values=(10, 12, 11, 14, 12)):
        for back, value in enumerate(reversed(values)):
            day = f"{now - timedelta(days=1 + back):%Y-%m-%d}"
            actions.push("test", "build_minutes", value, at=day, unit="minutes", now=now)

    return push


def told(organisation, ratio: str) -> dict:
    [row] = Program(organisation.vera).get(f"{POWER}?ratio={ratio}").json()["rows"]
    return row


def form_of(metric: str, baseline: int, target: int, *, now: datetime):
    """What the form of a key result says so far."""
    days = {"start": f"{now:%Y-%m-%d}", "due": f"{now + timedelta(days=60):%Y-%m-%d}"}
    said = {"metric": metric, "baseline": str(baseline), "target": str(target), "owner": "Max"}
    return preview(said | days, now=now)


def test_a_series_is_told_by_how_far_its_values_moved(builds, organisation):
    builds()
    row = told(organisation, "0.5")
    assert (row["baseline"], row["target"], row["periods"]) == (12, 6, 5)
    # Φ(6 ÷ √4.5 − 1.96), and 12 − (1.96 + 0.8416)·√4.5.
    assert row["measured"]["power"] == pytest.approx(0.8074, abs=5e-5)
    assert row["measured"]["smallest"] == pytest.approx(6.0569, abs=5e-5)
    assert row["measured"]["events_needed"] is None
    assert row["said"] == (
        "A change from 12 to 6 minutes (× 0.5) would be told from chance in 81 % of cases, "
        "by how far it moved between its last 5 values. The smallest that would in 80 % ends at 6.06 "
        "minutes."
    )
    assert row["too_weak"] is False
    assert told(organisation, "0.9")["too_weak"] is True


def test_the_form_of_a_key_result_the_command_and_the_api_say_the_same(
    builds, organisation, now, monkeypatch
):
    # The wildest moves are older than the newest twelve.
    builds([90, 1, 90, *[10, 12, 11, 14, 12] * 2, 11, 12])
    row = told(organisation, "0.5")
    form = form_of("build_minutes", 12, 6, now=now)
    found = telling(form.draft, now=now)
    assert row["periods"] == 12
    assert (row["measured"]["power"], row["measured"]["smallest"]) == (
        found.noise.power,
        found.noise.smallest,
    )
    monkeypatch.setattr("throughline.cli.metric.open_home", lambda home: home)
    done = CliRunner().invoke(main, ["metric", "build_minutes", "--power-for", "0.5", "--json"])
    assert json.loads(done.stdout)["rows"] == [row]


def test_the_score_of_a_survey_is_told_by_its_answers(organisation, now):
    survey = made(now=now)
    before = now - timedelta(days=60)
    close(asked([10] * 12 + [7] * 6 + [0] * 2, survey=survey, now=before), now=before)
    found = Program(organisation.vera).get(f"/series/{survey.series.name}/power?ratio=1.2").json()
    [row] = found["rows"]
    form = form_of(survey.series.name, 50, 60, now=now)
    noise = telling(form.draft, now=now).noise
    assert (row["baseline"], row["target"], row["events"], row["periods"]) == (50, 60, 20, 0)
    assert (row["measured"]["power"], row["measured"]["smallest"]) == (noise.power, noise.smallest)
    assert "with 20 answers in each period" in row["said"]
    assert f"It takes {row['measured']['events_needed']:,.0f} answers a period." in row["said"]


def test_no_score_of_a_survey_rises_above_the_best(organisation, now, monkeypatch):
    survey = made(now=now)
    before = now - timedelta(days=60)
    close(asked([10] * 12 + [7] * 6 + [0] * 2, survey=survey, now=before), now=before)
    power = f"/series/{survey.series.name}/power"
    assert Program(organisation.vera).get(f"{power}?ratio=2").json()["rows"][0]["target"] == 100
    refused = Program(organisation.vera).get(f"{power}?ratio=2.1")
    why = "expected a ratio of at most 2, since the newest score is 50 and none is above 100; found 2.1"
    document = assert_problem(refused, 400, why, code="no_ratio")
    assert document["errors"][0]["parameter"] == "ratio"
    monkeypatch.setattr("throughline.cli.metric.open_home", lambda home: home)
    done = CliRunner().invoke(main, ["metric", survey.series.name, "--power-for", "2.1"])
    assert (done.exit_code, why in done.stderr) == (2, True)


def test_of_too_few_values_nothing_is_said_and_of_none_above_0_why(builds, organisation):
    builds([3, 4, 0])
    none = Program(organisation.vera).get(f"{POWER}?ratio=0.5").json()
    assert none["rows"] == []
    assert "no figure here is above 0" in none["why_none"]
    builds([3, 4, 5])
    row = told(organisation, "0.5")
    assert (row["measured"]["power"], row["too_weak"]) == (None, True)
    assert "too little is known of the spread" in row["said"]


@pytest.mark.parametrize("ratio", ["1", "0", "much", "-2"])
def test_a_ratio_that_is_none_is_refused_at_its_parameter(builds, organisation, ratio):
    builds()
    refused = Program(organisation.vera).get(f"{POWER}?ratio={ratio}")
    document = assert_problem(refused, 400, "such as 0.5 for a halving", code="no_ratio")
    assert document["errors"][0]["parameter"] == "ratio"
    assert_problem(Program(organisation.vera).get("/series/none/power?ratio=0.5"), 404)
