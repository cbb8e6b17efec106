"""The words of people and tools, one kind of cell at a time."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.language.fields import KINDS, SEVERITIES, STATES
from throughline.sources import values
from throughline.sources.fields import TARGETS
from throughline.sources.values import NotAValue


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("Informational", 0),
        ("none", 0),
        ("LOW", 1),
        ("Moderate", 2),
        ("medium ", 2),
        ("Important", 3),
        ("severe", 4),
        ("P1", 4),
        ("P5", 0),
        ("n/a", None),
        ("unassigned", None),
    ],
)
def test_severity_words(word, level):
    assert values.severity(word) == level


@pytest.mark.parametrize("word", ["7.5", "4", "hihg", "warning"])
def test_a_number_is_no_severity_and_a_score_is_never_converted(word):
    with pytest.raises(NotAValue, match="expected one of info"):
        values.severity(word)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("FALSE_POSITIVE", "false positive"),
        ("fp", "false positive"),
        ("Won't fix", "accepted"),
        ("risk-accepted", "accepted"),
        ("Triaged", "confirmed"),
        ("resolved", "confirmed"),
        ("new", "potential"),
        ("dup", "duplicate"),
        ("Open", None),
        ("", None),
    ],
)
def test_state_words(word, state):
    assert values.state(word) == state


def test_our_own_words_mean_themselves():
    assert [values.severity(word) for word in SEVERITIES] == [0, 1, 2, 3, 4]
    assert [values.state(word) for word in STATES] == list(STATES)
    assert [values.kind(word) for word in KINDS] == list(KINDS)


@pytest.mark.parametrize(
    ("cell", "cwe"),
    [
        ("79", "CWE-79"),
        ("CWE-079", "CWE-79"),
        ("cwe_79", "CWE-79"),
        ("CWE-79: Cross-site Scripting", "CWE-79"),
        ("CWE-79, CWE-80", "CWE-79"),
        ('["CWE-79"]', "CWE-79"),
        ("NVD-CWE-noinfo", None),
        ("0", None),
    ],
)
def test_weaknesses(cell, cwe):
    assert values.cwe(cell) == cwe


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("9.8", {"cvss_score": 9.8}),
        ("9.8 (CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H)", {"cvss_score": 9.8, "cvss_version": "3.1"}),
        ("AV:N/AC:L/Au:N/C:P/I:P/A:P", {"cvss_version": "2.0", "cvss_score": 7.5}),
        (
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
            {"cvss_version": "4.0", "cvss_score": 9.3},
        ),
        ("5.0 AV:N/AC:L/Au:N/C:P/I:P/A:P", {"cvss_version": "2.0", "cvss_score": 5.0}),
        ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", {}),
        ("n/a", {}),
    ],
)
def test_a_vector_has_its_score_unless_the_cell_gives_one(cell, found):
    read = values.cvss(cell)
    assert {name: value for name, value in read.items() if name != "cvss_vector"} == found


@pytest.mark.parametrize("cell", ["11", "high", "-1"])
def test_no_score(cell):
    with pytest.raises(NotAValue, match="from 0 to 10"):
        values.cvss(cell)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("CVSS:3.1/AV:Z/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV has no value 'Z': it is N, A, L or P"),
        ("9.8 (CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H)", "A missing"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:9", "A has no value '9'"),
        ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:Q", "A has no value 'Q'"),
    ],
)
def test_a_wrong_vector_is_told_by_its_metric(cell, message):
    with pytest.raises(NotAValue) as refused:
        values.cvss(cell)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("vector", "given", "found"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", None, (7.5, "3.1")),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 6.1, (6.1, "3.1")),
        ("", 5.0, (5.0, "")),
        ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", None, (None, "")),
        ("CVSS:3.1/AV:Z", None, (None, "")),
    ],
)
def test_the_score_of_a_report_is_completed_from_its_vector(vector, given, found):
    assert values.completed(vector, given) == found


@pytest.mark.parametrize(
    ("cell", "basis", "method"),
    [
        ("reported", "reported", None),
        ("Inferred", "inferred", None),
        ("commit", "reported", "commit"),
        ("Introduced-in trailer", "reported", "Introduced-in trailer"),
        ("release_commit_predates_git", "inferred", "release_commit_predates_git"),
        ("git blame", "inferred", "git blame"),
        ("bisect", "inferred", "bisect"),
        ("told by the vendor", "reported", "told by the vendor"),
    ],
)
def test_the_basis_of_an_introduction_date(cell, basis, method):
    found = values.basis(cell)
    assert (found["introduced_basis"], found.get("introduced_method")) == (basis, method)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("1200", {"award": 1200.0}),
        ("$1,200.50", {"award": 1200.5, "award_currency": "USD"}),
        ("500 EUR", {"award": 500.0, "award_currency": "EUR"}),
        ("-", {}),
    ],
)
def test_money(cell, found):
    assert values.money(cell) == found


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_reads_back(number):
    assert values.number(repr(number)) == number


@given(st.lists(st.text(st.characters(whitelist_categories=("L", "N")), min_size=1), unique=True))
def test_names_read_back_however_they_were_separated(names):
    assert values.names("; ".join(names)) == names
    assert values.names(" , ".join(names)) == names


@given(st.text(max_size=30))
def test_any_cell_is_a_value_or_refused(cell):
    readers = (
        values.severity,
        values.state,
        values.kind,
        values.cwe,
        values.cvss,
        values.money,
        values.names,
    )
    for read in (
        *readers,
        values.identifiers,
        values.whole_number,
        values.number,
        values.truth,
        values.basis,
    ):
        try:
            read(cell)
        except NotAValue as refused:
            assert str(refused).startswith("expected")  # noqa: PT017 - either answer is right


def test_no_header_means_two_fields():
    seen = Counter(header for target in TARGETS for header in target.usual)
    assert [header for header, count in seen.items() if count > 1] == []


def test_an_amount_beyond_every_number_is_refused():
    with pytest.raises(NotAValue, match="finite amount"):
        values.money("9" * 400)
