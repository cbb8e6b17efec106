"""What a terminal is given: text whose direction nothing turns."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

from throughline.engine.directions import named


class Screen:
    """A stream that names what would turn the text around it; all else is that of the stream within."""

    def __init__(self, within: TextIO) -> None:
        self._within = within

    def write(self, text: str) -> int:
        self._within.write(named(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._within, name)


@contextmanager
def screened() -> Iterator[None]:
    """Both streams of a command behind a screen."""
    out, err = cast(TextIO, Screen(sys.stdout)), cast(TextIO, Screen(sys.stderr))
    with redirect_stdout(out), redirect_stderr(err):
        yield
