"""What is restored is what was backed up: into an empty folder, of a known schema, without tricks."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import stat
import struct
import warnings
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from throughline.backups import archive, making, restoring
from throughline.engine.refusals import Refused
from throughline.site.home import DATABASE
from throughline.site.progress import quiet

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> bytes:
    """A backup of a small database, as bytes."""
    folder = tmp_path_factory.mktemp("good")
    database = folder / "source.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        connection.execute("INSERT INTO django_migrations VALUES ('audit', '0001_initial')")
        connection.execute("CREATE TABLE said (text TEXT)")
        connection.executemany("INSERT INTO said VALUES (?)", [(f"{n}" * 100,) for n in range(500)])
        connection.commit()
    making.pack(database, folder / "good.zip", folder=folder, now=NOW, progress=quiet)
    return (folder / "good.zip").read_bytes()


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return into.getvalue()


def said_otherwise(content: bytes, **said: object) -> bytes:
    """The same backup with another manifest."""
    files = members(content)
    files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | said).encode()
    return zipped(files)


def unpacked(content: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "given.zip"
    path.write_bytes(content)
    into = tmp_path / "into"
    into.mkdir()
    restoring.unpack(path, into, progress=quiet)
    return into / DATABASE


def refusal(content: bytes, tmp_path: Path) -> str:
    with pytest.raises(Refused) as refused:
        unpacked(content, tmp_path)
    return str(refused.value)


def test_what_was_packed_comes_out(good, tmp_path):
    with closing(sqlite3.connect(unpacked(good, tmp_path))) as connection:
        assert connection.execute("SELECT COUNT(*), MAX(text) FROM said").fetchone() == (500, "99" * 100)


def test_one_changed_byte_is_told_with_the_member_that_it_is_in(good, tmp_path):
    at = good.index(b"SQLite format") if b"SQLite format" in good else 200
    damaged = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
    assert refusal(damaged, tmp_path) == (
        f"given.zip: {DATABASE} in it is not what was backed up: the file is damaged or cut short; "
        "copy it again, or take another one"
    )


def test_a_member_that_was_replaced_does_not_have_the_hash_that_was_kept(good, tmp_path):
    files = members(good)
    files[DATABASE] = files[DATABASE].replace(b"1111", b"2222", 1)
    assert f"{DATABASE} in it is not what was backed up" in refusal(zipped(files), tmp_path)


@pytest.mark.parametrize("left", [0, 10, 0.5, 0.99])
def test_a_file_that_was_cut_short_is_no_whole_backup(good, tmp_path, left):
    cut = good[: left if left > 1 else int(left * len(good))]
    assert "it is no whole backup" in refusal(cut, tmp_path)


def test_another_zip_is_no_backup(tmp_path):
    assert "it is no backup of Throughline" in refusal(zipped({"report.json": b"{}"}), tmp_path)


def test_a_newer_schema_is_refused_with_both_versions_and_the_way_out(good, tmp_path):
    newer = said_otherwise(good, version="9.1.0", schema={"audit": "0099_sealed"})
    assert refusal(newer, tmp_path) == (
        "given.zip: the backup of 2026-11-29 02:00 (Throughline 9.1.0) comes from a newer Throughline: "
        "this is 0.1.0, which does not know audit 0099_sealed; install that version or a newer one, "
        "and restore the backup with it"
    )
    (tmp_path / "again").mkdir()
    assert "the form 2 of Throughline 0.1.0" in refusal(said_otherwise(good, form=2), tmp_path / "again")


@pytest.mark.parametrize("name", ["../evil", "/etc/cron.d/evil", "uploads/x", "throughline.sqlite3-wal"])
def test_a_member_that_no_backup_has_is_refused_wherever_it_leads(good, tmp_path, name):
    assert "which no backup does" in refusal(zipped(members(good) | {name: b"x"}), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["given.zip", "into"]


def test_a_name_that_is_there_twice_is_refused(good, tmp_path):
    twice = io.BytesIO(good)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(twice, "a") as packed:
            packed.writestr(DATABASE, b"another")
    assert "it is no whole backup" in refusal(twice.getvalue(), tmp_path)


def test_a_link_is_refused(good, tmp_path):
    into, files = io.BytesIO(), members(good)
    with zipfile.ZipFile(into, "w") as packed:
        packed.writestr("manifest.json", files["manifest.json"])
        link = zipfile.ZipInfo(DATABASE)
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
    assert f"{DATABASE} in it is encrypted or a link" in refusal(into.getvalue(), tmp_path)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_way_of_packing_that_no_backup_has_is_refused_before_it_is_opened(good, tmp_path, method):
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", method) as packed:
        for name, content in members(good).items():
            packed.writestr(name, content)
    # The beginning of the manifest's data, which says how much memory is taken.
    broken = bytearray(into.getvalue())
    at = broken.index(b"manifest.json") + len("manifest.json")
    broken[at + 4 : at + 40] = bytes(each ^ 0xFF for each in broken[at + 4 : at + 40])
    assert "packed as no backup is" in refusal(bytes(broken), tmp_path)


def test_a_bomb_is_counted_while_it_unpacks_and_believed_in_nothing(good, tmp_path):
    zeros = bytes(archive.SMALL // 4)
    honest = {"bytes": len(zeros) * 8, "sha256": hashlib.sha256(b"").hexdigest()}
    # It says that it is small, and is not.
    small = said_otherwise(
        zipped(members(good) | {DATABASE: zeros}), members={DATABASE: honest | {"bytes": 4096}}
    )
    assert "is not what was backed up" in refusal(small, tmp_path)
    assert (tmp_path / "into" / DATABASE).stat().st_size <= 4096
    # It says how large it is, which no database is.
    (tmp_path / "again").mkdir()
    large = said_otherwise(good, members={DATABASE: honest | {"bytes": 10**15}})
    assert "which no database does" in refusal(large, tmp_path / "again")


def test_a_directory_without_end_is_refused_before_it_is_read(good, tmp_path):
    at = good.rindex(b"PK\x05\x06")
    end = list(struct.unpack_from("<4s4H2LH", good, at))
    end[5] = 50_000_000
    assert "more files than any backup holds" in refusal(good[:at] + struct.pack("<4s4H2LH", *end), tmp_path)


def test_counts_that_differ_from_the_manifest_are_told_by_table(good, tmp_path):
    rows = json.loads(members(good)["manifest.json"])["rows"] | {"said": 501}
    assert "has 500 rows in said, and 501 were backed up" in refusal(
        said_otherwise(good, rows=rows), tmp_path
    )


def test_nothing_is_written_over(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "notes.txt").touch()
    with pytest.raises(Refused, match=r"--home: it is not empty \(it holds notes.txt\)"):
        restoring.corner_of(home).__enter__()
    with restoring.corner_of(tmp_path / "other"), pytest.raises(Refused, match="something is being restored"):
        restoring.corner_of(tmp_path / "other").__enter__()
    assert not (tmp_path / "other").exists()


def test_what_was_ended_is_counted_in_words():
    from throughline.cli.restore import _counted

    assert [_counted(n, "session") for n in (0, 1, 2)] == ["0 sessions", "1 session", "2 sessions"]
