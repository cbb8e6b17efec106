"""`throughline next learn`: what it answers, in JSON and in words, and what it refuses."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from throughline.cli import main
from throughline.engine import preferences

HEADER = "business,interest,growth,outcome"


def asked(text, *options):
    return CliRunner().invoke(main, ["next", "learn", "-", *options], input=text)


def answered(text):
    answer = asked(text, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def finished(n, *, low=0.0, high=1.0):
    """Made-up work in which business leads, graded from low to high."""
    rng = np.random.default_rng(1)
    grades = rng.uniform(0, 1, (n, 3)).round(3)
    outcomes = np.clip(1.5 + 3 * grades @ [0.7, 0.2, 0.1] + rng.normal(0, 0.2, n), 1, 5).round(2)
    return (low + (high - low) * grades).tolist(), grades, outcomes.tolist()


def written(rows, outcomes):
    lines = [",".join(map(str, [*row, outcome])) for row, outcome in zip(rows, outcomes, strict=True)]
    return "\n".join([HEADER, *lines, ""])


def test_it_answers_what_the_engine_learns():
    rows, grades, outcomes = finished(30)
    found, wanted = answered(written(rows, outcomes)), preferences.learn(grades, outcomes)
    assert found["n"] == 30
    assert found["moved"]
    assert found["weights"] == found["posterior"] == pytest.approx(dict(wanted.posterior))
    assert found["bands"] == {name: pytest.approx(list(band)) for name, band in wanted.bands.items()}
    assert found["why"] == wanted.why
    assert set(found["leave_one_out"]) == {"learnt", "equal", "least_squares"}
    assert found["leave_one_out"]["learnt"] < found["leave_one_out"]["equal"]
    assert len(found["caveats"]) >= 2


def test_grades_from_one_to_five_teach_the_same_as_from_zero_to_one():
    rows, _, outcomes = finished(20)
    marks, _, _ = finished(20, low=1, high=5)
    one, five = answered(written(rows, outcomes)), answered(written(marks, outcomes))
    assert (one["grades"], five["grades"]) == ([0, 1], [1, 5])
    assert five["posterior"] == pytest.approx(one["posterior"])
    assert five["leave_one_out"] == pytest.approx(one["leave_one_out"])


def test_columns_come_in_any_order_and_case_beside_others():
    plain = "business,interest,growth,outcome\n0.9,0.2,0.4,5\n0.3,0.6,0.1,2\n"
    mixed = "\ufeffwork,Outcome,GROWTH,interest,Business \nKeys,5,0.4,0.2,0.9\n\nLogs,2,0.1,0.6,0.3\n"
    assert answered(mixed) == answered(plain)


def test_in_words_it_says_what_holds_it_back():
    rows, _, outcomes = finished(4)
    said = asked(written(rows, outcomes)).stdout
    assert "4 pieces of finished work, graded from 0 to 1." in said
    assert "Equal weights stay: there are 4 outcomes" in said
    assert "equal weights" in said
    assert "! Only work that was chosen" in said


def test_one_piece_of_work_has_no_error_to_leave_out():
    found = answered(f"{HEADER}\n0.5,0.5,0.5,3\n")
    assert found["leave_one_out"] == {"learnt": None, "equal": None, "least_squares": None}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "standard input:1: the file is empty: expected a header"),
        (f"{HEADER}\n", "standard input:1: there is no row below the header"),
        (
            "business,interest,outcome\n1,1,3\n",
            "1: the column growth is missing: expected business, interest",
        ),
        ("business;interest;growth;outcome\n1;1;1;3\n", "1: the columns are set apart by semicolons"),
        ("busines,interest,growth,outcome\n1,1,1,3\n", "the column business is missing, is it 'busines'?"),
        (f"{HEADER},Growth\n1,1,1,3,1\n", "the column growth is there 2 times: rename all but one"),
        (
            f"{HEADER}\n0.5,0.5,0.5,3\n0.5,high,0.5,3\n",
            "3, column 'interest': found 'high', expected a number",
        ),
        (f'{HEADER}\n"0,5",0.5,0.5,3\n', "2, column 'business': found '0,5', expected a number"),
        (f"{HEADER}\n0.5,nan,0.5,3\n", "2, column 'interest': found 'nan'"),
        (f"{HEADER}\n0.5,0.5,0.5\n", "2, column 'outcome': it is empty, expected a number from 1 to 5"),
        (f"{HEADER}\n0.5,0.5,0.5,6\n", "2, column 'outcome': found 6, expected 1 (the wrong work) to 5"),
        (f"{HEADER}\n0.5,0.5,0.5,0\n", "2, column 'outcome': found 0, expected 1"),
        (
            f"{HEADER}\n0.5,0.5,-0.1,3\n",
            "2, column 'growth': found -0.1, expected all grades in 0 to 1 or all",
        ),
        (
            f"{HEADER}\n4,5,70,3\n",
            "2, column 'growth': found 70, expected all grades in 0 to 1 or all in 1 to 5",
        ),
        (
            f"{HEADER}\n0.5,0.5,1,3\n1,1,4,3\n",
            "3, column 'growth': found 4, where line 2 has 0.5 as business: expected all grades in 0 to 1",
        ),
    ],
)
def test_bad_input_names_the_place_and_the_way_out(text, said):
    answer = asked(text, "--json")
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_missing_file_is_said(tmp_path):
    answer = CliRunner().invoke(main, ["next", "learn", str(tmp_path / "none.csv")])
    assert answer.exit_code == 2
    assert "there is no such file" in answer.stderr
