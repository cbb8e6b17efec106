"""What we pay strangers to tell us: weakness classes with an award, and whether our own tools find them."""

from __future__ import annotations

import pytest
from tests.measures.records import record
from tests.organisation import NOW

from throughline.accounts.access import EVERYTHING
from throughline.measures.queries import evaluate

pytestmark = pytest.mark.django_db


@pytest.fixture
def findings():
    said = [
        ("Bounty", "CWE-79", 500.0),
        ("Bounty", "CWE-89", 900.0),
        ("Bounty", "CWE-89", None),
        ("Bounty", None, 100.0),
        ("SAST", "CWE-79", None),
        ("SAST", "CWE-22", None),
    ]
    for number, (source, cwe, award) in enumerate(said):
        record(str(number), source=source, cwe=cwe, award=award, identified_at="2024-05-01")


def test_a_class_counts_once_and_a_source_that_is_paid_is_none_of_our_own(findings):
    found = evaluate("paid_classes_found", scope=EVERYTHING, now=NOW)
    assert (found.rows[0].value, found.rows[0].n, found.unit) == (0.5, 2, "share")
    assert 0 < found.rows[0].low < 0.5 < found.rows[0].high < 1


def test_where_nothing_was_paid_for_there_is_no_share(findings):
    found = evaluate("paid_classes_found()", scope=EVERYTHING, now=NOW, by=("source",))
    assert {row.group["source"]: row.value for row in found.rows} == {"Bounty": 0.0, "SAST": None}
