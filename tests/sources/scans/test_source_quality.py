"""How good a source is: what it found, how much of it was real, and what only paid reports found."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from tests.sources.scans.flagged import MONDAY, Flag, scan

from throughline.accounts.access import EVERYTHING, Scope
from throughline.sources.actions import import_file
from throughline.sources.quality import paid_classes, qualities
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.actions import triage
from throughline.vulnerabilities.models import Vulnerability

REGISTER = (
    "id,title,source,cwe,award,state\n"
    "1,a,Bug bounty,CWE-79,500,confirmed\n"
    "2,b,Bug bounty,CWE-89,900,confirmed\n"
    "3,c,SAST,CWE-79,,confirmed\n"
    "4,d,Bug bounty,CWE-22,,false positive\n"
)


@pytest.fixture
def register(db):
    import_file(io.BytesIO(REGISTER.encode()), name="register.csv", wish=Wish(), actor="tests", now=MONDAY)


@pytest.fixture
def ada(organisation):
    return organisation.ada


def test_precision_is_what_was_real_of_what_was_decided(ada):
    scan(*(Flag(file=f"src/{n}.py") for n in range(4)))
    first, second, third, _ = Vulnerability.objects.order_by("id").values_list("pk", flat=True)
    triage(ada, [first], "confirmed", now=MONDAY)
    triage(ada, [second], "false positive", reason="a test", now=MONDAY)
    triage(ada, [third], "duplicate", reason="seen before", now=MONDAY)
    [found] = qualities(EVERYTHING)
    assert (found.found, found.waiting, found.real, found.wrong) == (4, 1, 1, 1)
    assert found.precision[0] == 0.5
    assert found.precision[1] < 0.1 < 0.9 < found.precision[2]


def test_a_source_whose_findings_nobody_decided_has_no_precision(db):
    scan(Flag())
    assert qualities(EVERYTHING)[0].precision is None


def test_the_re_key_rate_stands_beside_each_source(db):
    scan(Flag())
    scan(replace(Flag(), file="lib/pay.py"), week=1)
    assert qualities(EVERYTHING)[0].rekeys.percent == "100 %"


def test_paid_classes_that_nothing_of_ours_found_come_first(register):
    assert [(each.cwe, each.paid, each.own) for each in paid_classes(EVERYTHING)] == [
        ("CWE-89", 1, 0),
        ("CWE-79", 1, 1),
    ]


def test_somebody_sees_the_sources_of_their_teams_only(register):
    assert qualities(Scope(teams=frozenset(["Payments"]))) == []


def test_the_page_says_what_is_paid_for_and_not_found(register, organisation, browser_of):
    seen = browser_of(organisation.ada).get("/sources/").content.decode()
    assert "Of 2 weakness classes that an award was paid for, our own tools found 1 (50&nbsp;%)." in seen
    assert "register" in seen
