"""Files become findings, or one message says where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.files import findings, problems, reading, values

from throughline.engine.refusals import Refused
from throughline.sources.fields import TARGETS
from throughline.sources.mapping import guess, parse_maps


def test_headers_of_trackers_and_scanners_are_understood():
    header = (
        "Issue ID,Summary,Risk,Package,Application,Squad,Found by,Resolution,Discovered,Fixed on,Link,Bounty"
    )
    found = guess(header.split(","), {})
    assert found == {
        "key": "Issue ID",
        "title": "Summary",
        "severity": "Risk",
        "component": "Package",
        "service": "Application",
        "team": "Squad",
        "source": "Found by",
        "state": "Resolution",
        "identified_at": "Discovered",
        "mitigated_at": "Fixed on",
        "ticket_url": "Link",
        "award": "Bounty",
    }


def test_a_header_that_is_the_fields_name_wins_over_one_that_often_means_it():
    found = guess(["created", "fixed_at", "identified_at", "mitigated_at", "announced_at"], {})
    assert found == {"identified_at": "identified_at", "mitigated_at": "mitigated_at"}


def test_cells_contradict_a_header():
    assert guess(["priority"], {"priority": ["soon", "later"]}) == {}
    assert guess(["priority"], {"priority": ["P1", "P3"]}) == {"severity": "priority"}
    assert guess(["type"], {"type": ["bug", "task"]}) == {}


def test_the_curl_register_needs_no_mapping(shared_data):
    found = reading((shared_data / "curl_vulnerabilities.csv").read_bytes())
    assert found.count == 206
    assert {name: found.maps[name] for name in ("key", "introduced_at", "identified_at", "mitigated_at")} == {
        "key": "id",
        "introduced_at": "introduced_at",
        "identified_at": "identified_at",
        "mitigated_at": "mitigated_at",
    }
    assert found.attributes["announced_at"] == "date"
    assert found.attributes["is_c_mistake"] == "number"
    assert found.attributes["award_usd"] == "number"
    first = next(found.rows().findings())
    assert first.values["introduced_basis"] == "inferred"
    assert first.values["introduced_method"] == "release_commit_predates_git"
    assert first.values["vulnerability_ids"] == ["CVE-2000-0973"]


def test_a_column_mapped_by_hand_stays_an_attribute_under_its_own_name():
    found = reading("id,announced_at\n1,2024-01-01\n", maps={"mitigated_at": "announced_at"})
    assert found.attributes == {"announced_at": "date"}
    finding = next(found.rows().findings())
    assert (
        finding.values["mitigated_at"]
        == finding.values["attributes"]["announced_at"]
        == "2024-01-01T00:00:00Z"
    )


def test_a_guess_can_be_taken_back():
    found = reading("id,status\n1,whatever\n", maps={"state": ""})
    assert (found.maps, found.attributes) == ({"key": "id"}, {"status_column": "text"})


@pytest.mark.parametrize(
    ("cells", "type", "value"),
    [
        (["1", "0", ""], "number", 1),
        (["1.5", "-2", "-"], "number", 1.5),
        (["true", "No"], "boolean", True),
        (["2024-01-01", "2024-01-02T10:00:00Z"], "date", "2024-01-01T00:00:00Z"),
        (["007", "8"], "text", "007"),
        (["12345678901234567890"], "text", "12345678901234567890"),
        (["1", "x"], "text", "1"),
        (["=HYPERLINK(1)"], "text", "=HYPERLINK(1)"),
        (["03/04/2024"], "text", "03/04/2024"),
    ],
)
def test_the_whole_column_decides_the_type_of_an_attribute(cells, type, value):
    text = "id,extra\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells))
    found = reading(text)
    assert found.attributes == {"extra": type}
    assert next(found.rows().findings()).values["attributes"]["extra"] == value


def test_an_empty_cell_is_absent():
    assert values("id,severity,extra\n1,,\n2,high,x\n")[0] == {}


def test_separators_quotes_and_line_ends_of_spreadsheets_are_read():
    assert values('id;title\r\n1;"a; ""b""\nc"\r\n')[0]["title"] == 'a; "b"\nc'
    assert values("id\ttitle\n1\tx, y\n")[0]["title"] == "x, y"
    assert values(b"\xef\xbb\xbfid|title\n1|x\n")[0]["title"] == "x"
    assert values("id,title\n1,é\n".encode("utf-16"))[0]["title"] == "é"


def test_json_and_json_lines_say_the_same_as_a_table():
    table = findings("id,title,severity\n1,x,high\n2,y,\n")
    as_json = findings('[{"id": 1, "title": "x", "severity": "high"}, {"title": "y", "id": "2"}]')
    wrapped = findings(
        '{"version": 1, "findings": [{"id": 1, "title": "x", "severity": "high"}, {"id": 2, "title": "y"}]}'
    )
    lines = findings('{"id": 1, "title": "x", "severity": "high"}\n\n{"id": 2, "title": "y"}\n')
    for other in (as_json, wrapped, lines):
        assert [(f.key, f.values) for f in other] == [(f.key, f.values) for f in table]


def test_nested_json_becomes_dotted_columns():
    found = values('[{"id": 1, "package": {"name": "curl", "tags": ["a"]}}]')[0]
    assert found == {"component": "curl", "attributes": {"package.tags": '["a"]'}}


def test_rows_without_id_are_told_apart_by_what_they_say_not_by_severity():
    low = findings("title,component,severity\nx,a,low\nx,a,low\ny,a,low\n")
    high = findings("title,component,severity\nx,a,high\nx,a,high\ny,a,high\n")
    assert [finding.key for finding in low] == [finding.key for finding in high]
    assert len({finding.key for finding in low}) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "id,severity\n1,low\n2,hihg\n",
            "file.csv, line 3, column 'severity': found 'hihg', expected one of info",
        ),
        (
            "id,mitigated\n1,tomorrow\n",
            "file.csv, line 2, column 'mitigated': found 'tomorrow', expected a date such as",
        ),
        ("id,mitigated\n1,2024-02-30\n", "there is no such day"),
        ('id,title\n1,"a\nb"\n2,x,y\n', "file.csv, line 4: 3 cells where the header names 2 columns"),
        (
            "# Throughline\n\nImport, measure, plan, and look\n",
            "line 3: the first line, '# Throughline', names no columns, and this one has 4 cells: "
            "this looks like plain text, not a table",
        ),
        ("id\n1,2\n", "line 2: 2 cells where the header names 1 columns"),
        ("id,title\n1\n", "line 2: 1 cells where the header names 2 columns"),
        ('id,title\n1,"never closed\n', "line 2: a quoted cell is not closed"),
        ("id,title\n1,x\n1,y\n", "line 3, column 'id': found '1', the id is already on line 2"),
        ("id,title\n,x\n", "line 2, column 'id': found '', every row needs an id"),
        ("id,cwe\n1,XSS\n", "column 'cwe': found 'XSS', expected a weakness such as CWE-79"),
        ("id,cvss\n1,high\n", "expected a CVSS score from 0 to 10"),
        ("id,state\n1,gone\n", "expected one of potential, confirmed"),
        ("id,status\n1,closed\n", "map the column that says when: --map mitigated=COLUMN"),
        ("id,line\n1,-4\n", "expected a whole number"),
        ("id,title\n1,caf\xe9\n".encode("latin-1"), "line 2: byte 0xe9 is not UTF-8: save the file as UTF-8"),
        (b"id,title\n1,x\0y\n", "NUL"),
        ("id,id\n1,2\n", "columns 1 and 2 are both named 'id'"),
        ("id,\n1,2\n", "column 2 has no name"),
        ("", "the file is empty"),
        ("id,title\n" + f"1,{'x' * 501}\n", "expected at most 500 characters, not 501"),
        ("id,found\n1,03/04/2024\n", "say --date-order dmy or --date-order mdy"),
        ("id,found\n1,13/04/2024\n2,04/13/2024\n", "some dates are day first and others month first"),
        ('[{"id": 1}, {"id": 2', "this is not valid JSON"),
        ('[{"id": 1}, 7]', "record 2: expected an object"),
        ('{\n"name": "x"}', "expected a list of objects"),
        ('{"id": 1}\n{"id": }\n', "line 2: this is not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('[{"id": 1, "severity": "hihg"}]', "record 1, column 'severity': found 'hihg'"),
    ],
)
def test_wrong_input_is_refused_with_place_value_and_a_way_out(text, said):
    with pytest.raises(Refused) as refused:
        findings(text)
    assert said in str(refused.value)


def test_all_bad_rows_are_told_at_once_up_to_twenty():
    text = "id,severity\n" + "".join(f"{n},bad{n}\n" for n in range(50))
    told = problems(text)
    assert len(told) == 20
    assert "line 21" in told[-1]


def test_one_clear_date_makes_the_others_readable():
    found = values("id,found\n1,03/04/2024\n2,25/04/2024\n")
    assert found[0]["identified_at"] == "2024-04-03T00:00:00Z"
    assert values("id,found\n1,03/04/2024\n", order="mdy")[0]["identified_at"] == "2024-03-04T00:00:00Z"


@pytest.mark.parametrize(
    ("maps", "said"),
    [
        ({"severity": "Rsk"}, "the file has no column 'Rsk' (did you mean Risk?)"),
        ({"severity": "nothing"}, "the columns are id, Risk"),
    ],
)
def test_a_column_that_is_not_there_is_refused_with_the_nearest(maps, said):
    with pytest.raises(Refused) as refused:
        reading("id,Risk\n1,high\n", maps=maps)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("pair", "said"), [("severty=Risk", "did you mean severity?"), ("severity", "has no '='")]
)
def test_a_mapping_that_means_nothing_is_refused(pair, said):
    with pytest.raises(Refused) as refused:
        parse_maps([pair])
    assert said in str(refused.value)


def test_every_field_can_be_mapped_by_its_short_name():
    for target in TARGETS:
        assert parse_maps([f"{target.short}=x"])


def test_a_future_as_of_is_refused():
    with pytest.raises(Refused, match="in the future"):
        reading("id\n1\n", as_of="2027-01-01")


cells = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=8)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    for format in ("auto", "csv", "json", "jsonl"):
        try:
            findings(content, format=format)
        except Refused as refused:
            said = str(refused)
        else:
            said = "read"
        assert said


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["id", "severity", "found", "cvss", "award", "tags", "x"]), min_size=1, unique=True
    ),
    st.lists(
        st.lists(
            st.one_of(cells, st.sampled_from(["high", "2024-01-01", "7.5", "1"])), min_size=7, max_size=7
        )
    ),
)
def test_any_cells_are_read_or_refused(columns, rows):
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(row[: len(columns)] for row in rows)
    try:
        findings(text.getvalue())
    except Refused as refused:
        said = str(refused)
    else:
        said = "read"
    assert said


TRACKER = "Issue key,Status,Created,Resolved\nA-1,Done,12/Jan/24 3:04 PM,15/Jan/24 9:00 AM\n"


def test_the_dates_of_a_trackers_own_export_are_read():
    (found,) = values(TRACKER)
    assert (found["identified_at"], found["mitigated_at"]) == ("2024-01-12T15:04:00Z", "2024-01-15T09:00:00Z")


def test_other_dates_of_such_an_export_are_attributes_of_the_type_date():
    found = reading("id,Due\n1,15/Jan/24\n2,1/Feb/24 3:04 PM\n")
    assert found.attributes == {"Due": "date"}


def test_a_header_that_names_a_date_which_no_cell_holds_is_told_with_a_cell():
    unread = reading("id,Resolved\n1,week 3 of 2024\n").unread
    assert [(u.field, u.column, u.cell) for u in unread] == [("mitigated_at", "Resolved", "week 3 of 2024")]
    assert "'week 3 of 2024'" in str(unread[0])


def test_a_closed_row_whose_date_cannot_be_read_is_told_to_mend_that_date():
    (message,) = problems("id,status,Resolved\n1,closed,week 3 of 2024\n")
    assert "write the dates of 'Resolved', such as 'week 3 of 2024', as 2024-01-31" in message


def test_a_date_that_was_taken_back_is_no_surprise():
    assert reading("id,Resolved\n1,soon\n", maps={"mitigated_at": ""}).unread == ()
