"""The language reference holds: every example in it is tried."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from throughline.accounts.access import EVERYTHING
from throughline.engine.catalogue import READY_MADE
from throughline.engine.language.calls import MEASURES
from throughline.engine.language.fields import ALIASES, CORE, Schema
from throughline.engine.metrics import check, check_where, define, refine
from throughline.engine.refusals import Refused
from throughline.measures.queries import evaluate

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "expressions.md").read_text()
SCHEMA = Schema.of([("Asset Owner", "text", "attr_1")])


def section(title: str) -> str:
    return TEXT.split(f"## {title}")[1].split("\n## ")[0]


def first_cells(title: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", section(title), re.MULTILINE)


COMMANDS = re.findall(r"^throughline metric (.+)$", TEXT, re.MULTILINE)


@pytest.mark.django_db
@pytest.mark.parametrize("measure", first_cells("Measures"))
def test_every_measure_of_the_reference_is_answered(measure):
    assert evaluate(measure, scope=EVERYTHING, now=_now()).unit


@pytest.mark.parametrize("condition", first_cells("Conditions"))
def test_every_condition_of_the_reference_makes_sense(condition):
    assert check_where(condition, SCHEMA)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_reference_makes_sense(command):
    expression, *options = shlex.split(command)
    given = dict(zip(options[::2], options[1::2], strict=False))
    by = (given["--by"],) if "--by" in given else ()
    assert check(refine(define(expression), where=given.get("--where", ""), by=by), SCHEMA)


def test_every_measure_and_field_stands_in_the_reference():
    for name in MEASURES:
        assert f"`{name}" in section("Measures"), name
    for name in CORE:
        assert re.search(rf"\b{name}\b", section("Fields")), name
    assert all(
        alias.endswith("_at") or alias in ("key", "score", "cvss_score", "component_version")
        for alias in ALIASES
    )


def test_every_warning_code_stands_in_the_reference():
    folder = Path(__file__).resolve().parents[2] / "src" / "throughline" / "measures"
    sources = "".join(path.read_text() for path in folder.rglob("*.py"))
    codes = set(re.findall(r'Warning\(\s*"(\w+)"', sources))
    assert codes == set(first_cells("Warnings"))


def test_other_examples_of_the_reference():
    assert check(define("mean((identified - introduced) / 1 year)"), SCHEMA).unit == "number"
    assert check_where("`Asset Owner` = 'ann'", SCHEMA)
    with pytest.raises(Refused, match=r"cannot subtract a severity from a date \(column 18\)"):
        check(define("mean(mitigated - severity)"), SCHEMA)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(READY_MADE))
def test_every_ready_made_metric_is_answered_on_an_empty_record(name):
    assert evaluate(name, scope=EVERYTHING, now=_now()).definition["name"] == name


def _now():
    import datetime as dt

    return dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
