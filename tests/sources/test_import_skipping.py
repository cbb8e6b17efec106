"""Leaving out the rows that cannot be read: the rest is stored, and what was left out is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.sources.files import NOW
from tests.sources.test_importing import imported

from throughline.engine.refusals import Refused
from throughline.sources.models import Import
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.models import Vulnerability

pytestmark = pytest.mark.django_db
BAD = "id,severity\nA,high\nB,hihg\nC,low,oops\nD\n,low\nA,low\nE,low\n"


def keys():
    return set(Vulnerability.objects.values_list("key", flat=True))


def test_readable_rows_are_stored_and_the_others_listed_in_the_files_order():
    result = imported(BAD, skip_invalid=True)
    assert keys() == {"A", "E"}
    assert (result.counts["read"], result.counts["created"], result.counts["skipped"]) == (2, 2, 5)
    assert [problem.line for problem in result.problems] == [3, 4, 5, 6, 7]
    said = result.document()["refused"][0]
    assert (said["line"], said["column"], said["value"]) == (3, "severity", "hihg")
    assert Import.objects.get().skipped == 5
    assert list(bulk.unlike_their_history()) == []


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "A"}\n{"id": \n[1]\n{"id": "B"}\n',
        '[{"id": "A"}, 7, null, {"id": "B"}]',
    ],
)
def test_records_of_json_that_are_none_are_left_out_too(text):
    result = imported(text, name="register.json", skip_invalid=True)
    assert keys() == {"A", "B"}
    assert [problem.line for problem in result.problems] == [2, 3]


def test_more_than_twenty_may_be_left_out_and_a_thousand_are_listed():
    text = "id,severity\nA,high\n" + "".join(f"B{n},hihg\n" for n in range(1_500))
    result = imported(text, skip_invalid=True)
    assert (result.counts["skipped"], len(result.problems)) == (1_500, 1_000)


def test_a_file_of_which_nothing_can_be_read_is_refused():
    with pytest.raises(Refused, match="none of its 2 rows can be read: found 'hihg'"):
        imported("id,severity\nA,hihg\nB,hihg\n", skip_invalid=True)
    assert not Import.objects.exists()


def test_a_quote_that_never_closes_is_no_row_to_leave_out():
    with pytest.raises(Refused, match="quoted cell"):
        imported('id,severity\nA,high\nB,"low\n', skip_invalid=True)


def test_nothing_vanishes_where_a_row_that_cannot_be_read_may_be_what_is_missing():
    imported("id,severity\nA,high\nB,low\n")
    result = imported(
        "id,severity\nA,high\n,low\n", full=True, skip_invalid=True, now=NOW + timedelta(days=1)
    )
    assert result.counts["vanished"] == 0
    assert any("nothing vanished" in notice for notice in result.notices)


def test_a_record_whose_row_is_left_out_has_not_vanished_and_others_have():
    imported("id,severity\nA,high\nB,low\nC,low\n")
    later = NOW + timedelta(days=1)
    result = imported("id,severity\nA,high\nB,lwo\n", full=True, skip_invalid=True, now=later)
    assert (result.counts["vanished"], result.counts["skipped"]) == (1, 1)
    assert set(Vulnerability.objects.filter(vanished_at=None).values_list("key", flat=True)) == {"A", "B"}


def test_listings_of_several_days_leave_out_what_cannot_be_read_in_each():
    text = "as_of,id,severity\n2024-01-01,A,low\n2024-01-01,B,x\n2024-02-01,A,high\n2024-02-01,C\n"
    result = imported(text, as_of_column="as_of", skip_invalid=True)
    assert (result.counts["created"], result.counts["updated"], result.counts["skipped"]) == (1, 1, 2)
