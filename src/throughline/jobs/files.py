"""Files that wait for background work: in the data folder under names of ours, readable by nobody else."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from throughline.engine.refusals import Refused


def folder() -> Path:
    """Where they wait. What is a day old and belongs to nothing is removed by `sources.uploads.forget`."""
    found = Path(settings.HOME) / "uploads"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def new_file() -> tuple[Path, int]:
    """An empty file that nobody else reads: its path, and its descriptor to read and write."""
    path = folder() / secrets.token_hex(16)
    return path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)


def keep(content: bytes) -> str:
    """Keep a file for a job; the name under which `opened_file` finds it."""
    path, descriptor = new_file()
    with os.fdopen(descriptor, "wb") as kept:
        kept.write(content)
    return path.name


def opened_file(name: str) -> BinaryIO:
    """What was kept, open to be read. Raises Refused where it is gone."""
    try:
        return (folder() / name).open("rb")
    except OSError:
        message = "The file is no longer here (files wait for a day): put it in again."
        raise Refused(message, code="upload_gone") from None


def discard(name: str) -> None:
    """Remove it; a second time changes nothing."""
    (folder() / name).unlink(missing_ok=True)
