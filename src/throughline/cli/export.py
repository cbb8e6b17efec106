"""`throughline export`: the record, its history and the plan as files for any analytics tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import bar, emit, home_option, json_option, now, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.exports.actions import Exported

ACTOR = "command line"
FOLDER = click.Path(path_type=Path)


@click.command()
@click.option(
    "--parquet", type=FOLDER, metavar="DIR", help="Write one Parquet file a table into this folder."
)
@click.option("--csv", type=FOLDER, metavar="DIR", help="Write one CSV file a table into this folder.")
@click.option("--dictionary", is_flag=True, help="Only say what each table and column means; needs no data.")
@home_option
@json_option
def command(
    parquet: Path | None, csv: Path | None, dictionary: bool, home: Path | None, as_json: bool
) -> None:
    """Write the record, its history, figures, the plan and what was foretold: one file a table.

    A dictionary of every column lies beside the files. All is of one instant; a folder appears whole or not
    at all, and takes the place of an earlier export only. What people answered in private, numbers before
    their reveal, grades of people, passwords and tokens are in no table.

    \b
    Example:
      throughline export --parquet export/
      throughline export --csv export-csv/
      throughline export --dictionary
    """
    if dictionary:
        _say_dictionary(as_json=as_json)
        return
    wanted = {"parquet": parquet, "csv": csv}
    targets = {name: target for name, target in wanted.items() if target is not None}
    if not targets:
        raise Refused("say where to write: --parquet DIR, --csv DIR, or both", place="--parquet")
    if parquet and csv and parquet.resolve() == csv.resolve():
        raise Refused("one folder holds one format: name another", place="--csv")
    open_home(there(home))
    from throughline.exports.actions import Format, export
    from throughline.exports.folders import require_place

    for name, target in targets.items():
        require_place(target, place=f"--{name}")
    done: list[tuple[Path, Exported]] = []
    for name, target in targets.items():
        with bar() as progress:
            place = f"--{name}"
            exported = export(ACTOR, target, Format(name), now=now(), progress=progress, place=place)
        done.append((target, exported))
    document = {"exports": [_document(*each) for each in done]}
    emit(document, as_json=as_json, show=lambda: click.echo("\n".join(_said(*each) for each in done)))


def _say_dictionary(*, as_json: bool) -> None:
    from throughline.exports.dictionary import dictionary, markdown

    emit(dictionary(), as_json=as_json, show=lambda: click.echo(markdown(), nl=False))


def _document(target: Path, exported: Exported) -> dict[str, Any]:
    return {"folder": str(target), "format": exported.format.value, "rows": exported.rows}


def _said(target: Path, exported: Exported) -> str:
    vulnerabilities, events = exported.rows["vulnerabilities"], exported.rows["events"]
    return (
        f"{target}: {len(exported.rows)} tables with {exported.total:,} rows, of them {vulnerabilities:,} "
        f"vulnerabilities and {events:,} events. dictionary.md says what each column means."
    )
