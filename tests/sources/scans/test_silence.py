"""Which silence proves something: of scans that are whole, complete, later, and know what they looked at."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from tests.sources.scans.flagged import MONDAY, Flag, report, scan, status

from throughline.sources.actions import import_file
from throughline.sources.scans.joining import merge, undo
from throughline.sources.scans.proof import differences
from throughline.sources.wishes import Wish
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.models import Vulnerability

pytestmark = pytest.mark.django_db

PAY, MAIL = Flag(), Flag(file="src/mail.py", rule="B105")


@pytest.fixture(autouse=True)
def every_row_follows_from_its_history():
    yield
    assert list(bulk.unlike_their_history()) == []


def test_a_report_with_records_left_out_is_silent_about_nothing():
    scan(PAY, MAIL)
    for week in (1, 2):
        now = MONDAY + timedelta(weeks=week)
        document = json.loads(report(PAY, MAIL, at=now))
        document["results"][0]["filename"] = {"not": "a name"}
        wish = Wish(full=True, skip_invalid=True)
        content = io.BytesIO(json.dumps(document).encode())
        result = import_file(content, name="bandit.json", wish=wish, actor="tests", now=now)
        assert result.counts["missed"] == result.counts["vanished"] == 0
    assert "left out" in result.notices[0]


def sarif(*files, succeeded=True, week=0):
    results = [
        {
            "ruleId": "R1",
            "message": {"text": "A finding"},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": file}}}],
        }
        for file in files
    ]
    end = f"{MONDAY + timedelta(weeks=week):%Y-%m-%dT%H:%M:%SZ}"
    run = {
        "tool": {"driver": {"name": "Checker", "rules": [{"id": "R1"}]}},
        "invocations": [{"executionSuccessful": succeeded, "endTimeUtc": end}],
        "results": results,
    }
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


def test_a_scan_that_broke_off_is_silent_about_nothing():
    def put_in(content, week):
        now = MONDAY + timedelta(weeks=week)
        return import_file(io.BytesIO(content), name="a.sarif", wish=Wish(full=True), actor="tests", now=now)

    put_in(sarif("a.py", "b.py"), 0)
    for week in (1, 2):
        result = put_in(sarif("a.py", succeeded=False, week=week), week)
        assert result.counts["missed"] == result.counts["vanished"] == 0
        assert "broke off" in result.notices[0]


def test_what_its_tool_no_longer_rules_out_waits_for_triage_again():
    put = {"ruleId": "R1", "message": {"text": "A finding"}}
    put["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": "a.py"}}}]
    ruled = {**put, "suppressions": [{"kind": "external", "status": "accepted", "justification": "a test"}]}
    found = []
    for week, result in enumerate((ruled, put)):
        import_results(result, week=week)
        found.append(Vulnerability.objects.values_list("state", "state_reason", "accepted_at").get())
    assert (found[0][0], found[1]) == ("accepted", ("potential", "", None))


def import_results(*results, week):
    at = MONDAY + timedelta(weeks=week)
    run = {"tool": {"driver": {"name": "Checker"}}, "results": list(results)}
    content = io.BytesIO(json.dumps({"version": "2.1.0", "runs": [run]}).encode())
    import_file(content, name="checker.sarif", wish=Wish(full=True), actor="tests", now=at)


def test_a_scan_of_the_whole_is_silent_about_what_a_scan_of_a_part_saw():
    scan(PAY, scope="shop/pay")
    for week in (1, 2):
        scan(MAIL, week=week, scope="shop")
    assert status("src/pay.py") == ("2026-11-09", "presumed")


def test_a_scan_says_nothing_of_what_was_found_after_it_was_made():
    scan(PAY, week=1, scope="shop/pay")
    content, now = io.BytesIO(report(MAIL)), MONDAY + timedelta(weeks=2)
    result = import_file(content, name="b.json", wish=Wish(full=True, scope="shop"), actor="tests", now=now)
    assert result.counts["missed"] == 0


def put_log(*runs, week):
    log = {"version": "2.1.0", "runs": runs, "properties": {"week": week}}
    at, wish = MONDAY + timedelta(weeks=week), Wish(full=True, source="build")
    import_file(io.BytesIO(json.dumps(log).encode()), name="log.sarif", wish=wish, actor="tests", now=at)


def run_of(tool, *files):
    results = [
        {
            "ruleId": "R1",
            "message": {"text": "A finding"},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": file}}}],
        }
        for file in files
    ]
    return {"tool": {"driver": {"name": tool}}, "results": results}


def test_a_tool_that_joins_the_log_of_another_takes_nothing_from_what_its_silence_proves():
    put_log(run_of("Checker", "a.py", "b.py"), week=0)
    for week in (1, 2):
        put_log(run_of("Checker", "b.py"), run_of("Other", "c.py"), week=week)
    assert status("a.py") == ("2026-11-09", "presumed")


def test_a_tool_that_was_renamed_proves_something_of_what_it_saw_under_its_new_name():
    put_log(run_of("Checker", "a.py", "b.py"), week=0)
    put_log(run_of("Checker Pro", "a.py", "b.py"), week=1)
    for week in (2, 3):
        put_log(run_of("Checker Pro", "b.py"), week=week)
    assert status("a.py") == ("2026-11-16", "presumed")


def test_a_log_that_another_tool_joined_stays_a_report_of_the_source_that_is_known():
    def put_in(content, week):
        now = MONDAY + timedelta(weeks=week)
        return import_file(
            io.BytesIO(content), name="a.sarif", wish=Wish(full=True), actor="tests", now=now
        ).counts

    put_in(sarif("a.py"), 0)
    both = json.loads(sarif("a.py", week=1))
    second = json.loads(sarif("b.py", week=1))["runs"][0]
    second["tool"]["driver"]["name"] = "Another"
    both["runs"].append(second)
    counts = put_in(json.dumps(both).encode(), 1)
    assert (counts["created"], counts["read"]) == (1, 2)
    assert Vulnerability.objects.count() == 2


def test_a_report_without_a_date_that_is_the_same_a_day_later_is_another_scan():
    def put_in(content, hours):
        now = MONDAY + timedelta(hours=hours)
        return import_file(
            io.BytesIO(content), name="a.sarif", wish=Wish(full=True), actor="tests", now=now
        ).counts

    def undated(*files):
        document = json.loads(sarif(*files))
        document["runs"][0].pop("invocations")
        return json.dumps(document).encode()

    put_in(undated("a.py", "b.py"), 0)
    assert put_in(undated("a.py"), 24)["missed"] == 1
    assert put_in(undated("a.py"), 25)["vanished"] == 0
    assert put_in(undated("a.py"), 48)["vanished"] == 1


def test_what_was_seen_before_a_scope_was_named_is_judged_where_it_is_seen_again():
    scan(PAY, MAIL)
    scan(PAY, MAIL, week=1, scope="shop")
    for week in (2, 3):
        scan(MAIL, week=week, scope="shop")
    assert status("src/pay.py") == ("2026-11-16", "presumed")
    assert set(Vulnerability.objects.values_list("feed__scope", flat=True)) == {"shop"}
    assert scan(PAY, MAIL, week=4, scope="shop") == {"unchanged": 1, "updated": 1}


def test_what_was_seen_before_a_scope_was_named_and_not_under_it_is_closed_by_no_scan_of_it():
    scan(PAY, MAIL)
    for week in (1, 2, 3):
        assert scan(MAIL, week=week, scope="shop")["unchanged"] == 1
    assert status("src/pay.py") == ("", "")
    assert Vulnerability.objects.get(file="src/pay.py").feed.scope == ""


def test_a_merge_of_what_took_a_scope_since_is_taken_back_whole(django_user_model):
    ada = django_user_model.objects.create_user("ada@example.org", "Ada", role="manager")
    scan(PAY, MAIL)
    kept, gone = (Vulnerability.objects.get(file=file) for file in ("src/pay.py", "src/mail.py"))
    [joined] = merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=MONDAY)
    scan(PAY, MAIL, week=1, scope="shop")
    undo(ada, joined.pk, now=MONDAY + timedelta(weeks=1, days=1))
    for week in (2, 3):
        scan(PAY, week=week, scope="shop")
    assert status("src/mail.py") == ("2026-11-16", "presumed")
    assert list(differences()) == []


def test_the_scope_that_a_finding_took_is_seen_by_the_next_question():
    from throughline.accounts.access import EVERYTHING
    from throughline.engine.definitions import Definition
    from throughline.measures.queries import evaluate

    def counted():
        asked, now = Definition(measure="count()", where="scope = 'shop'"), MONDAY + timedelta(weeks=2)
        return evaluate(asked, scope=EVERYTHING, now=now).value

    scan(PAY, state="confirmed")
    assert counted() == 0
    scan(PAY, week=1, scope="shop")
    assert counted() == 1


def put_late(*flags, made, now, **wish):
    """A report that comes in when later ones are in already."""
    content = io.BytesIO(report(*flags, at=MONDAY + timedelta(weeks=made)))
    at = MONDAY + timedelta(weeks=now, hours=1)
    return import_file(content, name="late.json", wish=Wish(**wish), actor="tests", now=at)


def test_an_older_partial_report_takes_back_no_miss():
    scan(PAY, MAIL)
    scan(MAIL, week=2)
    result = put_late(PAY, MAIL, made=1, now=2)
    assert "older news" in result.notices[0]
    assert scan(MAIL, week=3) == {"unchanged": 1, "vanished": 1}
    assert status("src/pay.py") == ("2026-11-16", "presumed")


def test_an_older_partial_report_opens_nothing_that_is_presumed_mitigated():
    scan(PAY, MAIL)
    for week in (2, 3):
        scan(MAIL, week=week)
    put_late(PAY, MAIL, made=1, now=3)
    assert status("src/pay.py") == ("2026-11-16", "presumed")


def test_an_older_report_still_tells_since_when_a_thing_was_known():
    scan(PAY, MAIL, week=1)
    for week in (2, 3):
        scan(MAIL, week=week)
    put_late(PAY, made=0, now=3)
    assert Vulnerability.objects.get(file="src/pay.py").identified_at == MONDAY
    assert list(differences()) == []


def test_a_partial_report_made_after_the_scan_that_missed_it_opens_it_again():
    scan(PAY, MAIL)
    for week in (1, 2):
        scan(MAIL, week=week)
    put_late(PAY, made=3, now=3)
    assert status("src/pay.py") == ("", "")
