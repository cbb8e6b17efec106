"""Figures for Prometheus: for whoever has the token, readable by its rules, bounded by the routes."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from tests.monitoring.exposition_reader import read
from tests.organisation import NOW

from throughline.engine.refusals import Refused
from throughline.jobs.models import Job
from throughline.monitoring.access import token_of
from throughline.monitoring.exposition import Family, Sample, written
from throughline.monitoring.requests import REQUESTS, Requests

TOKEN = "0123456789abcdef-token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def with_token():
    with override_settings(THROUGHLINE_METRICS_TOKEN=TOKEN):
        yield


def figures(browser: Client) -> dict:
    answer = browser.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return read(answer.text)


def value(found: dict, family: str, **labels: str) -> float:
    return found[family][family, frozenset(labels.items())]


def test_without_a_token_in_the_environment_there_is_nothing_whoever_asks(organisation, browser_of):
    for person in (None, organisation.ada):
        assert browser_of(person).get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}é"])
def test_without_the_right_token_it_is_asked_for(with_token, db, said):
    answer = Client().get("/metrics", headers={"Authorization": said} if said else {})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_person_who_types_the_address_comes_to_the_metrics_of_the_plan(db):
    assert Client().get("/metrics", headers={"Accept": "text/html,*/*"})["Location"] == "/metrics/"


def test_a_token_that_could_be_guessed_is_refused_before_the_server_starts():
    assert token_of("") == ""
    with pytest.raises(Refused, match="THROUGHLINE_METRICS_TOKEN: expected 16 characters or more, found 5"):
        token_of("short")


def test_a_scraper_understands_every_line(with_token, organisation, browser_of):
    browser = browser_of(organisation.ada)
    before = figures(browser)
    labels = {"route": "audit", "method": "GET", "status": "200"}
    asked = before["throughline_http_requests_total"].get(
        ("throughline_http_requests_total", frozenset(labels.items())), 0
    )
    browser.get("/audit/")
    Job.objects.create(kind="import", created_at=NOW)
    after = figures(browser)
    assert value(after, "throughline_http_requests_total", **labels) == asked + 1
    assert value(after, "throughline_jobs", state="waiting") == 1
    assert value(after, "throughline_job_queue_age_seconds") > 0
    assert value(after, "process_resident_memory_bytes") > 10e6
    assert value(after, "throughline_worker_up") == 0
    assert value(after, "throughline_sources_fresh", within="ever") == 0


def test_however_many_addresses_are_tried_there_are_no_more_series(with_token, organisation, browser_of):
    browser = browser_of(organisation.ada)
    browser.get("/people/1/")
    browser.get("/nothing/")
    before = len(REQUESTS.families()[0].samples)
    for number in range(2, 12):
        browser.get(f"/nothing/{number}/")
        browser.get(f"/people/{number}000/")
        browser.generic(f"ODD{number}", "/nothing/")
    assert len(REQUESTS.families()[0].samples) <= before + 3


def test_nothing_of_the_record_is_told(with_token, objects, organisation, browser_of):
    browser = browser_of(organisation.ada)
    browser.get("/vulnerabilities/?q=SQL")
    text = browser.get("/metrics", headers=BEARER).text
    for secret in ("SQL", "scanner", "checkout", "Payments", "critical", "Ada"):
        assert secret not in text


def test_a_duration_counts_in_the_bucket_of_its_bound():
    counted = Requests()
    for seconds in (0.025, 0.026, 99):
        counted.count("home", "GET", 200, seconds=seconds)
    found = read(written(counted.families()))["throughline_http_request_duration_seconds"]
    bucket = "throughline_http_request_duration_seconds_bucket"
    told = [
        found[bucket, frozenset({("route", "home"), ("le", le)})] for le in ("0.025", "0.05", "10.0", "+Inf")
    ]
    assert told == [1, 2, 2, 3]


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\nb", "ü"])
def test_any_text_may_be_a_label(text):
    found = read(written([Family("f", "gauge", "F\nof \\", [Sample(0.5, {"name": text})])]))
    [((_, labels), number)] = found["f"].items()
    [(_, escaped)] = labels
    assert escaped.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\") == text
    assert number == 0.5
