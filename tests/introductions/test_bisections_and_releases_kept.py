"""A bisection and a first release with a flaw, from a clone onto a record, its page and the API."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.api.programs import Program
from tests.introductions.bisections import bisected
from tests.introductions.history import History, git, on
from tests.measures.records import record
from tests.organisation import NOW

from throughline.engine.dates import iso
from throughline.introductions.actions import store
from throughline.introductions.asking import Asked, answered
from throughline.introductions.charts import candidates_chart
from throughline.introductions.models import Estimate
from throughline.site.progress import quiet
from throughline.vulnerabilities.bulk import unlike_their_history
from throughline.vulnerabilities.models import Vulnerability


@pytest.fixture
def clone(tmp_path) -> History:
    made = History(tmp_path / "shop")
    for day in range(1, 13):
        made.commit(f"d{day}", day, {"a.c": f"{day}\n"})
    made.write()
    for tag, day in (("v1.0", 2), ("v1.1", 11)):
        git(made.folder, "tag", tag, made.ids[f"d{day}"])
    return made


@pytest.fixture
def flaw(organisation) -> Vulnerability:
    record("FLAW", identified_at="2024-06-01", team="Payments")
    return Vulnerability.objects.get(key="FLAW")


def kept(clone: History, flaw: Vulnerability, **asked) -> str:
    answers, _ = answered(Asked(repo=clone.folder, **asked), progress=quiet)
    [[one]] = store(answers, repository="shop", actor="command line", number=flaw.pk, now=NOW)
    return one.outcome


def times(flaw: Vulnerability) -> list[str | None]:
    flaw.refresh_from_db()
    found: tuple[datetime | None, ...] = (
        flaw.introduced_earliest,
        flaw.introduced_at,
        flaw.introduced_latest,
    )
    return [iso(each) if each else None for each in found]


def test_each_better_evidence_takes_the_place_of_what_was_there(
    clone, flaw, organisation, browser_of, tmp_path
):
    bad = [f"d{day}" for day in range(7, 13)]
    half = bisected(clone, tmp_path / "half.log", bad=bad, between=("d1", "d12"), steps=1)
    whole = bisected(clone, tmp_path / "whole.log", bad=bad, between=("d1", "d12"))
    assert kept(clone, flaw, releases=("v1.1",)) == "stored"
    assert (times(flaw), flaw.introduced_method) == ([on(2), on(7), on(11)], "first affected release")
    assert kept(clone, flaw, bisects=(half,)) == "stored"
    assert (times(flaw), flaw.introduced_method) == ([on(7), on(9), on(12)], "bisect")
    assert kept(clone, flaw, bisects=(whole,)) == "stored"
    assert times(flaw) == [None, on(7), None]
    assert kept(clone, flaw, bisects=(half,)) == "kept beside"
    assert kept(clone, flaw, releases=("v1.1",)) == "kept beside"
    assert times(flaw) == [None, on(7), None]
    assert list(unlike_their_history()) == []
    assert str(tmp_path) not in str(list(Estimate.objects.values()))

    page = browser_of(organisation.mia).get(f"/vulnerabilities/{flaw.pk}/").content.decode()
    for said in (
        "One commit, ",
        "half.log",
        "The bisection is not finished: any of 6 commits may be the first",
        "what is known is better: inferred, bisect",
        "After v1.0 of 2024-01-02 and by v1.1 of 2024-01-11",
    ):
        assert said in page
    path = f"/vulnerabilities/{flaw.pk}/introduced"
    read = Program(organisation.mia).get(path).json()
    assert read == browser_of(organisation.mia).get(f"{path}.json").json()
    assert {each["method"] for each in read["estimates"]} == {"bisect", "first affected release"}
    assert [each["subject"] for each in read["estimates"] if each["is_said"]] == ["whole.log"]


def test_the_chart_of_commits_that_count_alike_has_two_weights_and_does_not_count_those_left_out(flaw):
    candidates = [{"commit": f"{n:040}", "date": on(n + 1), "weight": 1} for n in range(200)]
    middle = datetime.fromisoformat(on(100))
    chart = candidates_chart(Estimate(vulnerability=flaw, introduced=middle, candidates=candidates))
    assert chart.summary.startswith("At least 200 commits from 2024-01-01 to 2024-07-18")
    assert (len(chart.rows), chart.rows[-1][1]) == (60, "2024-07-18")
    [axis] = {
        str(layer["encoding"]["y"]["axis"]) for layer in chart.spec["layer"] if "y" in layer["encoding"]
    }
    assert "'values': [0, 1]" in axis
