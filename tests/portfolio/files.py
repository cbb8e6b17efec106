"""Files of a portfolio as people write them, and their parts for the tests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from throughline.cli import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
# The file that the documentation shows whole.
EXAMPLE = re.search(
    r"^```yaml\n(# candidates\.yaml\n.*?)^```", (DOCS / "portfolio.md").read_text(), re.M | re.S
)[1]


def small(**more: Any) -> dict[str, Any]:
    """Two candidates that both move one key result; one of them fits."""
    return {
        "capacity": 5,
        "draws": 20,
        "shrinkage": False,
        "key_results": [{"key": "days", "baseline": 40, "target": 20}],
        "candidates": [candidate("a", 10, 4), candidate("b", 4, 3)],
        **more,
    }


def candidate(key: str, days: float, weeks: float, **more: Any) -> dict[str, Any]:
    """A candidate without doubt: so many days less for so many person-weeks."""
    return {
        "key": key,
        "effects": [{"key_result": "days", "low": -days, "high": -days}],
        "effort": {"low": weeks, "high": weeks},
        **more,
    }


def asked(document: object, *options: str) -> Result:
    """What the command says to a document on standard input."""
    text = document if isinstance(document, str) else json.dumps(document)
    return CliRunner().invoke(main, ["portfolio", "-", *options], input=text)


def answered(document: object, *options: str) -> dict[str, Any]:
    """The answer as data."""
    found = asked(document, "--json", *options)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)
