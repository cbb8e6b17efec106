"""Compressed files that lie, burst or point elsewhere are refused in a sentence, and cost little."""

from __future__ import annotations

import gzip
import io
import random
import struct
import time
import tracemalloc
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from throughline.sources.formats import archives
from throughline.sources.formats.archives import Allowance, unpacked
from throughline.sources.formats.tables import BadFile
from throughline.sources.models import Upload

CSV = b"id,severity\nA,high\n"


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()


def opened(content: bytes, name: str = "reports.zip", **more) -> list[tuple[str, bytes]]:
    with unpacked(io.BytesIO(content), name=name, **more) as members:
        return [(each.name, each.stream.read()) for each in members]


def refusal(content: bytes, name: str = "reports.zip") -> str:
    with pytest.raises(BadFile) as refused:
        opened(content, name)
    return str(refused.value)


def test_a_file_that_is_no_archive_is_itself():
    assert opened(CSV, "register.csv") == [("register.csv", CSV)]
    assert opened(b"", "empty.csv") == [("empty.csv", b"")]


def test_gzip_holds_one_file_also_in_several_blocks_and_with_padding():
    assert opened(gzip.compress(CSV), "register.csv.gz") == [("register.csv", CSV)]
    several = gzip.compress(CSV) + gzip.compress(b"B,low\n") + b"\0" * 700_000
    assert opened(several, "register.csv.gz") == [("register.csv", CSV + b"B,low\n")]
    assert opened(gzip.compress(b""), "nothing.gz") == [("nothing", b"")]


def test_zip_holds_a_file_a_member_and_what_a_desktop_writes_beside_them_is_none():
    content = zipped(("a/trivy.json", b"{}"), ("a/", b""), ("__MACOSX/a/._trivy.json", b"x"), ("b.csv", CSV))
    assert opened(content) == [("a/trivy.json", b"{}"), ("b.csv", CSV)]


@pytest.mark.parametrize("size", [archives.SMALL + 1, archives.SMALL * 8])
def test_a_bomb_is_refused_before_it_bursts(size):
    zeros = b"\0" * size
    assert "200 times its size" in refusal(zipped(("zeros.json", zeros)))
    assert "200 times its size" in refusal(gzip.compress(zeros), "zeros.json.gz")


def test_a_small_file_may_compress_better_than_any_ratio():
    zeros = b"\0" * archives.SMALL
    assert opened(gzip.compress(zeros), "zeros.gz") == [("zeros", zeros)]


def test_many_members_together_burst_no_more_than_one():
    assert "200 times its size" in refusal(zipped(*((f"{n}.json", b"\0" * 1024**2) for n in range(40))))


def test_members_that_overlap_are_refused():
    kernel = zipped(("0.json", b"\0" * 4 * 1024**2))
    end = kernel.rfind(b"PK\x05\x06")
    start = kernel.rfind(b"PK\x01\x02")
    entry = kernel[start:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 40, 40, len(entry) * 40, start, 0)
    assert "damaged" in refusal(kernel[:start] + entry * 40 + tail) or "200 times" in refusal(
        kernel[:start] + entry * 40 + tail
    )


def test_all_archives_of_one_go_share_one_allowance(monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000)
    left = Allowance()
    assert opened(gzip.compress(b"x" * 600), "one.gz", allowance=left)
    with pytest.raises(BadFile, match="more than 1,000 bytes"):
        opened(gzip.compress(b"x" * 600), "two.gz", allowance=left)


def test_the_bytes_that_come_out_count_and_not_those_that_are_said(monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000)
    said_small = bytearray(zipped(("big.json", random.Random(1).randbytes(5_000))))
    entry = said_small.rfind(b"PK\x01\x02")
    said_small[entry + 24 : entry + 28] = struct.pack("<L", 10)
    assert refusal(bytes(said_small))
    monkeypatch.undo()
    assert "damaged" in refusal(bytes(said_small))
    said_large = bytearray(zipped(("small.json", CSV)))
    entry = said_large.rfind(b"PK\x01\x02")
    said_large[entry + 24 : entry + 28] = struct.pack("<L", 10_000_000)
    assert "damaged" in refusal(bytes(said_large))


def test_ten_thousand_members_are_refused_without_being_read():
    content = zipped(*((f"report-{number}.json", b"{}") for number in range(10_000)))
    tracemalloc.start()
    began = time.perf_counter()
    assert "more than 50 files" in refusal(content)
    taken, (_, most) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 2
    assert most < 20 * 1024**2


def test_a_directory_that_only_its_64_bit_end_tells_of_is_not_read():
    content = zipped(("a.json", b"{}"))
    at = content.rfind(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    assert "more than 50 files" in refusal(content[:at] + locator + content[at:])


def test_fifty_members_are_read_and_fifty_one_are_not():
    many = [(f"{number}.csv", CSV) for number in range(51)]
    assert len(opened(zipped(*many[:50]))) == 50
    assert "more than 50 files" in refusal(zipped(*many))


def test_many_empty_blocks_of_gzip_end():
    began = time.perf_counter()
    assert "blocks" in refusal(gzip.compress(b"") * 60_000, "empty.gz")
    assert time.perf_counter() - began < 5


def test_a_name_is_shown_without_what_leads_elsewhere():
    names = ["../../etc/passwd", "/root/.ssh/id", "..\\..\\boot.ini", "a\nb\x1b[31m.csv", "..", "x" * 900]
    shown = [name for name, _ in opened(zipped(*((name, CSV) for name in names)))]
    assert shown[:5] == ["etc/passwd", "root/.ssh/id", "boot.ini", "a_b_[31m.csv", "file"]
    assert len(shown[5]) == 240


@pytest.mark.parametrize(
    "inner",
    [gzip.compress(CSV, mtime=0), zipped(("a.csv", CSV)), b"BZh91AY&SY", b"\0" * 257 + b"ustar\x0000"],
)
def test_an_archive_in_an_archive_is_refused(inner):
    assert "archive again" in refusal(zipped(("inner", inner)))
    assert "archive again" in refusal(gzip.compress(inner), "twice.gz")


def test_an_encrypted_member_is_refused_by_its_name():
    content = bytearray(zipped(("secret.json", CSV)))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    assert "'secret.json' in it is encrypted" in refusal(bytes(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_whose_output_cannot_be_bounded_is_refused(method):
    assert "Deflate" in refusal(zipped(("a.csv", CSV), method=method))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped(), "empty"),
        (zipped(("a/", b"")), "no file"),
        (zipped(("[Content_Types].xml", b"<x/>"), ("xl/sheet1.xml", b"<x/>")), "save its sheet as CSV"),
        (b"7z\xbc\xaf'\x1c\0\4", "7-Zip"),
        (b"\xfd7zXZ\0\0", "xz"),
    ],
)
def test_what_is_no_archive_of_reports_is_told_apart(content, said):
    assert said in refusal(content)


@pytest.mark.parametrize(
    "whole", [gzip.compress(CSV * 50), zipped(("a.csv", CSV * 50), ("b.csv", b"id\n1\n"))], ids=["gz", "zip"]
)
def test_cut_anywhere_an_archive_is_refused_and_never_read_in_part(whole):
    for end in range(4, len(whole)):
        assert refusal(whole[:end])


@pytest.mark.parametrize(
    "whole", [gzip.compress(CSV * 50), zipped(("a.csv", CSV * 50), ("b.csv", b"id\n1\n"))], ids=["gz", "zip"]
)
def test_damaged_anywhere_an_archive_is_refused_or_whole(whole, tmp_path):
    chance, file = random.Random(5), tmp_path / "damaged"
    for _ in range(1_500):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        with file.open("rb") as stream:
            try:
                with unpacked(stream, name="reports") as members:
                    contents = [each.stream.read() for each in members]
            except BadFile:
                continue
        assert set(contents) <= {CSV * 50, b"id\n1\n", bytes(damaged)}


def test_what_follows_a_gzip_file_is_no_part_of_it():
    assert "damaged" in refusal(gzip.compress(CSV) + b"<html>", "register.csv.gz")
    assert "damaged" in refusal(gzip.compress(CSV) + b"\x1f\x8b", "register.csv.gz")


def test_the_page_refuses_a_bomb_and_keeps_nothing_of_it(organisation, browser_of, settings, tmp_path):
    settings.HOME = tmp_path
    bomb = SimpleUploadedFile(
        "reports.zip", zipped(("a.csv", CSV), ("zeros.csv", b"\0" * archives.SMALL * 2))
    )
    answer = browser_of(organisation.ada).post("/imports/new", {"file": bomb})
    assert answer.status_code == 422
    assert "200 times its size" in answer.content.decode()
    assert not Upload.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_name_that_leads_elsewhere_is_only_a_word_on_the_page(organisation, browser_of, settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    outside = SimpleUploadedFile("reports.zip", zipped(("../../outside.csv", CSV), ("<b>x.csv", CSV)))
    browser = browser_of(organisation.ada)
    assert browser.post("/imports/new", {"file": outside}).status_code == 302
    assert not list(tmp_path.rglob("outside*"))
    assert len(list((settings.HOME / "uploads").iterdir())) == 2
    page = browser.get("/imports/").content.decode()
    assert ">outside.csv</a>" in page
    assert "&lt;b&gt;x.csv" in page
