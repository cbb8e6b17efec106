"""The shell blocks of the documents, run as they stand beside a server, with the answers that they show."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.house import PROJECT, served

SERVED_AT = "http://localhost:8000"
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:\n```json\n(.*?)^```)?", re.M | re.S)
# Commands alone are run by test_documents_run; these ask a server.
DOCUMENTS = [path for path in sorted((PROJECT / "docs").glob("*.md")) if "\ncurl " in path.read_text()]
# Between the answers of two blocks; no answer holds it.
MARK = "=== the block ends ==="
ANY = "…"


def blocks_of(document: Path) -> Iterator[tuple[str, object]]:
    """Each block with the answer that the document shows of it, None where it shows none."""
    for block, shown in BLOCK.findall(document.read_text()):
        yield block, json.loads(shown) if shown else None


def script_of(document: Path, *, home: Path, address: str) -> str:
    command = f'throughline() {{ "{sys.executable}" -m throughline.cli "$@" --home "{home}"; }}'
    parts = [block.replace(SERVED_AT, address) for block, _ in blocks_of(document)]
    return "\n".join(["set -euo pipefail", command, f"\necho\necho '{MARK}'\n".join(parts)])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_stranger_gets_by_the_document_alone_what_it_shows(document, tmp_path):
    with served(tmp_path / "home") as house:
        done = subprocess.run(
            ["bash", "-c", script_of(document, home=house.home, address=house.address)],
            env=os.environ | {"PYTHONPATH": str(PROJECT / "src")},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert house.errors() == []
    answers = done.stdout.split(MARK)
    for (block, shown), answer in zip(blocks_of(document), answers, strict=True):
        if shown is not None:
            assert holds(json.loads(answer), shown), f"{document.name}:\n{block}\n{answer}"


def holds(answer: object, shown: object) -> bool:
    """Whether an answer has everything that is shown of it; … stands for anything."""
    if shown == ANY:
        return True
    if isinstance(shown, dict):
        return isinstance(answer, dict) and all(
            name in answer and holds(answer[name], value) for name, value in shown.items()
        )
    if isinstance(shown, list):
        return isinstance(answer, list) and len(answer) == len(shown) and all(map(holds, answer, shown))
    return answer == shown


def test_a_shown_answer_that_differs_is_found():
    assert holds({"a": [{"b": 1, "c": 2}], "d": None}, {"a": [{"b": 1}], "d": "…"})
    assert not holds({"a": [{"b": 1}]}, {"a": [{"b": 2}]})
    assert not holds({"a": []}, {"a": [{"b": 1}]})
    assert not holds({}, {"a": "…"})
