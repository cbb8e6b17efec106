"""What every command shares: its data folder, and the two ways it answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from throughline.engine.directions import escaped
from throughline.engine.refusals import AllRefused, Refused, each_of
from throughline.site.home import OURS, default_home
from throughline.site.plain import plain
from throughline.site.progress import Progress, quiet

if TYPE_CHECKING:
    from rich.table import Table

# Wider than any line of a table: what is piped is read by programs, and cut nowhere.
UNBOUNDED = 10_000
Command = TypeVar("Command", bound=Callable[..., Any])


def home_option(command: Command) -> Command:
    """Add `--home DIR`, passed as `home: Path | None` for `site.home.open_home(home)`."""
    option = click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="The data folder (default: THROUGHLINE_HOME, else ~/.local/share/throughline).",
    )
    return option(command)


def json_option(command: Command) -> Command:
    """Add `--json`, passed as `as_json: bool` for `emit`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer with JSON.")(command)


def there(home: Path | None) -> Path:
    """The data folder to read from. Raises Refused where there is none, so that a typo makes no folder."""
    found = home or default_home()
    if not is_new(found):
        return found
    raise Refused(
        f"there is no data folder at {found}: look for a typo, or make one with "
        f"`throughline import FILE{f' --home {home}' if home else ''}`",
        place="--home",
        code="no_home",
    )


def made(home: Path | None) -> Path:
    """The data folder to write to; it is said where it will be a new one."""
    found = home or default_home()
    if not found.exists():
        click.echo(f"Making a new data folder at {found}.", err=True)
    return found


def is_new(home: Path) -> bool:
    """Whether a folder is missing, or holds other things only; an empty one was made to be used."""
    inside = {path.name for path in home.iterdir()} if home.is_dir() else None
    return inside is None or bool(inside and not inside & OURS)


@contextmanager
def placed(options: Mapping[str, str]) -> Iterator[None]:
    """Say of a refusal which option it is about; `options` gives the option of each place."""
    try:
        yield
    except Refused as refused:
        said = [_named(each, options) for each in each_of(refused)]
        raise (AllRefused(said) if len(said) > 1 else said[0]) from refused


def _named(refused: Refused, options: Mapping[str, str]) -> Refused:
    option = options.get(refused.place or "")
    return refused if option is None else Refused(refused.message, place=option, code=refused.code)


def emit(document: object, *, as_json: bool, show: Callable[[], object]) -> None:
    """Write the document as JSON to standard output, or call `show`, which prints it for a person."""
    if as_json:
        click.echo(escaped(json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False)))
    else:
        show()


def show_table(table: Table) -> None:
    """Print a table as wide as the terminal; where there is none, each row whole on a line of its own."""
    from rich.console import Console

    Console(markup=False, width=None if sys.stdout.isatty() else UNBOUNDED).print(table)


@contextmanager
def bar() -> Iterator[Progress]:
    """A bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield quiet
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("reading", total=None)
        yield lambda done, total, message: shown.update(
            task, completed=done, total=total, description=message
        )


def now() -> datetime:
    """The clock, read once by a command and handed on."""
    return datetime.now(UTC)
