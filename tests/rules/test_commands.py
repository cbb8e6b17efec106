"""Every command answers --help with an example, takes --home, and is what the documents say."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.homes import ready

from throughline.cli import COMMANDS, main

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])


def every_command() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        yield (name,), command
        for inner, part in getattr(command, "commands", {}).items():
            yield (name, inner), part


EVERY = dict(every_command())


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_shows_an_example(words):
    answer = CliRunner().invoke(main, [*words, "--help"])
    assert answer.exit_code == 0
    assert re.search(rf"^\s+throughline {' '.join(words)}\b", answer.output, re.M), answer.output


@pytest.mark.parametrize(
    "words", [w for w, c in EVERY.items() if not isinstance(c, click.Group)], ids=" ".join
)
def test_every_command_takes_home_and_json_after_its_name(words):
    options = {option for part in EVERY[words].params for option in part.opts}
    assert {"--home", "--json"} <= options


def test_the_list_of_commands_needs_neither_django_nor_any_command():
    code = (
        "import sys; from click.testing import CliRunner; from throughline.cli import main; "
        "CliRunner().invoke(main, ['--help']); "
        "print([name for name in sys.modules if name.startswith(('django', 'numpy', 'throughline.cli.'))])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def commands_in(document: Path) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(document.read_text().splitlines(), 1):
        for said in re.findall(r"(?:^|[`$ /])throughline ((?:[a-z]+)(?: [a-z]+)?)", line):
            if said.split()[0] in COMMANDS or re.search(r"(^\s*\$?\s*|`|bin/)throughline " + said, line):
                yield number, said.split()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_in_the_documents_exists(document):
    wrong = [
        f"{document.name}:{number}: throughline {' '.join(words)}"
        for number, words in commands_in(document)
        if (words[0],) not in EVERY
    ]
    assert not wrong


def test_bad_input_is_one_message_and_exit_code_2(tmp_path):
    command = [sys.executable, "-m", "throughline.cli", "user", "link", "nobody@example.org"]
    answer = subprocess.run([*command, "--home", str(ready(tmp_path))], capture_output=True, text=True)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith("Error: Nobody active has the e-mail address")
    assert "Traceback" not in answer.stderr


def test_a_failure_of_ours_is_one_line_and_exit_code_1(tmp_path):
    (tmp_path / "throughline.sqlite3").write_bytes(b"this is no database" * 100)
    command = [sys.executable, "-m", "throughline.cli", "user", "list", "--home", str(tmp_path)]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 1
    assert len(answer.stderr.splitlines()) == 1
    assert "THROUGHLINE_DEBUG=1" in answer.stderr


def test_the_script_is_installed_under_its_name():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"throughline": "throughline.cli:main"}
