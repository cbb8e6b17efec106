"""The pages of a sync in the data folder: appended, whole, and gone on from after a crash.

A page is written and synced to disk first, then the row says how many bytes of the file count and where the
pull goes on. What is in the file beyond that was of a page that the row never heard of, and is cut off. All
documents share the file, each line with the mark of its own: a page may be of a hundred of them.
"""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import tempfile
import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from django.conf import settings

from throughline.connectors.models import Outcome, Sync
from throughline.connectors.shape import Document
from throughline.connectors.told_apart import Apart
from throughline.engine.refusals import Refused

MOST_BYTES = 4 * 1024**3
# Of the mark of a document, in bytes.
MARK = 16


class TakenOver(Exception):
    """Another process goes on with this sync: this one was taken for dead, and writes no more."""


def write_down(sync: Sync, **fields: Any) -> None:
    """Write to the row of a running sync. Raises TakenOver where that is no longer for this process to do."""
    mine = Sync.objects.filter(pk=sync.pk, holder=sync.holder, outcome=Outcome.RUNNING)
    if not mine.update(**fields):
        raise TakenOver


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
        self.path = self.folder / "pages"
        self._places: dict[bytes, array[int]] | None = None
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
        kept, page = dict(self.sync.kept), bytearray()
        for document, found in records.items():
            mark = _mark(document)
            lines = b"".join(mark + record + b"\n" for record in found)
            size, count = kept.get(document, (0, 0))
            kept[document] = [size + len(lines), count + len(found)]
            page += lines
        if _size(kept) > MOST_BYTES:
            raise Refused(f"More than {MOST_BYTES:,} bytes came of one sync: narrow what is asked for.")
        with self.path.open("ab") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        self._places = None
        self._write(kept=kept, cursor=dict(cursor))

    def begin_again(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        self._places = None
        self._write(kept={}, cursor={}, stored=[])

    @contextmanager
    def opened(self, document: Document, *, apart: Apart | None = None) -> Iterator[BinaryIO]:
        """A document as one file, put together from its kept records but those that are told apart."""
        with tempfile.TemporaryFile(dir=self.folder) as file:
            file.write(document.before)
            for number, line in enumerate(self._lines(document, apart)):
                file.write((document.between if number else b"") + line)
            file.write(document.after)
            file.seek(0)
            yield file

    def holds(self, document: Document, *, apart: Apart | None = None) -> int:
        """How many records of a document are kept, but those that are told apart."""
        if apart:
            return sum(1 for _ in self._lines(document, apart))
        return int(self.sync.kept.get(document.name, (0, 0))[1])

    def _lines(self, document: Document, apart: Apart | None) -> Iterator[bytes]:
        if places := self._places_of(document.name):
            with self.path.open("rb") as lines:
                for place in places:
                    lines.seek(place + MARK)
                    line = lines.readline().rstrip(b"\n")
                    if not apart or not apart.holds(document, line):
                        yield line

    def _write(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self.sync, name, value)
        write_down(self.sync, **fields, fetched=self.count)

    def _cut_to_size(self) -> bool:
        """Cut the file to what the row says counts; whether all of that is there."""
        size = _size(self.sync.kept)
        if not self.path.exists():
            return size == 0
        if self.path.stat().st_size < size:
            return False
        os.truncate(self.path, size)
        return True

    def _places_of(self, document: str) -> Sequence[int]:
        """Where the lines of a document begin, found in one pass for all of them."""
        if self._places is None:
            self._places, place = {}, 0
            with self.path.open("rb") if self.path.exists() else io.BytesIO() as lines:
                for line in lines:
                    self._places.setdefault(line[:MARK], array("Q")).append(place)
                    place += len(line)
        return self._places.get(_mark(document), ())


def _mark(document: str) -> bytes:
    """What begins each line of a document."""
    return blake2b(document.encode(), digest_size=MARK // 2).hexdigest().encode()


def _size(kept: Mapping[str, Sequence[int]]) -> int:
    return sum(size for size, _ in kept.values())


def forget(*, kept: set[str]) -> int:
    """Remove what waits of syncs that nothing goes on from; how many. `kept` are names of what stays."""
    gone = [path for path in root().iterdir() if path.name not in kept]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return len(gone)


def names_of(sync: Sync) -> tuple[str, str]:
    """What a sync keeps in the folder of all."""
    return sync.folder, _lock(sync).name
