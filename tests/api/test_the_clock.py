"""The honest clock for programs: since when a flaw is there, and how soon flaws are found."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.api.programs import Program, assert_problem
from tests.measures.records import record
from tests.organisation import NOW

from throughline.audit.models import Entry
from throughline.engine.introduction.candidates import Candidate, Introduction
from throughline.engine.introduction.evidence import Evidence
from throughline.introductions.actions import store
from throughline.introductions.answers import Answer
from throughline.vulnerabilities.models import Vulnerability

MARCH, APRIL = (dt.datetime(2024, month, 4, 12, tzinfo=dt.UTC) for month in (3, 4))


def told_by_a_clone(id: int) -> None:
    """A fix traced to two commits, kept on the record."""
    candidates = (Candidate("a" * 40, MARCH, 7), Candidate("b" * 40, APRIL, 2.5))
    found = Introduction(MARCH, MARCH, APRIL, Evidence.TRACED_BLAME, candidates)
    answer = Answer("v1.1", "fix", {"fix": "c" * 40}, found, ("one thing to know",))
    store([answer], repository="shop", actor="command line", number=id, now=NOW)


@pytest.fixture
def flaw(organisation) -> int:
    """A flaw of the team of Mia and Vera."""
    record("LINE", identified_at="2024-06-01", team="Payments")
    return Vulnerability.objects.get(key="LINE").pk


def test_what_a_clone_told_is_read_corrected_by_hand_and_taken_back(flaw, organisation, browser_of):
    program, path = Program(organisation.mia), f"/vulnerabilities/{flaw}/introduced"
    assert program.get(path).json()["introduced"] is None
    told_by_a_clone(flaw)
    read = program.get(path).json()
    assert read == browser_of(organisation.mia).get(f"{path}.json").json()
    [estimate] = read["estimates"]
    assert (read["basis"], read["method"], estimate["is_said"]) == ("inferred", "traced blame", True)
    assert [(each["commit"][0], each["weight"]) for each in estimate["candidates"]] == [("a", 7), ("b", 2.5)]
    late = assert_problem(program.ask("PUT", path, {"day": "2024-06-02"}), 422, "identified on 2024-06-01")
    assert late["errors"][0]["pointer"] == "/day"
    assert_problem(
        program.ask("PUT", path, {"day": "someday"}), 422, "/day: expected a day such as 2026-01-05"
    )

    said = program.ask("PUT", path, {"day": "2024-02-01", "latest": "2024-02-09", "why": "Bisected"}).json()
    assert (said["introduced"], said["latest"]) == ("2024-02-01T00:00:00Z", "2024-02-09T00:00:00Z")
    assert (said["basis"], said["method"], said["is_by_hand"]) == ("manual", "Bisected", True)
    assert [each["is_said"] for each in said["estimates"]] == [False]
    assert Entry.objects.get(action="introduction said").actor.endswith("Mia (token Test)")
    told_by_a_clone(flaw)
    [beside] = program.get(path).json()["estimates"]
    assert "what is known is better: manual" in beside["reason"]

    back = program.ask("DELETE", path).json()
    assert (back["introduced"], back["method"], back["is_by_hand"]) == (
        read["introduced"],
        "traced blame",
        False,
    )
    assert_problem(program.ask("DELETE", path), 422, "nothing to take back")


@pytest.fixture
def found_since_2020(organisation):
    """Each January of five years four flaws are made, found after 10, 100, 300 and 730 days."""
    for year in range(2020, 2025):
        for number, days in enumerate((10, 100, 300, 730)):
            start = dt.date(year, 1, 1)
            seen = start + dt.timedelta(days=days)
            record(
                f"{year}-{number}",
                introduced_at=start.isoformat(),
                identified_at=seen.isoformat(),
                mitigated_at=(seen + dt.timedelta(days=30 + 5 * number)).isoformat(),
                kev_added=(start + dt.timedelta(days=5)).isoformat(),
            )


FIGURES = {
    "truncated_median(identified - introduced)": (100, "given_found"),
    "truncated_mean(identified - introduced, 1 year)": (410 / 3, "given_found"),
    "found_within(100 days)": (0.5, "given_found"),
    "cohort_found_within(100 days, 1 year)": (2 / 3, "register_begins"),
    "cohort_found_within(100 days)": (0.5, "cohort_grows"),
    "mean(identified - introduced)": (285, "detection_truncated"),
    "median(identified - latest(introduced, kev_added))": (195, None),
    "period_rmst(identified -> mitigated, 60 days)": (37.5, None),
}


def test_figures_of_detection_are_asked_with_what_has_to_be_known_of_them(found_since_2020, organisation):
    program = Program(organisation.ada)
    for metric, (value, warned) in FIGURES.items():
        answer = program.get(f"/metrics/answer?metric={metric}").json()
        [row] = answer["rows"]
        assert row["value"] == pytest.approx(value), metric
        assert row["low"] <= row["value"] <= row["high"], metric
        codes = [each["code"] for each in answer["warnings"]]
        assert warned in codes if warned else codes == [], (metric, codes)
    for path in ("answer", "why"):
        said = assert_problem(program.get(f"/metrics/{path}?metric=found_within(triaged)"), 400)
        assert said["errors"][0]["parameter"] == "metric"
