"""The file of a backup: a zip with a manifest and the database. Pure: bytes in, bytes out.

What an archive says of sizes is believed of nothing, and no name in it is ever used as a path.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from throughline.backups import manifest
from throughline.backups.manifest import Manifest, Member
from throughline.engine.refusals import Refused
from throughline.site.home import DATABASE
from throughline.sources.formats.archives import DAMAGES

# All that a backup may hold: the read side is derived, keys are kept apart, and what waits
# to be imported may hold secrets that are masked only then.
MEMBERS = (DATABASE,)
STEP = 1024**2
# A database without holes packs to a tenth; below this size nothing hurts.
MOST_RATIO = 200
SMALL = 64 * 1024**2
_MOST_DIRECTORY = 64 * 1024
_ENCRYPTED = 0x1 | 0x40 | 0x2000
# How backups are packed; other ways take the memory that the file asks for.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_END = struct.Struct("<4s4H2LH")
# Told how many bytes more have been read.
Count = Callable[[int], None]


def write(
    target: Path, database: Path, *, describe: Callable[[dict[str, Member]], Manifest], count: Count
) -> Manifest:
    """Pack the database, and last the manifest that `describe` makes of its members; then it is on disk."""
    with target.open("xb") as file:
        os.chmod(target, 0o600)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            with database.open("rb") as content, packed.open(DATABASE, "w", force_zip64=True) as into:
                member = _copied(content, into, count=count)
            made = describe({DATABASE: member})
            packed.writestr(manifest.NAME, manifest.written(made))
        file.flush()
        os.fsync(file.fileno())
    return made


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """The archive and its manifest. Raises Refused where it is none, damaged, or holds what none does."""
    name = path.name
    try:
        with path.open("rb") as file:
            _check_directory(file, name)
            with zipfile.ZipFile(file) as packed:
                _check_members(packed, name)
                said = _manifest_of(packed, name)
                _check(packed, said, name)
                yield packed, said
    except FileNotFoundError:
        raise Refused("there is no such file: check the path", place=str(path), code="no_file") from None
    except DAMAGES:
        raise _damaged(name) from None
    except OSError as error:
        raise Refused(
            f"it cannot be read ({error.strerror or error})", place=str(path), code="unreadable"
        ) from None


def extract(
    packed: zipfile.ZipFile, said: Manifest, member: str, *, to: Path, name: str, count: Count
) -> None:
    """Write one member to a new file, counted while it unpacks. Raises Refused where it was changed."""
    expected = said.members[member]
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        try:
            with packed.open(member) as content:
                found = _copied(content, file, count=count, most=expected.bytes)
        except DAMAGES:
            raise _damaged(name, member) from None
        file.flush()
        os.fsync(file.fileno())
    if found != expected:
        raise _damaged(name, member)


def _copied(source: IO[bytes], target: IO[bytes], *, count: Count, most: int | None = None) -> Member:
    """Copy to the end, or to just beyond `most`, which is then seen by the length."""
    total, seal = 0, hashlib.sha256()
    while chunk := source.read(STEP):
        total += len(chunk)
        if most is not None and total > most:
            break
        seal.update(chunk)
        target.write(chunk)
        count(len(chunk))
    return Member(total, seal.hexdigest())


def _check_directory(file: IO[bytes], name: str) -> None:
    """Refuse a directory that is too long before anybody reads it. Raises Refused."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END.size - 65_535 - 76))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + _END.size:
        raise _damaged(name)
    lengths = [_END.unpack_from(tail, at)[5]]
    # Beyond 4 GB a second, longer record stands before this one.
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07") and at >= 76:
        lengths = [struct.unpack_from("<Q", tail, at - 76 + 40)[0]]
    if max(lengths) > _MOST_DIRECTORY:
        raise Refused("it lists more files than any backup holds", place=name, code="hostile")
    file.seek(0)


def _check_members(packed: zipfile.ZipFile, name: str) -> None:
    """Refuse what no backup is packed as, before any of it is opened. Raises Refused."""
    for info in packed.infolist():
        if info.flag_bits & _ENCRYPTED or stat.S_ISLNK(info.external_attr >> 16):
            raise Refused(f"{info.filename[:60]} in it is encrypted or a link", place=name, code="hostile")
        if info.compress_type not in _PACKED:
            message = f"{info.filename[:60]} in it is packed as no backup is: it was made by somebody else"
            raise Refused(message, place=name, code="hostile")


def _manifest_of(packed: zipfile.ZipFile, name: str) -> Manifest:
    if manifest.NAME not in packed.namelist():
        raise Refused(
            f"it holds no {manifest.NAME}: it is no backup of Throughline", place=name, code="no_backup"
        )
    with packed.open(manifest.NAME) as content:
        said = content.read(manifest.MOST_BYTES + 1)
    if len(said) > manifest.MOST_BYTES:
        raise Refused(f"{manifest.NAME} in it is longer than any is", place=name, code="hostile")
    return manifest.read(said, name=name)


def _check(packed: zipfile.ZipFile, said: Manifest, name: str) -> None:
    found = sorted(info.filename for info in packed.infolist())
    for member in found:
        if member not in (*MEMBERS, manifest.NAME):
            message = (
                f"it holds {member[:60]!r}, which no backup does: it was made or changed by somebody else"
            )
            raise Refused(message, place=name, code="hostile")
    if found != sorted([*MEMBERS, manifest.NAME]) or set(said.members) != set(MEMBERS):
        raise _damaged(name)
    for member, expected in said.members.items():
        if not 0 <= expected.bytes <= max(SMALL, MOST_RATIO * packed.getinfo(member).compress_size):
            message = f"{member} in it would unpack to {expected.bytes:,} bytes, which no database does"
            raise Refused(message, place=name, code="hostile")


def _damaged(name: str, member: str = "") -> Refused:
    what = f"{member} in it is not what was backed up" if member else "it is no whole backup"
    return Refused(
        f"{what}: the file is damaged or cut short; copy it again, or take another one",
        place=name,
        code="damaged",
    )
