"""A real server over a data folder of its own, and the command line beside it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

from tests.commands import answered, begun
from tests.homes import ready

PROJECT = Path(__file__).resolve().parents[2]
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class House:
    """A served data folder; `link` signs its first administrator in once; its clock may be days ahead."""

    home: Path
    address: str
    link: str
    ahead: int = 0

    def run(self, *arguments: str | Path) -> dict:
        """What a command answers about this folder."""
        return run(*arguments, home=self.home, ahead=self.ahead)

    def errors(self) -> list[str]:
        """What the server itself had to complain about: the last line of each traceback."""
        said = _errors_of(self.home).read_text().split("Traceback")[1:]
        return [traceback.rstrip().splitlines()[-1] for traceback in said]

    def link_of(self, name: str, *, role: str, team: str = "") -> str:
        """Add a person; the address that signs them in once."""
        in_team = ("--team", team) if team else ()
        email = f"{name.lower()}@example.org"
        return self.run("user", "add", name, email, "--role", role, *in_team)["sign_in_link"]


def run(*arguments: str | Path, home: Path, ahead: int = 0) -> dict:
    """Run a command on a data folder; AssertionError with its message where it refuses."""
    return json.loads(text(*arguments, "--json", home=home, ahead=ahead))


def text(*arguments: str | Path, home: Path, ahead: int = 0) -> str:
    """The same as a person reads it."""
    words = [*map(str, arguments), "--home", str(ready(home))]
    done = answered(words, folder=home, environment=_environment(), ahead=ahead)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def served(
    home: Path, *, command: str = "serve", ahead: int = 0, settings: Mapping[str, str] = NOTHING
) -> Iterator[House]:
    """Serve the folder on a free port until the block ends; `demo` fills it with the sample first.

    With `ahead` the clock of the server, and of the commands beside it, is so many days ahead.
    """
    words = [command, "--port", "0", "--home", str(home), "--json"]
    told, said = os.pipe()
    with _errors_of(ready(home)).open("wb") as errors, os.fdopen(told) as answer:
        with os.fdopen(said, "wb") as out:
            server = begun(
                words,
                folder=home,
                out=out,
                err=errors,
                environment=_environment() | settings,
                ahead=ahead,
            )
        try:
            document = _first_document(answer)
            assert document, _errors_of(home).read_text()
            yield House(home, document["address"], document["sign_in_link"] or "", ahead)
        finally:
            server.send(signal.SIGTERM)
            server.ended(20)


def _errors_of(home: Path) -> Path:
    return home.parent / f"{home.name}.err"


def _first_document(stream: IO[str]) -> dict:
    lines = []
    for line in stream:
        lines.append(line)
        if line.rstrip() == "}":
            return json.loads("".join(lines))
    return {}


def _environment() -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("THROUGHLINE_")}
    return kept | {"PYTHONPATH": os.pathsep.join((str(PROJECT / "src"), str(PROJECT)))}
