"""What an import makes of CVSS: scores of vectors, and severities where a source gives none."""

from __future__ import annotations

import pytest
from tests.sources.files import NOW, problems, stream, values

from throughline.sources import actions
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.models import Vulnerability

LOG4J = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"
GUIDE_2 = "AV:N/AC:L/Au:N/C:N/I:N/A:C"


def imported(text: str) -> Vulnerability:
    wish = Wish(source="register")
    actions.import_file(stream(text), name="register.csv", wish=wish, actor="command line", now=NOW)
    return Vulnerability.objects.get(key="A")


def test_a_vector_alone_brings_score_version_and_severity():
    (found,) = values(f"id,cvss\nA,{LOG4J}\n")
    assert (found["cvss_score"], found["cvss_version"], found["severity"]) == (10.0, "3.1", 4)


def test_the_second_version_knows_no_critical():
    (found,) = values("id,cvss\nA,AV:N/AC:L/Au:N/C:C/I:C/A:C\n")
    assert (found["cvss_score"], found["severity"]) == (10.0, 3)


@pytest.mark.parametrize("header", ["cvss_score,vector", "vector,cvss_score"])
def test_a_given_score_stands_over_that_of_the_vector_whichever_column_is_first(header):
    cells = {"cvss_score": "6.4", "vector": GUIDE_2}
    row = ",".join(cells[name] for name in header.split(","))
    (found,) = values(f"id,{header}\nA,{row}\n")
    assert (found["cvss_score"], found["cvss_version"]) == (6.4, "2.0")


def test_a_given_severity_stands_whatever_the_score():
    (found,) = values(f"id,severity,cvss\nA,low,{LOG4J}\n")
    assert found["severity"] == 1


def test_a_wrong_vector_is_told_with_line_column_and_what_was_expected():
    (problem,) = problems("id,cvss_vector\nA,CVSS:3.1/AV:Z/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\n")
    assert "file.csv, line 2, column 'cvss_vector'" in problem
    assert "AV has no value 'Z': it is N, A, L or P" in problem


@pytest.mark.django_db
def test_a_severity_that_followed_from_the_score_follows_the_next_score():
    assert imported("id,cvss\nA,5.0\n").severity == 2
    assert imported("id,cvss\nA,9.1\n").severity == 4


@pytest.mark.django_db
def test_a_severity_that_was_given_stands_when_a_later_file_has_scores_only():
    imported("id,severity\nA,low\n")
    assert imported("id,cvss\nA,9.1\n").severity == 1
    assert imported("id,cvss\nA,5.0\n").severity == 1
