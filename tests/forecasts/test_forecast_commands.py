"""`throughline forecast pool` and `score`: documents as their schema says, tables, and refusals."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from throughline.cli import main

PUBLISHED = json.loads((Path(__file__).resolve().parents[2] / "docs" / "forecast.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(PUBLISHED, format_checker=jsonschema.FormatChecker(["date"]))
PANEL = """question,panelist,p,lo,hi,round,outcome
worm,Ada,0.2,,,1,0
worm,Bo,0.4,,,1,0
worm,Ada,0.1,,,2,0
worm,Bo,1,,,2,0
loss,Ada,,10,90,1,50
loss,Bo,,-5,30,1,50
"""


@pytest.fixture
def forecast(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "panel.csv").write_text(PANEL)

    def run(*words, **options):
        return CliRunner().invoke(main, ["forecast", *words], **options)

    return run


def answered(answer):
    assert answer.exit_code == 0, answer.output
    document = json.loads(answer.stdout)
    VALIDATOR.validate(document)
    return document


def test_the_published_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)


def test_a_pool_is_told_by_question_method_and_headline(forecast):
    document = answered(forecast("pool", "panel.csv", "--json"))
    worm, again, loss = document["questions"]
    assert (worm["question"], worm["round"], worm["kind"], worm["n"]) == ("worm", "1", "probability", 2)
    assert worm["headline"] == {
        "method": "geometric_mean_of_odds",
        "value": worm["methods"]["geometric_mean_of_odds"],
    }
    assert worm["methods"]["mean"] == pytest.approx(0.3)
    assert "1 forecast of exactly 0 or 1" in again["warnings"][0]
    assert loss["headline"]["method"] == "linear_pool"
    assert "1 interval reaches 0 or below" in loss["warnings"][0]


def test_scores_are_told_by_method_and_round(forecast):
    document = answered(forecast("score", "panel.csv", "--json"))
    assert document["methods"]["mean"]["n"] == 2
    assert document["methods"]["mean"]["brier"] == pytest.approx((0.3**2 + 0.55**2) / 2)
    assert document["methods"]["mean"]["brier_two_sided"] == pytest.approx(0.3**2 + 0.55**2)
    assert document["ranges"]["individual"]["n"] == 2
    assert [each["round"] for each in document["rounds"]] == ["1", "2"]


def test_a_table_is_for_people(forecast):
    said = forecast("pool", "panel.csv").output
    assert "worm, 1" in said
    assert "linear pool" in said
    assert "do not use" in said
    assert "Note: worm, 2: 1 forecast of exactly 0 or 1" in said
    said = forecast("score", "panel.csv", "--round", "1").output
    assert "Brier is one-sided" in said
    assert "single forecasts" in said


def test_amounts_of_any_size_are_written_one_way(forecast):
    dear = "question,panelist,lo,hi\nloss,Ada,28342.2,1459990\nloss,Bo,20000,98765432\n"
    said = forecast("pool", "-", input=dear).output
    assert re.search(r"\d,\d{3},\d{3}\b", said)
    assert not re.search(r"\de[+-]\d|\d,\d{3}\.", said)


def test_a_panel_comes_from_standard_input_too(forecast):
    assert answered(forecast("pool", "-", "--json", input=PANEL))["questions"]
    refused = forecast("pool", "-", input="question,panelist,p\nq,Ada,40\n")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == "Error: standard input:2, column 'p': 40 is no probability: write 0.4 for 40 %\n"


@pytest.mark.parametrize("words", [("pool", "none.csv"), ("pool", "none.csv", "--json")])
def test_a_refusal_is_one_line_on_standard_error(forecast, words):
    refused = forecast(*words)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == "Error: none.csv: there is no such file\n"


def test_without_an_outcome_there_is_nothing_to_score(forecast, tmp_path):
    (tmp_path / "open.csv").write_text("question,panelist,p,outcome\nq,Ada,0.1,\n")
    assert "no question has an outcome yet" in forecast("score", "open.csv").stderr


@pytest.mark.parametrize("name", ["panels_replicats.csv", "panels_security.csv"])
def test_real_panels_answer_as_the_schema_says(forecast, shared_data, name):
    for command in ("pool", "score"):
        answered(forecast(command, str(shared_data / name), "--json"))
