"""What one scan after another does to the record: identity, silence, and the clock."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.sources.scans.flagged import MONDAY, Flag, report, scan, status

from throughline.engine.refusals import Refused
from throughline.sources.actions import import_file
from throughline.sources.models import Finding, Import, Rekey
from throughline.sources.wishes import Wish
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.models import Event, Vulnerability

pytestmark = pytest.mark.django_db

PAY, MAIL, LOGIN = Flag(), Flag(file="src/mail.py", rule="B105"), Flag(file="src/login.py", rule="B303")


@pytest.fixture(autouse=True)
def every_row_follows_from_its_history():
    yield
    assert list(bulk.unlike_their_history()) == []


def test_a_finding_becomes_a_potential_vulnerability_identified_when_the_scan_was_made():
    assert scan(PAY) == {"created": 1}
    found = Vulnerability.objects.get()
    assert (found.state, found.source, found.rule, found.severity) == ("potential", "Bandit", "B608", 3)
    assert (found.identified_at, found.identified_basis) == (MONDAY, "reported")


def test_lines_severities_and_wording_may_change_without_opening_or_closing_anything():
    scan(PAY, MAIL)
    moved = [
        replace(flag, line=flag.line + 40, severity="LOW", text=f"Reworded: {flag.text}")
        for flag in (MAIL, PAY)
    ]
    assert scan(*moved, week=1) == {"updated": 2}
    assert Vulnerability.objects.count() == 2
    assert set(Vulnerability.objects.values_list("line", "mitigated_at")) == {(50, None)}


def test_the_same_report_again_changes_nothing():
    scan(PAY, MAIL)
    events = Event.objects.count()
    assert scan(PAY, MAIL, week=1) == {"unchanged": 2}
    assert Event.objects.count() == events


def test_one_silent_scan_closes_nothing():
    scan(PAY, MAIL)
    assert scan(MAIL, week=1) == {"unchanged": 1, "missed": 1}
    assert status("src/pay.py") == ("", "")


def test_two_silent_scans_presume_it_mitigated_at_the_first_that_missed_it():
    scan(PAY, MAIL)
    scan(MAIL, week=1)
    assert scan(MAIL, week=2) == {"unchanged": 1, "vanished": 1}
    assert status("src/pay.py") == ("2026-11-09", "presumed")
    assert Event.objects.latest("id").action == "presumed mitigated"


def test_silence_about_a_finding_of_a_service_is_kept_where_the_report_says_nothing_new():
    scan(PAY, MAIL, service="shop")
    scan(MAIL, week=1)
    assert scan(MAIL, week=2) == {"unchanged": 1, "vanished": 1}
    assert Vulnerability.objects.get(file="src/pay.py").service.name == "shop"


def test_the_same_silence_counts_once():
    scan(PAY, MAIL)
    scan(MAIL, week=1)
    assert scan(MAIL, week=1) == {"unchanged": 1}
    assert status("src/pay.py") == ("", "")


def test_a_partial_report_is_silent_about_nothing():
    scan(PAY, MAIL)
    for week in (1, 2, 3):
        assert scan(MAIL, week=week, full=False) == {"unchanged": 1}
    assert status("src/pay.py") == ("", "")


def test_what_comes_back_is_open_again_and_remembers_when_it_was_first_known():
    scan(PAY, MAIL)
    scan(MAIL, week=1)
    scan(MAIL, week=2)
    assert scan(PAY, MAIL, week=3) == {"unchanged": 1, "updated": 1}
    found = Vulnerability.objects.get(file="src/pay.py")
    assert (found.mitigated_at, found.identified_at) == (None, MONDAY)
    assert Event.objects.latest("id").action == "reopened"


def test_a_scan_that_missed_it_once_and_sees_it_again_starts_counting_anew():
    scan(PAY, MAIL)
    scan(MAIL, week=1)
    scan(PAY, MAIL, week=2)
    assert scan(MAIL, week=3) == {"unchanged": 1, "missed": 1}
    assert status("src/pay.py") == ("", "")


def test_a_narrower_scope_closes_nothing_outside_of_it():
    scan(PAY, MAIL, scope="shop")
    for week in (1, 2, 3):
        assert scan(MAIL, week=week, scope="shop/mail") == {"unchanged": 1}
    assert status("src/pay.py") == ("", "")


def test_what_reports_say_nothing_of_is_not_one_thing_where_it_is_of_two_services():
    scan(PAY, service="shop")
    with pytest.raises(Refused, match="say what they looked at are about 'shop'"):
        scan(PAY, week=1, service="bank")
    assert scan(PAY, week=1, service="bank", scope="bank") == {"created": 1}
    assert scan(PAY, MAIL, week=2, service="shop") == {"created": 1, "unchanged": 1}


def test_two_scopes_that_do_not_nest_keep_their_findings_apart():
    scan(PAY, scope="shop")
    assert scan(PAY, week=1, scope="shopping") == {"created": 1}


def test_another_source_of_the_same_tool_keeps_its_own():
    scan(PAY)
    assert scan(PAY, week=1, source="nightly") == {"created": 1}


def test_flags_of_one_rule_in_one_file_are_told_apart_by_their_code():
    first, second = Flag(code="a = 1", line=5), Flag(code="b = 2", line=9)
    scan(first, second)
    scan(replace(second, line=4), week=1)
    scan(replace(second, line=4), week=2)
    assert list(Vulnerability.objects.filter(mitigated_at=None).values_list("line", flat=True)) == [4]


def test_flags_alike_in_everything_but_their_line_stay_as_many_as_they_are():
    scan(*(Flag(line=line) for line in (5, 9, 13)))
    assert scan(*(Flag(line=line + 1) for line in (5, 9, 13)), week=1) == {"updated": 3}


def test_a_renamed_file_is_suspected_to_be_the_same_finding():
    scan(PAY, MAIL)
    assert scan(replace(PAY, file="lib/pay.py"), MAIL, week=1) == {"created": 1, "unchanged": 1, "missed": 1}
    suspected = Rekey.objects.get()
    assert suspected.why == "the same check in a file of the same name"
    assert suspected.before.vulnerability.file == "src/pay.py"
    assert suspected.after.vulnerability.file == "lib/pay.py"


def test_a_renamed_check_is_suspected_to_be_the_same_finding():
    scan(PAY, MAIL)
    scan(replace(PAY, rule="S608"), MAIL, week=1)
    suspected = Rekey.objects.get()
    assert suspected.why == "the same title in the same file"
    assert (suspected.before.rule, suspected.after.rule) == ("B608", "S608")


def test_a_decision_of_a_person_outlives_every_later_report(django_user_model):
    from throughline.vulnerabilities.actions import triage

    scan(PAY)
    ada = django_user_model.objects.create_user("ada@example.org", "Ada", role="manager")
    found = Vulnerability.objects.get()
    triage(ada, [found.pk], "false positive", reason="a constant", now=MONDAY)
    scan(replace(PAY, severity="LOW"), week=1)
    found.refresh_from_db()
    assert (found.state, found.severity) == ("false positive", 1)


def test_a_report_older_than_the_last_is_refused_with_the_way_out():
    scan(PAY, week=2)
    with pytest.raises(Refused, match="in the order of their dates"):
        scan(PAY, week=1)


def test_a_complete_scan_older_than_the_last_one_is_refused_however_late_it_comes_in():
    import io

    from throughline.sources.actions import import_file
    from throughline.sources.wishes import Wish

    scan(PAY, MAIL)
    for week in (1, 2):
        scan(MAIL, week=week)
    content = io.BytesIO(report(PAY, MAIL))
    with pytest.raises(Refused, match="was made before the last complete one"):
        import_file(content, name="old.json", wish=Wish(full=True), actor="tests", now=MONDAY.replace(day=30))
    assert status("src/pay.py") == ("2026-11-09", "presumed")


def test_a_column_mapping_for_a_report_is_refused():
    with pytest.raises(Refused, match="names its own fields"):
        scan(PAY, maps={"severity": "issue_severity"})


def test_an_unreadable_record_stores_nothing_unless_it_may_be_skipped():
    import io
    import json

    from throughline.sources.actions import import_file
    from throughline.sources.rows import BadRows
    from throughline.sources.wishes import Wish

    document = json.loads(report(PAY, MAIL))
    document["results"][1]["filename"] = {"not": "a name"}
    content = json.dumps(document).encode()

    def put_in(**wish):
        return import_file(
            io.BytesIO(content), name="bandit.json", wish=Wish(**wish), actor="tests", now=MONDAY
        )

    with pytest.raises(BadRows, match=r"bandit.json, result 2: filename: expected a text, found an object"):
        put_in()
    assert not Import.objects.exists()
    result = put_in(skip_invalid=True)
    assert (result.counts["created"], result.counts["skipped"]) == (1, 1)
    assert [each["line"] for each in result.document()["refused"]] == [2]


def test_a_service_said_once_is_remembered_for_the_source():
    scan(PAY, service="shop")
    scan(PAY, MAIL, week=1)
    assert set(Vulnerability.objects.values_list("service__name", flat=True)) == {"shop"}


def test_what_a_source_sees_is_kept_beside_the_vulnerability():
    scan(PAY)
    scan(MAIL, week=1)
    found = Finding.objects.get(vulnerability__file="src/pay.py")
    assert (found.misses, found.missed_at) == (1, MONDAY.replace(day=9))


def test_what_lists_only_changes_takes_no_finding_for_another_that_is_like_it():
    def alerts(*numbers: int, week: int, **wish):
        listed = [
            {
                "number": number,
                "state": "open",
                "rule": {"id": "js/xss", "description": "XSS"},
                "tool": {"name": "CodeQL"},
                "html_url": f"https://github.example/shop/api/security/code-scanning/{number}",
                "most_recent_instance": {"location": {"path": "a.js"}},
            }
            for number in numbers
        ]
        at = MONDAY + timedelta(weeks=week)
        stream = io.BytesIO(json.dumps(listed).encode())
        found = import_file(stream, name="alerts", wish=Wish(**wish), actor="tests", now=at)
        return {name: count for name, count in found.counts.items() if count and name != "read"}

    assert alerts(7, week=0) == {"created": 1}
    assert alerts(9, week=1, changes_only=True) == {"created": 1}
    assert alerts(7, 9, week=2, full=True) == {"unchanged": 2}
