"""What can be told of a metric and of sources: the API says what the pages and the command line say."""

from __future__ import annotations

import pytest
from tests.api.programs import Program, assert_problem
from tests.measures.records import record

from throughline.engine.noise import of_counts


@pytest.fixture
def forty(organisation):
    """Forty records of the first half of 2026, ten of them low; two sources that share four of web's."""
    from throughline.measures.readside.columns import forget
    from throughline.vulnerabilities.models import Vulnerability

    forget()
    made = [
        record(
            f"R-{number}",
            source="SAST",
            service="web" if number < 30 else "api",
            team="Payments",
            severity="high" if number % 4 else "low",
            introduced_at="2025-06-01",
            identified_at="2026-02-01",
            mitigated_at=f"2026-03-{1 + number % 28:02}",
        )
        for number in range(40)
    ]
    for number in range(6):
        twin = record(
            f"B-{number}", source="Bounty", identified_at="2026-01-05", service="web", team="Payments"
        )
        if number < 4:
            Vulnerability.objects.filter(pk=twin.pk).update(state="duplicate", duplicate_of=made[number].pk)
        else:
            Vulnerability.objects.filter(pk=twin.pk).update(award=200)
    yield made
    forget()


PERIOD = "&from=2026-01-01&to=2026-07-01"


def test_the_power_of_a_change_is_told_group_by_group(forty, max_program):
    told = max_program.get(f"/metrics/power?metric=count()&by=service&ratio=0.5{PERIOD}").json()
    assert [each["group"]["service"] for each in told["rows"]] == ["api", "web"]
    api, web = told["rows"]
    assert (api["events"], api["too_weak"]) == (10, True)
    assert web["measured"]["power"] == of_counts(baseline=32, target=16).power
    assert "with 32 events in each period" in web["said"]
    assert told["left_out"] == []


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("?metric=count()&ratio=half", "ratio"),
        ("?metric=count()&ratio=1", "ratio"),
        ("?metric=count()", "ratio"),
        ("?metric=share(severity = 'high')&ratio=2", "ratio"),
        ("?metric=count()&by=quarter&ratio=0.5", "by"),
        ("?metric=cuont()&ratio=0.5", "metric"),
    ],
)
def test_what_cannot_be_told_of_is_refused_at_its_parameter(query, place, forty, max_program):
    refused = assert_problem(max_program.get(f"/metrics/power{query}"), 400)
    assert refused["errors"][0]["parameter"] == place


def test_the_detection_panel_is_the_page_s(forty, max_program, organisation, browser_of):
    query = f"?metric=time_to_detect&by=quarter{PERIOD}"
    told = max_program.get(f"/metrics/detection{query}").json()
    assert told == browser_of(organisation.max).get(f"/metrics/detection.json{query}").json()
    assert told["found"][0]["figure"]["n"] == 40
    assert told["said"]
    refused = assert_problem(max_program.get("/metrics/detection?metric=count()"), 400)
    assert refused["errors"][0]["parameter"] == "metric"


def test_two_sources_are_held_against_each_other(forty, max_program, organisation, browser_of):
    listed = max_program.get("/sources/recapture").json()
    shown = browser_of(organisation.max).get("/sources.json").json()
    assert listed["recapture"] == shown["recapture"]
    [pair] = listed["recapture"]
    # Thirty of web by the scanner, six by the bounty, four by both.
    assert pair["total"]["value"] == pytest.approx(31 * 7 / 5 - 1)
    [turned] = max_program.get("/sources/recapture?one=SAST&other=Bounty").json()["recapture"]
    assert (turned["found_by_one"], turned["found_by_other"]) == (30, 6)
    assert (turned["found_by_both"], turned["total"]) == (4, pair["total"])
    assert turned["few_in_both"] is True


@pytest.mark.parametrize(
    ("query", "place", "said"),
    [
        ("?one=SATS&other=Bounty", "one", "did you mean SAST?"),
        ("?one=SAST", "other", "name both sources"),
        ("?one=SAST&other=SAST", "other", "another source than itself"),
    ],
)
def test_a_pair_that_is_none_is_refused(query, place, said, forty, max_program):
    refused = assert_problem(max_program.get(f"/sources/recapture{query}"), 400, said)
    assert refused["errors"][0]["parameter"] == place


def test_the_escape_rate_is_the_page_s_and_of_one_s_own_slice(forty, max_program, organisation, browser_of):
    told = max_program.get("/sources/escape-rate").json()
    assert told["escape_rate"] == browser_of(organisation.max).get("/sources.json").json()["escape_rate"]
    # The bounty saw four of forty earlier, and found two that nobody else did.
    assert (told["escape_rate"]["first"], told["escape_rate"]["n"]) == (6, 42)
    others = Program(organisation.omar)
    assert others.get("/sources/escape-rate").json() == {"escape_rate": None}
    assert others.get("/sources/recapture").json() == {"recapture": []}
