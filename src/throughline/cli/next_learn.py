"""`throughline next learn`: what finished work says of the weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from throughline.cli.common import emit, home_option, json_option
from throughline.cli.given import content_of, name_of


@click.command("learn")
@click.argument("file", metavar="FILE.csv|-")
@home_option
@json_option
def learn(file: str, home: Path | None, as_json: bool) -> None:
    """Learn what business, interest and growth count from finished work, or say why it is too early.

    A piece of work a line: three grades (columns business, interest and growth; all from 0 to 1, or all from
    1 to 5) and the outcome from 1 to 5, was it the right work? Other columns are left alone. Needs no data
    folder.

    \b
    Example:
      throughline next learn finished.csv
      throughline next learn finished.csv --json
    """
    from throughline.assignments.format.finished import read_finished
    from throughline.engine import preferences
    from throughline.outcomes.documents import learnt_document

    finished = read_finished(content_of(file), name=name_of(file))
    found = learnt_document(preferences.learn(finished.grades, finished.outcomes), finished.scale)
    emit(found, as_json=as_json, show=lambda: show(found))


def show(found: dict[str, Any]) -> None:
    """Print what was learnt for a person."""
    from throughline.outcomes.documents import WAYS

    low, high = found["grades"]
    pieces = "1 piece" if found["n"] == 1 else f"{found['n']:,} pieces"
    click.echo(f"{pieces} of finished work, graded from {low:g} to {high:g}.\n")
    click.echo(f"{'':<10}{'advised':>9}{'learnt':>9}   90 % band")
    for name, (least, most) in found["bands"].items():
        weights = f"{found['weights'][name]:>9.2f}{found['posterior'][name]:>9.2f}"
        click.echo(f"{name:<10}{weights}   {least:.2f} to {most:.2f}")
    click.echo(f"\n{found['why']}")
    errors = [(WAYS[way], error) for way, error in found["leave_one_out"].items() if error is not None]
    if errors:
        said = ", ".join(f"{way} {error:.2f}" for way, error in errors)
        click.echo(f"Left out one by one, outcomes are foretold this far off (points of 1 to 5): {said}.")
    for caveat in found["caveats"]:
        click.echo(f"! {caveat}")
