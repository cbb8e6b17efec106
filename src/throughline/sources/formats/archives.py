"""Compressed files opened within limits: gzip (RFC 1952) holds one file, a zip archive one a member. Pure.

What an archive says of sizes is believed of nothing; names are shown to people and never used as paths.
"""

from __future__ import annotations

import errno
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from throughline.sources.formats.tables import BadFile, shown

MOST_MEMBERS = 50
MOST_BYTES = 1024**3
MOST_RATIO = 200
# Repetitive files compress better than any ratio; below this none hurts.
SMALL = 16 * 1024**2
STEP = 256 * 1024
LONGEST_NAME = 240
# Of 50 members with names, comments and dates as long as tools write them.
_MOST_DIRECTORY = 1024**2
# Each costs a call: a block of the tools that compress in parallel holds 64 KB.
_MOST_BLOCKS = 50_000
_END = struct.Struct("<4s4H2LH")
_DEFLATED_OR_STORED = (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OTHERS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"7z\xbc\xaf'\x1c": "7-Zip",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"Rar!\x1a": "RAR",
}
_TAR_AT, _TAR = 257, b"ustar"
# What the reader of zip archives raises of damaged ones, besides an OSError.
DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, EOFError, struct.error),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One file, as it is or unpacked. `name` is for people: it may hold slashes, and is no path of ours."""

    name: str
    stream: BinaryIO


class Allowance:
    """What the archives that were given together may still bring."""

    def __init__(self) -> None:
        self.members = MOST_MEMBERS
        self.bytes = MOST_BYTES

    def take_member(self, *, name: str) -> None:
        """Count a file. Raises BadFile beyond the most."""
        self.members -= 1
        if self.members < 0:
            raise BadFile(f"more than {MOST_MEMBERS} files: give them in several goes", name=name)

    def take(self, count: int, *, name: str) -> None:
        """Count unpacked bytes. Raises BadFile beyond the most."""
        self.bytes -= count
        if self.bytes < 0:
            raise BadFile(f"it unpacks to more than {MOST_BYTES:,} bytes: split it", name=name)


@contextmanager
def unpacked(stream: BinaryIO, *, name: str, allowance: Allowance | None = None) -> Iterator[list[Member]]:
    """The files in a file, all open until the block ends; a file that is no archive is itself.

    Raises BadFile for an archive that is broken, encrypted, too large, or holds another one.
    """
    stream.seek(0)
    head = stream.read(8)
    stream.seek(0)
    if other := _other(head):
        raise BadFile(f"it is compressed by {other}: give it as .gz, as .zip, or as it is", name=name)
    with ExitStack() as held:
        archive = _Archive(stream, name, allowance or Allowance(), held)
        if head.startswith(_GZIP):
            yield [_gunzipped(archive)]
        elif head.startswith(_ZIP):
            yield _unzipped(archive)
        else:
            yield [Member(name, stream)]


def _other(head: bytes) -> str | None:
    return next((tool for mark, tool in _OTHERS.items() if head.startswith(mark)), None)


class _Archive:
    """A compressed file, and what came out of it so far."""

    def __init__(self, stream: BinaryIO, name: str, allowance: Allowance, held: ExitStack) -> None:
        self.stream, self.name, self.allowance, self.held = stream, name, allowance, held
        self.most = max(SMALL, MOST_RATIO * _size(stream))
        self.size = 0

    def file(self) -> BinaryIO:
        """A file on disk for what comes out, gone when the block ends."""
        self.allowance.take_member(name=self.name)
        return self.held.enter_context(tempfile.TemporaryFile())

    def add(self, content: bytes, *, to: BinaryIO) -> None:
        """Keep some bytes that came out. Raises BadFile where they are too many."""
        self.size += len(content)
        self.allowance.take(len(content), name=self.name)
        if self.size > self.most:
            message = f"it unpacks to more than {MOST_RATIO} times its size, which no report does"
            raise BadFile(f"{message}: give the file as it is", name=self.name)
        to.write(content)

    def member(self, name: str, file: BinaryIO) -> Member:
        """What came out, ready to be read. Raises BadFile where it is an archive itself."""
        file.seek(0)
        head = file.read(_TAR_AT + len(_TAR))
        if head.startswith((_GZIP, *_ZIP)) or _other(head) or head[_TAR_AT:] == _TAR:
            message = f"{shown(name)} in it is an archive again: give the files themselves, or one .zip"
            raise BadFile(message, name=self.name)
        file.seek(0)
        return Member(name, file)


def _gunzipped(archive: _Archive) -> Member:
    name, file = archive.name, archive.file()
    try:
        _inflate(archive, file)
    except zlib.error:
        raise _broken(name) from None
    return archive.member(name[:-3] if name.lower().endswith(".gz") and len(name) > 3 else name, file)


def _inflate(archive: _Archive, file: BinaryIO) -> None:
    """Every block of a gzip file, one after another; zeros behind the last are padding."""
    stream = archive.stream
    content, blocks = stream.read(STEP), 0
    while content:
        blocks += 1
        if blocks > _MOST_BLOCKS:
            raise BadFile(f"it has more than {_MOST_BLOCKS:,} blocks: compress it anew", name=archive.name)
        block = zlib.decompressobj(wbits=31)
        while not block.eof:
            archive.add(block.decompress(content, STEP), to=file)
            content = block.unconsumed_tail or (b"" if block.eof else stream.read(STEP))
            if not (content or block.eof):
                raise _broken(archive.name)
        content = (block.unused_data or stream.read(STEP)).lstrip(b"\0")
        while not content and (more := stream.read(STEP)):
            content = more.lstrip(b"\0")


def _unzipped(archive: _Archive) -> list[Member]:
    _check_end(archive.stream, archive.name)
    try:
        with zipfile.ZipFile(archive.stream) as opened:
            infos = [info for info in opened.infolist() if not _is_beside(info)]
            _check(infos, archive.name)
            return [_extracted(archive, opened, info) for info in infos]
    except DAMAGES:
        raise _broken(archive.name) from None
    except OSError as error:
        # An offset before the file's beginning, as a damaged directory has it.
        if error.errno != errno.EINVAL:
            raise
        raise _broken(archive.name) from None


def _check_end(stream: BinaryIO, name: str) -> None:
    """Refuse a directory that is too long before anybody reads it. Raises BadFile."""
    start = max(0, _size(stream) - _END.size - 65_535 - 20)
    stream.seek(start)
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + _END.size:
        raise _broken(name)
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(tail, at)
    # Where there is a locator of the 64-bit directory, its sizes count instead of these.
    if directory > _MOST_DIRECTORY or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise BadFile(f"it has more than {MOST_MEMBERS} files: give them in several goes", name=name)
    if not entries:
        raise BadFile("the archive is empty: put the reports in it", name=name)


def _is_beside(info: zipfile.ZipInfo) -> bool:
    """Whether an entry is a folder, or what a desktop writes beside the files."""
    last = info.filename.rsplit("/", 1)[-1]
    return info.is_dir() or info.filename.startswith("__MACOSX/") or last in (".DS_Store", "Thumbs.db")


def _check(infos: list[zipfile.ZipInfo], name: str) -> None:
    if any(info.filename == "[Content_Types].xml" for info in infos):
        raise BadFile("this is an office document: save its sheet as CSV (UTF-8)", name=name)
    if not infos:
        raise BadFile("the archive holds no file: put the reports in it", name=name)
    if len(infos) > MOST_MEMBERS:
        raise BadFile(f"it has more than {MOST_MEMBERS} files: give them in several goes", name=name)
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            message = f"{shown(info.filename)} in it is encrypted: unpack it, and give the files themselves"
            raise BadFile(message, name=name)
        if info.compress_type not in _DEFLATED_OR_STORED:
            message = (
                f"{shown(info.filename)} in it is not compressed by Deflate: pack it as usual zip files are"
            )
            raise BadFile(message, name=name)


def _extracted(archive: _Archive, opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    file, before = archive.file(), archive.size
    with opened.open(info) as content:
        while chunk := content.read(STEP):
            archive.add(chunk, to=file)
    if archive.size - before != info.file_size:
        raise _broken(archive.name)
    return archive.member(safe_name(info.filename), file)


def safe_name(said: str) -> str:
    """A member's name as it is shown: printable, and without anything that leads out of a folder.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\\\scans\\\\trivy.json")
    ('etc/passwd', 'C:/scans/trivy.json')
    """
    printable = "".join(character if character.isprintable() else "_" for character in said)
    parts = [part for part in printable.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts)[-LONGEST_NAME:] or "file"


def _size(stream: BinaryIO) -> int:
    here = stream.tell()
    size = stream.seek(0, 2)
    stream.seek(here)
    return size


def _broken(name: str) -> BadFile:
    return BadFile("the archive is damaged or cut short: fetch or pack it again", name=name)
