"""Dates that tools write where they know none: read as no date, and told."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.sources.scans.flagged import MONDAY, Flag, report, scan, status

from throughline.engine.refusals import Refused
from throughline.sources.actions import import_file
from throughline.sources.formats.registry import reports
from throughline.sources.models import Import
from throughline.sources.rows import BadRows
from throughline.sources.scans.dry import dry_run
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.models import Vulnerability

pytestmark = pytest.mark.django_db

PAY, MAIL = Flag(), Flag(file="src/mail.py", rule="B105")
ZERO = datetime(1970, 1, 1, tzinfo=UTC)


def put_in(content, *, now=MONDAY, name="bandit.json", **wish):
    return import_file(io.BytesIO(content), name=name, wish=Wish(**wish), actor="tests", now=now)


@pytest.mark.parametrize("made", [ZERO, datetime(1980, 1, 1, tzinfo=UTC)])
def test_a_report_of_a_day_without_scanners_counts_as_made_when_it_came_in(made):
    result = put_in(report(PAY, at=made))
    assert f"says that it was made on {made:%Y-%m-%d}, which is no day of a scan" in result.notices[0]
    found = Vulnerability.objects.get()
    assert (found.identified_at, found.identified_basis) == (MONDAY, "inferred")
    assert Import.objects.get().scanned_at == MONDAY


def test_complete_scans_without_a_believable_day_are_in_the_order_in_which_they_came():
    put_in(report(PAY, MAIL, at=ZERO), full=True)
    for week in (1, 2):
        put_in(report(MAIL, at=ZERO), now=MONDAY + timedelta(weeks=week), full=True)
    assert status("src/pay.py") == ("2026-11-09", "presumed")


def test_a_dry_run_says_that_a_day_is_not_believed():
    stream = io.BytesIO(report(PAY, at=ZERO))
    told = dry_run(stream, name="bandit.json", format=reports()["bandit"], wish=Wish())
    assert "1970-01-01" in told["notices"][0]
    assert (told["scanned_at"], told["findings"][0]["identified"]) == (None, None)


def generic(**said):
    finding = {"title": "Names can be read", "severity": "High", "description": "d", **said}
    return json.dumps({"findings": [finding]}).encode()


def test_a_finding_that_was_found_in_1970_was_found_by_the_scan():
    result = put_in(generic(date="1970-01-01"), name="generic.json", format="defectdojo")
    assert Vulnerability.objects.get().identified_at == MONDAY
    assert "1 finding names a day before 1990" in result.notices[0]


def test_what_is_repaired_without_a_day_is_repaired_by_the_scan_at_the_latest():
    said = generic(active=False, is_mitigated=True, mitigated="1970-01-01T00:00:00Z", date="2026-10-01")
    put_in(said, name="generic.json", format="defectdojo")
    assert Vulnerability.objects.get().mitigated_at == MONDAY


def test_a_row_of_1970_says_nothing_about_when_and_is_named():
    rows = b"id,title,severity,identified\nA,One,high,1970-01-01\nB,Two,high,2026-01-02\n"
    result = put_in(rows, name="register.csv")
    assert Vulnerability.objects.get(key="A").identified_at is None
    assert any("1 row has 1970-01-01 as a date (line 2)" in notice for notice in result.notices)


def test_a_row_that_is_closed_in_1970_does_not_say_when_it_was_closed():
    rows = b"id,title,state,identified,mitigated\nA,One,closed,2026-01-02,1970-01-01\n"
    with pytest.raises(BadRows, match="would count as open without a date"):
        put_in(rows, name="register.csv")


def test_a_file_is_not_known_as_of_the_zero_of_unix():
    with pytest.raises(Refused, match="where they know no date"):
        scan(PAY, as_of="1970-01-01")
