"""What a register keeps and a scanner sees too: the register says what it is and when it was repaired."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.sources.scans.flagged import MONDAY, Flag, scan

from throughline.sources.actions import import_file
from throughline.sources.scans.joining import merge
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
    assert list(differences()) == []


@pytest.fixture
def ada(django_user_model):
    return django_user_model.objects.create_user("ada@example.org", "Ada", role="manager")


def listed(*, week, identified="2026-10-20", mitigated=""):
    head, title = "id,title,severity,identified,mitigated", "Somebody can read all names"
    row = f"{head}\nT-1,{title},critical,{identified},{mitigated}\n"
    wish, now = Wish(source="register"), MONDAY + timedelta(weeks=week)
    import_file(io.BytesIO(row.encode()), name="register.csv", wish=wish, actor="tests", now=now)


def ticket():
    return Vulnerability.objects.get(key="T-1")


def seen_by_both(ada, **said):
    listed(week=0, **said)
    scan(PAY, MAIL, week=1)
    seen = Vulnerability.objects.get(file="src/pay.py")
    merge(ada, keep=ticket().pk, gone=seen.pk, why="by hand", now=MONDAY + timedelta(weeks=1, hours=1))


def test_a_scanner_words_no_record_of_a_register(ada):
    seen_by_both(ada)
    scan(replace(PAY, text="Other words"), MAIL, week=2)
    assert (ticket().title, ticket().severity) == ("Somebody can read all names", 4)


def test_a_scanner_opens_nothing_that_its_register_says_is_repaired(ada):
    seen_by_both(ada)
    listed(week=3, mitigated="2026-11-17")
    scan(replace(PAY, text="Other words"), MAIL, week=4)
    assert (f"{ticket().mitigated_at:%Y-%m-%d}", ticket().mitigated_basis) == ("2026-11-17", "reported")


def test_the_silence_of_a_scanner_closes_nothing_that_a_register_keeps_open(ada):
    seen_by_both(ada)
    for week in (2, 3):
        scan(MAIL, week=week)
    assert ticket().mitigated_at is None


def test_a_record_of_a_register_is_known_since_the_scanner_saw_it_whatever_the_register_says_later(ada):
    seen_by_both(ada, identified="2026-11-20")
    assert f"{ticket().identified_at:%Y-%m-%d}" == "2026-11-09"
    listed(week=5, identified="2026-11-20", mitigated="2026-11-30")
    assert f"{ticket().identified_at:%Y-%m-%d}" == "2026-11-09"
