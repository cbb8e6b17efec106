"""An address that somebody made to break a page is refused with a sentence."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.measures.records import attribute, record

from throughline.engine import metrics
from throughline.engine.language.fields import Schema
from throughline.engine.refusals import Refused
from throughline.measures.engines.duckdb import number
from throughline.measures.readside.columns import forget
from throughline.vulnerabilities import listing
from throughline.vulnerabilities.models import Attribute


@pytest.fixture
def browser(organisation, browser_of):
    forget()
    yield browser_of(organisation.max)
    forget()


@pytest.mark.parametrize("page", ["9" * 5_000, "0" * 5_000 + "1", "²", "0", "-1", "2001"])
def test_a_page_that_cannot_be_is_refused(browser, page):
    answer = browser.get("/vulnerabilities.json", {"page": page})
    assert answer.status_code == 422 or answer.status_code == 400
    assert "pages go from 1 to 2,000" in answer.json()["detail"]
    assert len(answer.content) < 1_000
    assert browser.get("/vulnerabilities/", {"page": page}).status_code == 400


ENDLESS = [
    "sla(1e308 years)",
    "rmst(identified -> mitigated, 1e300 years)",
    "rmst(identified -> mitigated, 1e308 years)",
    "mean(mitigated - identified + 1e308 years)",
    "share(mitigated - identified > 1e308 weeks)",
]


@pytest.mark.parametrize("measure", ENDLESS)
def test_a_duration_longer_than_any_is_refused_where_it_stands(measure):
    with pytest.raises(Refused, match="at most 10,000 years"):
        metrics.check(metrics.Definition(measure=measure), Schema.of())


@pytest.mark.parametrize("measure", [*ENDLESS, "mean((mitigated - identified) * 1e308)"])
def test_a_metric_of_endless_durations_is_answered(browser, measure):
    for key, days in enumerate(("2026-02-01", "2026-03-01")):
        record(str(key), severity="high", identified_at="2026-01-01", mitigated_at=days)
    answer = browser.get("/metrics.json", {"metric": measure})
    assert answer.status_code in {200, 400, 422}
    json.loads(answer.content, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_a_number_without_end_never_becomes_a_statement(value):
    with pytest.raises(Refused, match="too large"):
        number(value)


HARD = ("vid", "VID", "c0", "rank", "n", "identified ", "Severity.", 'a"b', "attr_1")


def test_files_hold_every_attribute_whatever_it_is_called(browser):
    for name in HARD:
        attribute(name, "text")
    record("b", identified_at="2026-01-01", attributes=dict.fromkeys(HARD, "second"))
    record("a", identified_at="2026-01-02", attributes=dict.fromkeys(HARD, "first"))
    answer = browser.get("/vulnerabilities.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["id"], *(row[name] for name in HARD)) for row in rows] == [
        ("a", *["first"] * len(HARD)),
        ("b", *["second"] * len(HARD)),
    ]
    document = json.loads(b"".join(browser.get("/vulnerabilities.json").streaming_content))
    assert [row["vid"] for row in document["rows"]] == ["first", "second"]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_file_that_cannot_be_made_is_refused_before_its_first_line(browser, kind, monkeypatch):
    def unreadable(*_):
        raise Refused("the rows cannot be read")

    record("a")
    monkeypatch.setattr(listing, "_shown", unreadable)
    assert browser.get(f"/vulnerabilities.{kind}").status_code == 400


def test_the_preview_says_that_there_would_be_too_many_attributes(browser):
    Attribute.objects.bulk_create(Attribute(name=f"a{n}", type="text") for n in range(499))
    file = SimpleUploadedFile("a.csv", b"id,one,two\n1,x,y\n")
    address = browser.post("/imports/new", {"file": file})["Location"]
    assert b"at most 500 are kept" in browser.get(address).content
