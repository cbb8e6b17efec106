"""The pages of a sync in the data folder: appended, whole, and gone on from after a crash.

A page is written and synced to disk first, then the row says how many bytes of the file count and where the
pull goes on. What is in the file beyond that was of a page that the row never heard of, and is cut off.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from django.conf import settings

from throughline.connectors.models import Outcome, Sync
from throughline.connectors.shape import Document
from throughline.engine.refusals import Refused

MOST_BYTES = 4 * 1024**3


class TakenOver(Exception):
    """Another process goes on with this sync: this one was taken for dead, and writes no more."""


def root() -> Path:
    """Where pages of all syncs wait."""
    found = Path(settings.HOME) / "connectors"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def folder_of(sync: Sync) -> Path:
    """Where the pages of a sync wait."""
    return root() / sync.folder


def discard(sync: Sync) -> None:
    """Remove the pages of a sync; a second time changes nothing."""
    shutil.rmtree(folder_of(sync), ignore_errors=True)
    _lock(sync).unlink(missing_ok=True)


@contextmanager
def held(sync: Sync) -> Iterator[None]:
    """Say to the other processes of this machine that this one works on a sync, until it ends or dies."""
    with _lock(sync).open("w") as lock:
        _locked(lock)
        yield


def _locked(lock: TextIO) -> None:
    """Take the lock, which others hold for an instant where they look at it.

    Who holds it longer was taken for dead: it is the row that says whose the sync is.
    """
    for _ in range(20):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.01)
        else:
            return


def is_held(sync: Sync) -> bool | None:
    """Whether a process of this machine works on a sync; None where no process of it ever did."""
    try:
        with _lock(sync).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return True
    return False


def _lock(sync: Sync) -> Path:
    return root() / f"{sync.pk}.lock"


class Kept:
    """The pages of a running sync, as a pull sees them (see shape.Keep)."""

    def __init__(self, sync: Sync) -> None:
        self.sync = sync
        self.folder = folder_of(sync)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if not self._cut_to_size():
            self.begin_again()

    @property
    def cursor(self) -> dict[str, Any]:
        return dict(self.sync.cursor)

    @property
    def count(self) -> int:
        return sum(records for _, records in self.sync.kept.values())

    def page(self, document: str, records: Sequence[bytes], *, cursor: Mapping[str, Any]) -> None:
        self.pages({document: records}, cursor=cursor)

    def pages(self, records: Mapping[str, Sequence[bytes]], *, cursor: Mapping[str, Any]) -> None:
        kept = dict(self.sync.kept)
        for document, found in records.items():
            kept[document] = self._appended(document, found, kept)
        self._write(kept=kept, cursor=dict(cursor))

    def _appended(self, document: str, records: Sequence[bytes], kept: Mapping[str, Any]) -> list[int]:
        """How many bytes and records a document has with these."""
        size, count = kept.get(document, (0, 0))
        lines = b"".join(record + b"\n" for record in records)
        if sum(bytes for bytes, _ in kept.values()) + len(lines) > MOST_BYTES:
            raise Refused(f"More than {MOST_BYTES:,} bytes came of one sync: narrow what is asked for.")
        with self._path(document).open("ab") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        return [size + len(lines), count + len(records)]

    def begin_again(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        self._write(kept={}, cursor={}, stored=[])

    @contextmanager
    def opened(self, document: Document) -> Iterator[BinaryIO]:
        """A document as one file, put together from its kept records."""
        with tempfile.TemporaryFile(dir=self.folder) as file:
            file.write(document.before)
            if (path := self._path(document.name)).exists():
                with path.open("rb") as lines:
                    for number, line in enumerate(lines):
                        file.write((document.between if number else b"") + line.rstrip(b"\n"))
            file.write(document.after)
            file.seek(0)
            yield file

    def holds(self, document: Document) -> int:
        """How many records of a document are kept."""
        return int(self.sync.kept.get(document.name, (0, 0))[1])

    def _write(self, **fields: Any) -> None:
        mine = Sync.objects.filter(pk=self.sync.pk, holder=self.sync.holder, outcome=Outcome.RUNNING)
        for name, value in fields.items():
            setattr(self.sync, name, value)
        if not mine.update(**fields, fetched=self.count):
            raise TakenOver

    def _cut_to_size(self) -> bool:
        """Cut files to what the row says counts; whether all of that is there."""
        for document, (size, _) in self.sync.kept.items():
            path = self._path(document)
            if not path.exists() or path.stat().st_size < size:
                return False
            os.truncate(path, size)
        known = {self._path(document) for document in self.sync.kept}
        for path in self.folder.iterdir():
            if path not in known:
                path.unlink()
        return True

    def _path(self, document: str) -> Path:
        return self.folder / blake2b(document.encode(), digest_size=16).hexdigest()


def forget(*, kept: set[str]) -> int:
    """Remove what waits of syncs that nothing goes on from; how many. `kept` are names of what stays."""
    gone = [path for path in root().iterdir() if path.name not in kept]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return len(gone)


def names_of(sync: Sync) -> tuple[str, str]:
    """What a sync keeps in the folder of all."""
    return sync.folder, _lock(sync).name
