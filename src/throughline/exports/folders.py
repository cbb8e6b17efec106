"""A folder that appears whole under its name or not at all, and takes the place of an earlier export only."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from throughline.engine.refusals import Refused

DICTIONARY = "dictionary.json"
FORMAT = "throughline export"


def require_place(target: Path, *, place: str) -> None:
    """Refuse a target that would overwrite anything but an earlier export, or that cannot be made."""
    if not target.exists():
        return
    if not target.is_dir():
        raise Refused(f"{target} is a file: name a folder", place=place, code="not_a_folder")
    inside = {path.name for path in target.iterdir()}
    if not inside:
        return
    if other := inside - _files_of(target):
        named = ", ".join(sorted(other)[:3])
        message = (
            f"{target} holds what no export wrote ({named}{', …' if len(other) > 3 else ''}): name a new or "
            "empty folder, or one of an earlier export"
        )
        raise Refused(message, place=place, code="not_empty")


def _files_of(folder: Path) -> set[str]:
    """The files that an earlier export wrote, as its own dictionary says."""
    try:
        said = json.loads((folder / DICTIONARY).read_bytes())
        if said["format"] != FORMAT:
            return set()
        return {DICTIONARY, "dictionary.md", *(str(table["file"]) for table in said["tables"])}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


@contextmanager
def appearing(target: Path, *, place: str) -> Iterator[Path]:
    """A folder to write into that gets its name once all is written; nothing is left where it is not.

    Raises Refused where the target may not be replaced, or its parent not be written.
    """
    target = Path(os.path.realpath(target))
    require_place(target, place=place)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=".part", dir=target.parent))
    except OSError as error:
        raise Refused(
            f"{target} cannot be written: {error.strerror}", place=place, code="unwritable"
        ) from None
    try:
        yield part
        # As open to others as any folder that this person makes.
        part.chmod(0o777 & ~_mask())
        require_place(target, place=place)
        _put(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _put(part: Path, target: Path) -> None:
    """Give the folder its name; an earlier export steps aside first, and comes back if that fails."""
    if not (target.exists() and any(target.iterdir())):
        part.rename(target)
        return
    aside = part.with_suffix(".old")
    target.rename(aside)
    try:
        part.rename(target)
    except OSError:
        with suppress(OSError):
            aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
