"""Putting a backup into an empty folder: unpacked and proved in a corner of it, and only then moved in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from throughline.backups import archive
from throughline.backups.copying import rows_of
from throughline.backups.folders import PREFIX, forget_dead, require_space, working
from throughline.backups.manifest import Manifest
from throughline.engine.refusals import Refused
from throughline.site import schema
from throughline.site.home import DATABASE
from throughline.site.progress import Progress

_NEWER = "install that version or a newer one, and restore the backup with it"


@contextmanager
def corner_of(home: Path) -> Iterator[Path]:
    """A folder within an empty one, gone when the block ends. Raises Refused where there is something."""
    is_new = not home.exists()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        forget_dead(home)
        found = sorted(path.name for path in home.iterdir())
    except OSError as error:
        raise Refused(f"it cannot be made or read ({error.strerror})", place=str(home), code="home") from None
    # A volume of its own has this folder from the start.
    if strangers := [name for name in found if name != "lost+found"]:
        busy = any(name.startswith(PREFIX) for name in strangers)
        why = "something is being restored there" if busy else f"it is not empty (it holds {strangers[0]})"
        raise Refused(
            f"{why}: name a new or an empty folder, since nothing is ever written over",
            place="--home",
            code="not_empty",
        )
    try:
        with working(home) as folder:
            inner = folder / "home"
            inner.mkdir(mode=0o700)
            yield inner
    finally:
        if is_new:
            # Nothing came of it, so nothing stays; a folder that holds what was restored stays by itself.
            with suppress(OSError):
                home.rmdir()


def unpack(path: Path, home: Path, *, progress: Progress) -> Manifest:
    """Write the database of a backup into a folder, as it was packed. Raises Refused before it is used."""
    with archive.opened(path) as (packed, said):
        what = f"the backup of {said.made_at:%Y-%m-%d %H:%M} (Throughline {said.version})"
        schema.refuse_newer(said.schema.items(), what=what, way_out=_NEWER, place=path.name)
        total, done = sum(member.bytes for member in said.members.values()), 0
        require_space(home, 2 * total, what="restoring")

        def count(more: int) -> None:
            nonlocal done
            done += more
            progress(min(done, total - 1), total, "Unpacking")

        for member in said.members:
            archive.extract(packed, said, member, to=home / member, name=path.name, count=count)
    _compare(said, home / DATABASE, name=path.name)
    return said


def _compare(said: Manifest, database: Path, *, name: str) -> None:
    found = rows_of(database)
    wrong = [table for table in sorted({*said.rows, *found}) if said.rows.get(table) != found.get(table)]
    if wrong:
        table = wrong[0]
        counts = (
            f"{found.get(table, 'no')} rows in {table}, and {said.rows.get(table, 'none')} were backed up"
        )
        raise Refused(f"{DATABASE} in it has {counts}: take another backup", place=name, code="damaged")


def move_in(corner: Path, home: Path) -> None:
    """Move what was restored to its place, the database last: with it the folder is one of ours."""
    for path in sorted(corner.iterdir(), key=lambda each: each.name.startswith(DATABASE)):
        shutil.move(path, home / path.name)
