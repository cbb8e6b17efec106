"""docs/losses.md: its Python runs, its fields are those of the schema, its example means what it says."""

import re
from pathlib import Path

import pytest

from throughline.engine.losses import portfolio
from throughline.risk.curve_files import HOW_MUCH, HOW_OFTEN, read_scenarios
from throughline.risk.curve_schemas import output_schema

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "losses.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT, re.M | re.S)


def test_the_python_of_the_document_runs():
    [code] = blocks("python")
    names = {}
    exec(compile(code, "docs/losses.md", "exec"), names)
    assert names["found"].quantile(0.99) == pytest.approx(13_109_908, abs=5)


def test_the_example_is_read_and_beyond_its_appetite():
    [example] = blocks("yaml")
    given = read_scenarios(example.encode(), file="scenarios.yaml")
    found = portfolio(given.scenarios)
    assert found.exceedance(1e7)[0] > float(given.appetite.accepted(1e7))


def test_every_field_is_explained():
    answered = [name for name in output_schema()["properties"] if name != "appetite"]
    for name in (*HOW_OFTEN, *HOW_MUCH, "per", "cap", "retention", "panel", "weight", *answered):
        assert re.search(rf"`{name}\b", DOCUMENT), name
