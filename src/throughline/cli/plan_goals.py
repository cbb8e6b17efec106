"""`throughline plan goals`: company goals in and out, as CSV and as Markdown."""

from __future__ import annotations

from pathlib import Path

import click

from throughline.cli.common import home_option, json_option, made, now, there
from throughline.cli.plan_files import ACTOR, answer, contents, write_out
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

FORMATS = ("csv", "markdown")
_ENDINGS = {".csv": "csv", ".md": "markdown", ".markdown": "markdown"}


@click.group("goals")
def goals() -> None:
    """Company goals in and out: they live outside security, and often in another tool.

    \b
    Example:
      throughline plan goals export --format markdown -o goals.md
      throughline plan goals import goals.csv
    """


@goals.command()
@click.option("--format", "format_", type=click.Choice(FORMATS), default="csv", help="CSV, or Markdown.")
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Where to write (default: standard output)."
)
@home_option
@json_option
def export(format_: str, output: str, home: Path | None, as_json: bool) -> None:
    """Write the company goals.

    \b
    Example:
      throughline plan goals export --format csv -o goals.csv
    """
    open_home(there(home))
    from throughline.cli.common import emit
    from throughline.plans.format.goals import csv_text, markdown_text
    from throughline.plans.queries import sections

    found = sections()["goals"]
    text = (markdown_text if format_ == "markdown" else csv_text)(found)
    emit({"goals": found}, as_json=as_json, show=lambda: write_out(text, output))


@goals.command("import")
@click.argument("file", metavar="FILE")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="CSV or Markdown (default: by the ending)."
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@home_option
@json_option
def import_(file: str, format_: str | None, dry_run: bool, home: Path | None, as_json: bool) -> None:
    """Bring company goals in; a goal is known by its key, else by its title.

    A CSV file has the columns key, title, owner, source, description, of which only title must be there.
    In Markdown each heading, or each item of a list, is a goal, and what follows describes it.

    \b
    Example:
      throughline plan goals import goals.csv
    """
    kind = format_ or _ENDINGS.get(Path(file).suffix.lower(), "")
    if not kind:
        raise Refused("say what the file is: --format csv or --format markdown", place=file)
    [(name, content)] = contents((file,)).items()
    open_home(there(home) if dry_run else made(home))
    from throughline.plans.actions import Wish, apply
    from throughline.plans.format.goals import read_csv, read_markdown
    from throughline.plans.stored import stored_goals

    plan = (read_csv if kind == "csv" else read_markdown)(content, file=name, stored=stored_goals())
    applied = apply(plan, ACTOR, wish=Wish(dry_run=dry_run), now=now())
    answer(applied.changes, applied.notes, dry_run=dry_run, as_json=as_json)
