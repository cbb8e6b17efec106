"""A copy of the folder as it was before its tables were brought up to date."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from throughline.backups.copying import size_of
from throughline.backups.folders import require_space, working
from throughline.backups.making import pack
from throughline.site.home import DATABASE
from throughline.site.progress import quiet

KEPT = 2


def folder_of(home: Path) -> Path:
    """Where the folder keeps backups of itself."""
    found = home / "backups"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def keep_copy(home: Path) -> Path:
    """Pack the database before it is upgraded; the two newest of these stay. Raises Refused.

    It is not restored to be proved: that would be the very upgrade that follows.
    """
    folder, now = folder_of(home), datetime.now(UTC)
    target = folder / f"before-upgrade-{now:%Y%m%dT%H%M%SZ}.zip"
    print(f"Bringing {home} up to date; as it was it is kept in {target}.", file=sys.stderr)
    with working(folder) as inner:
        require_space(inner, 2 * size_of(home / DATABASE), what="the copy that is kept before an upgrade")
        packed = inner / "backup.zip"
        pack(home / DATABASE, packed, folder=inner, now=now, progress=quiet)
        packed.replace(target)
    for old in sorted(folder.glob("before-upgrade-*.zip"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return target
