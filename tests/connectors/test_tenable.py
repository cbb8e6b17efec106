"""Tenable: an export that is waited for, chunks that come late, fixed ones too."""

from __future__ import annotations

import pytest
from tests.connectors.fakes import tenable
from tests.connectors.fakes.tool import Answered
from tests.connectors.scanners import before, connected, synced, told

pytestmark = pytest.mark.django_db
KEYS = {"access_key": "robot", "secret_key": ""}


@pytest.fixture
def fake(listed):
    found = tenable.Tenable()
    found.vulnerabilities = [
        tenable.vulnerability(1, before(400)),
        tenable.vulnerability(2, before(2), state="FIXED", last_fixed="2026-02-01T00:00:00.000Z"),
        tenable.vulnerability(3, before(3), severity_modification_type="ACCEPTED"),
        tenable.vulnerability(4, before(4), severity="info"),
    ]
    return found


@pytest.fixture
def connector(fake):
    with connected("tenable", fake, {}, KEYS) as found:
        yield found


def test_fixed_ones_and_those_of_more_than_a_month_ago_come_too(fake, connector, waiting):
    from throughline.vulnerabilities.models import Vulnerability

    assert told(synced(connector, waiting)) == {"created": 3}
    fixed = Vulnerability.objects.get(endpoint="10.0.0.2:443")
    assert f"{fixed.mitigated_at:%Y-%m-%d}" == "2026-02-01"
    assert Vulnerability.objects.get(endpoint="10.0.0.3:443").state == "accepted"
    begun = next(each.body for each in fake.asked if each.method == "POST")
    assert begun["filters"]["state"] == ["OPEN", "REOPENED", "FIXED"]


def test_a_chunk_that_is_named_before_it_is_there_is_asked_for_again(fake, connector, waiting):
    fake.late = {1: 2}
    assert told(synced(connector, waiting)) == {"created": 3}


def test_an_interrupted_export_is_gone_on_with_and_one_that_ended_is_begun_again(fake, connector, waiting):
    # The last chunk has come when the first one is asked for.
    fake.instead = {5: Answered({"error": "gone for lunch"}, 500)}
    assert synced(connector, waiting).fetched == 1
    done = synced(connector, waiting)
    assert (told(done), len(fake.exports)) == ({"created": 3}, 1)
    fake.instead = {len(fake.asked) + 3: Answered({"error": "gone for lunch"}, 500)}
    assert synced(connector, waiting, hours=1).outcome == "failed"
    fake.exports.clear()
    assert synced(connector, waiting, hours=1).outcome == "done"
    assert [each.method for each in fake.asked].count("POST") == 3


def test_an_export_that_fails_is_said(fake, connector, waiting):
    fake.ends = "ERROR"
    failed = synced(connector, waiting)
    assert (failed.outcome, failed.said) == ("failed", "127.0.0.1 gave up the export (error): sync again.")


def test_what_was_rated_lower_is_not_taken_for_gone(fake, connector, waiting):
    synced(connector, waiting)
    fake.vulnerabilities[0]["severity"] = "info"
    assert told(synced(connector, waiting, hours=8 * 24)) == {"unchanged": 2}
