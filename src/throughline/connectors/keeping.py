"""The pages of a sync in the data folder: appended, whole, and gone on from after a crash.

A page is written and synced to disk first, then the row says how many bytes of the file count and where the
pull goes on. What is in the file beyond that was of a page that the row never heard of, and is cut off.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

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
    """Remove folders of syncs that nothing goes on from; how many."""
    gone = [path for path in root().iterdir() if path.is_dir() and path.name not in kept]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return len(gone)
