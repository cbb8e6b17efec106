"""`throughline vote tally`: ballots in a file, counted in the open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from throughline.cli import main


@pytest.fixture
def tally(tmp_path: Path):
    def run(text: str, *options: str) -> Result:
        file = tmp_path / "ballots.csv"
        file.write_text(text)
        return CliRunner().invoke(main, ["vote", "tally", str(file), *options])

    return run


def test_the_answer_is_json_of_one_shape(tally):
    found = json.loads(tally("voter,1,2,3\nann,a,b,c\nbea,a,c,b\n", "--json").stdout)
    assert found.pop("formula_version") == "ranked-five/1"
    assert found == {
        "points": [
            {"option": "a", "points": 6, "firsts": 2, "rank": 1},
            {"option": "b", "points": 3, "firsts": 0, "rank": 2},
            {"option": "c", "points": 3, "firsts": 0, "rank": 2},
        ],
        "schulze": [["a"], ["b", "c"]],
        "pairwise": {"a": {"b": 2, "c": 2}, "b": {"a": 0, "c": 1}, "c": {"a": 0, "b": 1}},
        "contested": [],
        "warnings": [],
    }


def test_the_first_line_is_a_header_whatever_it_says(tally):
    assert json.loads(tally("ann,a\nbea,b\n", "--json").stdout)["schulze"] == [["b"]]


def test_a_person_reads_a_table_with_both_orders(tally):
    said = tally("voter,1,2\nann,keys,logs\nbea,keys\n").stdout
    assert "keys" in said
    assert "Schulze" in said
    assert "1 ballot ranks fewer than 2" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("voter,1\n", "there is no ballot that ranks an option"),
        ("voter,1\nann,a\nann,b\n", "ballots.csv:3: ann voted on line 2 already"),
        ("voter,1\nann,a,b,a\n", "ballots.csv:2: 'a' is ranked twice"),
        ("voter,1\nann,a,b,c,d,e,f\n", "ballots.csv:2: expected at most 5 options behind the voter, found 6"),
        ("voter,1\n,a\n", "ballots.csv:2: the first column is empty"),
        ('voter,1\nann,"a\n', "this is not CSV"),
    ],
)
def test_a_ballot_that_cannot_be_counted_is_named_with_its_line(tally, text, said):
    refused = tally(text, "--json")
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert refused.stdout == ""


def test_a_file_that_is_not_there_is_said():
    refused = CliRunner().invoke(main, ["vote", "tally", "nowhere.csv"])
    assert (refused.exit_code, "nowhere.csv: there is no such file" in refused.stderr) == (2, True)
