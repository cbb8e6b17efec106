"""`throughline survey nps`: a column of answers, scored."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from throughline.cli import main


def nps(text: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["survey", "nps", "-", *options], input=text)


@pytest.mark.parametrize(
    "text", ["9\n10\n3\n7\n8\n", "score\n9\n10\n\n3\n7\n8\n", "who,score\na,9\nb,10\nc,3\nd,\ne,7\nf,8\n"]
)
def test_a_column_is_found_with_a_header_or_without(text):
    found = json.loads(nps(text, "--json").stdout)
    assert {name: found[name] for name in ("n", "nps", "promoters", "passives", "detractors")} == {
        "n": 5,
        "nps": 20.0,
        "promoters": 2,
        "passives": 2,
        "detractors": 1,
    }
    assert found["low"] < 20 < found["high"]


def test_a_column_of_another_name_is_named():
    assert nps("who,felt\na,9\nb,0\n", "--column", "felt").stdout.startswith("+0 (")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("score\n", "there is no answer"),
        ("score\n9\n11\n", "standard input:3: expected a whole number from 0 to 10, found '11'"),
        ("score\n9\ngreat\n", "standard input:3: expected a whole number from 0 to 10, found 'great'"),
        ("score\n7.5\n", "standard input:2: expected a whole number from 0 to 10, found '7.5'"),
        ("who,felt\na,9\n", "Name it with --column: who, felt"),
    ],
)
def test_what_is_no_answer_is_named_with_its_line(text, said):
    refused = nps(text)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr
