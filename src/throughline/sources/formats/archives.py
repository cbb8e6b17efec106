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
_DAMAGES = (
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


def members(stream: BinaryIO, *, name: str, allowance: Allowance | None = None) -> Iterator[Member]:
    """The files in a file, each open until the next is asked for; a file that is no archive is itself.

    Raises BadFile for an archive that is broken, encrypted, too large, or holds another one.
    """
    stream.seek(0)
    head = stream.read(8)
    stream.seek(0)
    left = allowance or Allowance()
    if head.startswith(_GZIP):
        yield from _gunzipped(stream, name, left)
    elif head.startswith(_ZIP):
        yield from _unzipped(stream, name, left)
    elif other := _other(head):
        raise BadFile(f"it is compressed by {other}: give it as .gz, as .zip, or as it is", name=name)
    else:
        yield Member(name, stream)


def _other(head: bytes) -> str | None:
    return next((tool for mark, tool in _OTHERS.items() if head.startswith(mark)), None)


class _Unpacked:
    """One file as it comes out of an archive, on disk beyond some megabytes."""

    def __init__(self, name: str, *, archive: str, packed: int, before: int, allowance: Allowance) -> None:
        self.name, self.archive, self.allowance = name, archive, allowance
        self.most = max(SMALL, MOST_RATIO * packed)
        self.size, self.before = 0, before
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - its taker closes it

    def add(self, content: bytes) -> None:
        self.size += len(content)
        self.allowance.take(len(content), name=self.archive)
        if self.before + self.size > self.most:
            message = f"it unpacks to more than {MOST_RATIO} times its size, which no report does"
            raise BadFile(f"{message}: give the file as it is", name=self.archive)
        self.file.write(content)

    def member(self) -> Member:
        """The file, ready to be read. Raises BadFile where it is an archive itself."""
        self.file.seek(0)
        head = self.file.read(_TAR_AT + len(_TAR))
        if head.startswith((_GZIP, *_ZIP)) or _other(head) or head[_TAR_AT:] == _TAR:
            message = f"{shown(self.name)} in it is an archive again: give the files themselves, or one .zip"
            raise BadFile(message, name=self.archive)
        self.file.seek(0)
        return Member(self.name, self.file)


def _gunzipped(stream: BinaryIO, name: str, allowance: Allowance) -> Iterator[Member]:
    allowance.take_member(name=name)
    inner = name[:-3] if name.lower().endswith(".gz") and len(name) > 3 else name
    unpacked = _Unpacked(inner, archive=name, packed=_size(stream), before=0, allowance=allowance)
    with unpacked.file:
        try:
            _inflate(stream, unpacked)
        except zlib.error:
            raise _broken(name) from None
        yield unpacked.member()


def _inflate(stream: BinaryIO, unpacked: _Unpacked) -> None:
    """Every block of a gzip file, one after another; zeros behind the last are padding."""
    content, blocks = stream.read(STEP), 0
    while content:
        blocks += 1
        if blocks > _MOST_BLOCKS:
            raise BadFile(
                f"it has more than {_MOST_BLOCKS:,} blocks: compress it anew", name=unpacked.archive
            )
        block = zlib.decompressobj(wbits=31)
        while not block.eof:
            unpacked.add(block.decompress(content, STEP))
            content = block.unconsumed_tail or (b"" if block.eof else stream.read(STEP))
            if not (content or block.eof):
                raise _broken(unpacked.archive)
        content = (block.unused_data or stream.read(STEP)).lstrip(b"\0")
        while not content and (more := stream.read(STEP)):
            content = more.lstrip(b"\0")


def _unzipped(stream: BinaryIO, name: str, allowance: Allowance) -> Iterator[Member]:
    _check_end(stream, name)
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = [info for info in archive.infolist() if not _is_beside(info)]
            _check(infos, name, allowance)
            done = 0
            for info in infos:
                unpacked = _extracted(archive, info, name, before=done, allowance=allowance)
                done += unpacked.size
                with unpacked.file:
                    yield unpacked.member()
    except _DAMAGES:
        raise _broken(name) from None
    except OSError as error:
        # An offset before the file's beginning, as a damaged directory has it.
        if error.errno != errno.EINVAL:
            raise
        raise _broken(name) from None


def _check_end(stream: BinaryIO, name: str) -> None:
    """Refuse a directory that is too long before anybody reads it. Raises BadFile."""
    size = _size(stream)
    start = max(0, size - _END.size - 65_535 - 20)
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


def _check(infos: list[zipfile.ZipInfo], name: str, allowance: Allowance) -> None:
    if any(info.filename == "[Content_Types].xml" for info in infos):
        raise BadFile("this is an office document: save its sheet as CSV (UTF-8)", name=name)
    if not infos:
        raise BadFile("the archive holds no file: put the reports in it", name=name)
    for info in infos:
        allowance.take_member(name=name)
        if info.flag_bits & _ENCRYPTED:
            message = f"{shown(info.filename)} in it is encrypted: unpack it, and give the files themselves"
            raise BadFile(message, name=name)
        if info.compress_type not in _DEFLATED_OR_STORED:
            message = (
                f"{shown(info.filename)} in it is not compressed by Deflate: pack it as usual zip files are"
            )
            raise BadFile(message, name=name)


def _extracted(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, *, before: int, allowance: Allowance
) -> _Unpacked:
    assert archive.fp is not None
    packed = _size(archive.fp)  # type: ignore[arg-type]
    found = _Unpacked(
        safe_name(info.filename), archive=name, packed=packed, before=before, allowance=allowance
    )
    try:
        with archive.open(info) as content:
            while chunk := content.read(STEP):
                found.add(chunk)
        if found.size != info.file_size:
            raise _broken(name)
    except BaseException:
        found.file.close()
        raise
    return found


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
