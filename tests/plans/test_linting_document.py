"""docs/linting.md says what the linter does: its examples are found and pass, and every rule is in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from throughline.cli import main
from throughline.engine.linting import RULES, as_document, lint_objective, lint_text

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "linting.md").read_text()
ROWS = re.findall(r"^\| (D\d+) \| [^|]* \| `([^`]*)` \| `([^`]*)` \| ([EW]) \|$", DOCUMENT, re.M)


@pytest.mark.parametrize(("rule", "wrong", "right", "severity"), ROWS)
def test_an_example_in_the_table_is_found_and_its_neighbour_passes(rule, wrong, right, severity):
    lint = lint_objective if rule == "D28" else lint_text
    found = {(each.rule, each.severity) for each in lint(wrong).findings}
    assert (rule, {"E": "error", "W": "warning"}[severity]) in found
    assert rule not in {each.rule for each in lint(right).findings}


def test_the_table_holds_every_rule_on_texts_and_the_document_every_rule():
    assert len(ROWS) >= 20
    assert {rule for rule in RULES if not re.search(rf"\b{rule}\b", DOCUMENT)} == set()


def test_the_output_shown_is_the_output():
    [shown] = re.findall(r"^```text\n(.*?)^```", DOCUMENT, re.M | re.S)
    said = shown.splitlines()[0].removeprefix("undecidable: ")
    assert CliRunner().invoke(main, ["lint", said]).output.strip() == shown.strip()


def test_the_json_shown_is_the_answer():
    [shown] = re.findall(r"^```json\n(.*?)^```", DOCUMENT, re.M | re.S)
    document = json.loads(shown)
    answer = as_document(lint_text("Fewer security incidents"))
    assert document["verdict"] == answer["verdict"]
    assert document["findings"][0] in answer["findings"]
