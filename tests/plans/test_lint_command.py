"""`throughline lint` as a person and a program use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from throughline.cli import main

GOOD = "Keep CSAT above 9"
BAD = "Improve sign-ups"


def lint(*words: str, input: str | bytes | None = None):
    return CliRunner().invoke(main, ["lint", *words], input=input)


def test_a_decidable_text_is_exactly_a_verdict_and_no_findings():
    answer = lint(GOOD, "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == {"verdict": "decidable", "findings": []}


def test_an_error_is_exit_code_1_and_json_all_the_same():
    answer = lint(BAD, "--json")
    assert answer.exit_code == 1
    document = json.loads(answer.stdout)
    assert document["verdict"] == "undecidable"
    assert {tuple(found) for found in document["findings"]} == {
        ("rule", "severity", "span", "message", "suggestion")
    }
    assert document["findings"][0]["span"] == [0, 7]


def test_a_warning_alone_is_exit_code_0():
    answer = lint("Conduct 3 security reviews", "--json")
    assert answer.exit_code == 0
    assert [found["severity"] for found in json.loads(answer.stdout)["findings"]] == ["warning"]


def test_a_person_sees_the_words_at_fault_underlined_and_a_way_to_mend_them():
    answer = lint("Reach about 50 integrations")
    line, marks, *rest = answer.output.splitlines()
    assert line == "undecidable: Reach about 50 integrations"
    assert line[marks.index("^") : len(marks)] == "about 50"
    assert rest[0].startswith("  D15 error    Of 'about 50', nothing says how near")
    assert "just enough" in rest[1]


def test_marks_stand_under_wide_letters_too():
    line, marks, *_ = lint("改善 improve sign-ups").output.splitlines()
    assert len(marks) == len("undecidable: 改善 improve") + 2
    assert marks.endswith(" ^^^^^^^")
    assert line.endswith("改善 improve sign-ups")


def test_several_texts_are_a_list_of_results_with_counts():
    answer = lint(GOOD, BAD, "--json")
    assert answer.exit_code == 1
    document = json.loads(answer.stdout)
    assert [(each["text"], each["verdict"]) for each in document["results"]] == [
        (GOOD, "decidable"),
        (BAD, "undecidable"),
    ]
    assert document["counts"] == {"decidable": 1, "untracked": 0, "undecidable": 1}


def test_a_yaml_file_answers_with_file_line_and_column(tmp_path):
    path = tmp_path / "quarter.yaml"
    path.write_text(f"key_results:\n  - {GOOD}\n")
    answer = lint(str(path), "--json")
    assert answer.exit_code == 0
    [result] = json.loads(answer.stdout)["results"]
    assert (result["file"], result["line"], result["column"]) == (str(path), 2, 5)
    assert f"{path}:2:5" in lint(str(path)).output


@pytest.mark.parametrize(
    ("given", "texts"),
    [(f"{GOOD}\n{BAD}\n", [GOOD, BAD]), (f"key_results:\n- {GOOD}\n", [GOOD]), (f"- {GOOD}\n", [GOOD])],
)
def test_standard_input_holds_sentences_or_yaml(given, texts):
    document = json.loads(lint("-", "--json", input=given).stdout)
    assert [each["text"] for each in document["results"]] == texts


def test_one_sentence_through_a_pipe_is_answered_like_a_word():
    assert json.loads(lint("-", "--json", input=f"{GOOD}\n").stdout) == {
        "verdict": "decidable",
        "findings": [],
    }


@pytest.mark.parametrize(
    ("words", "input", "message"),
    [
        ([""], None, "Error: TEXT: there is no text; write the key result in quotes"),
        (["-"], "", "Error: standard input: there is no key result in it"),
        (["-"], b"\xff", "Error: standard input:1: this is not UTF-8"),
        (["missing.yaml"], None, "Error: missing.yaml: there is no such file"),
        (["-"], "key_results:\n  five\n", "Error: standard input:2:3: 'key_results' takes a list"),
        ([], None, "Usage:"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(words, input, message):
    answer = lint(*words, input=input)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith(message)


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "plan.docx"
    path.write_bytes(b"PK")
    answer = lint(str(path))
    assert answer.exit_code == 2
    assert "ends with .txt, .yaml, .yml" in answer.stderr


def test_neither_a_data_folder_nor_django_is_needed(tmp_path):
    code = (
        "import sys; from throughline.cli import main; "
        f"main(['lint', {GOOD!r}, '--json'], standalone_mode=False); "
        "sys.exit(3 if any(name.split('.')[0] in ('django', 'numpy') for name in sys.modules) else 0)"
    )
    environment = {**os.environ, "THROUGHLINE_HOME": str(tmp_path / "none")}
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert answer.returncode == 0, answer.stderr
    assert not (tmp_path / "none").exists()


def test_bytes_that_are_no_text_are_refused_without_traceback():
    command = [sys.executable, "-m", "throughline.cli", "lint", b"\xff"]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 2
    assert answer.stderr.strip() == "Error: TEXT: the text is not UTF-8"


def test_a_file_that_would_take_minutes_is_refused_with_the_limit_and_its_size(tmp_path):
    path = tmp_path / "quarter.txt"
    with path.open("wb") as file:
        file.truncate(80_000_000)
    answer = lint(str(path))
    assert answer.exit_code == 2
    assert (
        answer.stderr
        == f"Error: {path}: expected at most 2,000,000 bytes, found 80,000,000: split the file\n"
    )
    assert "found more than 2,000,000" in lint("-", input=b"x" * 2_000_001).stderr


def test_more_key_results_than_anybody_reads_are_refused(tmp_path):
    path = tmp_path / "quarter.txt"
    path.write_text(f"{GOOD}\n" * 5_001)
    answer = lint(str(path))
    assert (answer.exit_code, "at most 5,000 key results, found 5,001" in answer.stderr) == (2, True)
    path = tmp_path / "quarter.yaml"
    path.write_text("key_results:\n" + f"  - {GOOD}\n" * 5_001)
    assert "found 5,001" in lint(str(path)).stderr
