"""What the commands about the plan share: reading files, writing one, and showing what changes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

import click

from throughline.cli.common import emit
from throughline.engine.refusals import Refused
from throughline.plans.format.nodes import PLAN

ACTOR = "command line"
COLOURS = {"+": "green", "-": "red", "~": "yellow"}


def contents(files: tuple[str, ...]) -> dict[str, bytes]:
    """The files by name; - is standard input. Raises Refused."""
    found: dict[str, bytes] = {}
    for name in files:
        shown = "standard input" if name == "-" else name
        if shown in found:
            raise Refused("the file is named twice: name it once", place=name)
        try:
            # One byte more than is read, so that a file that is too large says so.
            if name == "-":
                found[shown] = sys.stdin.buffer.read(PLAN.bytes + 1)
            else:
                with Path(name).open("rb") as file:
                    found[shown] = file.read(PLAN.bytes + 1)
                    _require_size(file, found[shown], name)
        except OSError as error:
            raise Refused(f"the file cannot be read: {error.strerror}", place=name) from error
    return found


def _require_size(file: BinaryIO, content: bytes, name: str) -> None:
    """Name the size of a file that is too large to be read whole."""
    if len(content) > PLAN.bytes:
        size = max(os.fstat(file.fileno()).st_size, len(content))
        raise Refused(
            f"expected at most {PLAN.bytes:,} bytes, found {size:,}: split the file", place=f"{name}:1:1"
        )


def write_out(text: str, output: str) -> None:
    """Write to a file, or to standard output for -. Raises Refused."""
    if output == "-":
        sys.stdout.buffer.write(text.encode())
        return
    try:
        Path(output).write_bytes(text.encode())
    except OSError as error:
        raise Refused(f"{output} cannot be written: {error.strerror}", place="--output") from error


def answer(
    changes: list[Any], notes: list[str], *, dry_run: bool, as_json: bool, is_diff: bool = False
) -> None:
    """Say what changed, or would."""
    from throughline.plans.lines import document

    done = "" if is_diff else "Dry run: nothing was changed." if dry_run else "Applied." if changes else ""
    said = {"applied": not dry_run, "changes": [document(each) for each in changes], "notes": notes}
    emit(said, as_json=as_json, show=lambda: _show(changes, notes, done))


def _show(changes: list[Any], notes: list[str], done: str) -> None:
    from throughline.plans.lines import lines, summary

    for change in changes:
        for line in lines(change):
            click.echo(click.style(str(line), fg=COLOURS[line.sign], bold=line.is_item))
    click.echo(" ".join(filter(None, (summary(changes), done))))
    for note in notes:
        click.echo(f"! {note}")
