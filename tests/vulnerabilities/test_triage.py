"""Decisions about records, and the history that people read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404
from tests.organisation import NOW
from tests.sources.files import stream

from throughline.engine.refusals import Refused
from throughline.jobs.models import Job
from throughline.sources.actions import import_file
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.access import visible, vulnerability_for
from throughline.vulnerabilities.actions import triage, undo
from throughline.vulnerabilities.bulk import unlike_their_history
from throughline.vulnerabilities.models import Vulnerability
from throughline.vulnerabilities.queries import history

LATER = NOW + timedelta(days=1)


@pytest.fixture
def records(organisation):
    text = "id,state,team\nA,potential,Payments\nB,confirmed,Search\nC,potential,Payments\n"
    import_file(stream(text), name="scan.csv", wish=Wish(), actor="command line", now=NOW)
    return {record.key: record for record in Vulnerability.objects.all()}


def import_again(text, *, now):
    import_file(stream(text), name="scan.csv", wish=Wish(), actor="command line", now=now)


def fresh(record):
    record.refresh_from_db()
    return record


def test_a_decision_sets_state_time_and_reason(organisation, records):
    assert triage(organisation.mia, [records["A"].pk], "false positive", reason="a test file", now=LATER) == 1
    record = fresh(records["A"])
    assert (record.state, record.state_reason) == ("false positive", "a test file")
    assert (record.triaged_at, record.triaged_basis) == (LATER, "manual")
    assert list(unlike_their_history()) == []


def test_several_are_decided_at_once_and_only_those_that_change_count(organisation, records):
    both = [records["A"].pk, records["C"].pk]
    assert triage(organisation.mia, both, "confirmed", now=LATER) == 2
    assert triage(organisation.mia, both, "confirmed", now=LATER + timedelta(hours=1)) == 0


def test_an_accepted_risk_has_a_reason_and_may_have_an_end(organisation, records):
    until = LATER + timedelta(days=90)
    with pytest.raises(Refused, match="Say why"):
        triage(organisation.mia, [records["A"].pk], "accepted", now=LATER)
    with pytest.raises(Refused, match="in the future"):
        triage(organisation.mia, [records["A"].pk], "accepted", reason="x", until=NOW, now=LATER)
    triage(organisation.mia, [records["A"].pk], "accepted", reason="isolated network", until=until, now=LATER)
    record = fresh(records["A"])
    assert (record.accepted_at, record.accepted_until) == (LATER, until)


def test_a_decision_can_be_taken_back(organisation, records):
    triage(organisation.mia, [records["A"].pk], "confirmed", now=LATER)
    triage(organisation.mia, [records["A"].pk], "accepted", reason="x", now=LATER + timedelta(hours=1))
    undo(organisation.mia, [records["A"].pk], now=LATER + timedelta(hours=2))
    record = fresh(records["A"])
    assert (record.state, record.state_reason, record.accepted_at) == ("confirmed", "", None)
    assert "state" in record.pinned
    undo(organisation.mia, [records["A"].pk], now=LATER + timedelta(hours=3))
    record = fresh(records["A"])
    assert (record.state, record.triaged_at, record.pinned) == ("potential", None, [])
    with pytest.raises(Refused, match="no decision to take back"):
        undo(organisation.mia, [record.pk], now=LATER + timedelta(hours=4))
    assert list(unlike_their_history()) == []


def test_what_the_source_said_meanwhile_is_heard_once_a_decision_is_taken_back(organisation, records):
    said = "id,state,team\nA,duplicate,Payments\n"
    triage(organisation.mia, [records["A"].pk], "confirmed", now=LATER)
    import_again(said, now=LATER + timedelta(hours=1))
    assert fresh(records["A"]).state == "confirmed"
    undo(organisation.mia, [records["A"].pk], now=LATER + timedelta(hours=2))
    import_again(said, now=LATER + timedelta(hours=3))
    assert fresh(records["A"]).state == "duplicate"
    assert list(unlike_their_history()) == []


def test_decisions_have_key_results_measured_anew(organisation, records):
    triage(organisation.mia, [records["A"].pk], "confirmed", now=LATER)
    assert Job.objects.filter(kind="measure key results").count() == 1
    Job.objects.all().delete()
    undo(organisation.mia, [records["A"].pk], now=LATER + timedelta(hours=1))
    assert Job.objects.filter(kind="measure key results").count() == 1


def test_an_unknown_state_is_refused_with_the_nearest(organisation, records):
    with pytest.raises(Refused, match="did you mean confirmed"):
        triage(organisation.mia, [records["A"].pk], "confirmd", now=LATER)


def test_people_see_and_decide_in_the_slice_of_their_teams(organisation, records):
    assert {record.key for record in visible(organisation.vera)} == {"A", "C"}
    assert {record.key for record in visible(organisation.max)} == {"A", "B", "C"}
    for person, key in [(organisation.vera, "A"), (organisation.mia, "B")]:
        with pytest.raises(Http404):
            triage(person, [records[key].pk], "confirmed", now=LATER)
    with pytest.raises(Http404):
        vulnerability_for(organisation.omar, records["A"].pk)


def test_history_reads_as_lines_newest_first(organisation, records):
    triage(organisation.mia, [records["A"].pk], "false positive", reason="a test file", now=LATER)
    newest, oldest = history(records["A"])
    assert (newest.who, newest.what) == ("Mia", "triaged")
    assert ("state", "potential", "false positive") in [(c.field, c.old, c.new) for c in newest.changes]
    assert (oldest.who, oldest.what, oldest.file) == ("command line", "first seen", "scan.csv")
