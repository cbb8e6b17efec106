"""What the import pages say of files that cannot be taken as they are, and of several at once."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.sources.putting_in import GOOD, choose, put_in, work

from throughline.jobs.models import Job
from throughline.sources.models import Upload


@pytest.fixture
def browser(organisation, browser_of, settings, tmp_path):
    settings.HOME = tmp_path
    return browser_of(organisation.max)


def test_a_day_to_come_is_told_beside_its_field_and_imports_nothing(browser):
    _, address = put_in(browser)
    answer = choose(browser, address, go="1", as_of="2199-01-01")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="id_as_of_error"' in page
    assert "2199-01-01 is in the future: give the day on which the file was made" in page
    assert Job.objects.count() == 0


def test_what_is_wrong_with_the_whole_file_is_a_sentence_and_no_empty_row(browser):
    _, address = put_in(browser, b"Ref,Risk\n")
    page = browser.get(address).content.decode()
    assert "it names columns and holds no row" in page
    assert "choose its format under &#x27;Read as&#x27;" in page
    assert "cannot be read" not in page
    assert choose(browser, address, go="1", full="on").status_code == 422


def test_import_cannot_be_pressed_while_the_file_would_be_refused(browser):
    _, good = put_in(browser)
    _, bad = put_in(browser, GOOD.replace(b"low", b"lwo"))
    pressed = 'name="go" value="1" disabled'
    assert [pressed in browser.get(address).content.decode() for address in (good, bad)] == [False, True]


def test_a_mended_file_can_be_put_in_beside_what_is_wrong(browser):
    _, address = put_in(browser, GOOD.replace(b"low", b"lwo"))
    page = browser.get(address).content.decode()
    assert page.index("1 row cannot be read") < page.index("Replace the file") < page.index("Read as")
    assert "What can be read, as it would be stored" in page


@pytest.mark.parametrize(
    "content",
    [
        b"id,state\nA,closed\n",
        b"id,status\nA,frozen\n",
        b"id,severity\n,low\n",
        b"id,severity\nA,low\nA,high\n",
        b"id,found\nA,03/04/2024\n",
        b"<nonsense/>",
    ],
)
def test_the_page_speaks_of_no_option_of_the_command_line(browser, content):
    _, address = put_in(browser, content)
    page = browser.get(address).content.decode()
    assert 'id="verdict"' in page
    assert " --" not in page.replace("<!--", "")


def test_a_row_with_too_many_cells_is_told_beside_the_rows_that_can_be_read(browser):
    _, address = put_in(browser, GOOD + b"A-3,low\n")
    page = browser.get(address).content.decode()
    assert "2 cells where the header names 4 columns" in page
    assert "A-1" in page


def test_rows_that_cannot_be_read_are_left_out_where_that_is_chosen_and_listed_with_the_result(browser):
    _, address = put_in(browser, GOOD + b"A-3,low\nA-4,lwo,2024-01-01,Search\n")
    chosen = choose(browser, address, skip_invalid="on").content.decode()
    assert "2 rows cannot be read and will be left out" in chosen
    assert choose(browser, address, go="1", skip_invalid="on").status_code == 302
    result = work().result
    assert result["created"] == 2
    page = browser.get(result["address"]).content.decode()
    assert "2 that could not be read" in page
    assert "found &#x27;lwo&#x27;" in page
    assert browser.get("/imports.json").json()["imports"][0]["skipped"] == 2
    assert "Left<br>out" in browser.get("/imports/").content.decode()


def test_rows_whose_dates_cannot_be_are_named_before_and_after(browser):
    backwards = b"id,identified,mitigated\nA,2024-03-01,2024-02-01\n"
    _, address = put_in(browser, backwards)
    said = "1 row was mitigated before it was identified (line 2)"
    assert said in browser.get(address).content.decode()
    choose(browser, address, go="1")
    assert said in browser.get(work().result["address"]).content.decode()


def test_several_files_wait_to_be_imported_one_after_the_other(browser):
    files = [SimpleUploadedFile(f"{name}.csv", GOOD.replace(b"A-", name.encode())) for name in ("one", "two")]
    answer = browser.post("/imports/new", {"file": [*files, SimpleUploadedFile("three.zip", zipped())]})
    assert answer["Location"] == "/imports/"
    page = browser.get("/imports/").content.decode()
    for name in ("one.csv", "two.csv", "a/three.csv", "b/three.csv"):
        assert f">{name}</a>" in page
    first = Upload.objects.order_by("id").first()
    choose(browser, f"/imports/uploads/{first.pk}/", go="1")
    assert "Next: two.csv" in browser.get(work().result["address"]).content.decode()


def test_of_several_files_none_is_kept_where_one_archive_is_damaged(browser):
    files = [SimpleUploadedFile("one.csv", GOOD), SimpleUploadedFile("two.zip", zipped()[:-5])]
    answer = browser.post("/imports/new", {"file": files})
    assert answer.status_code == 422
    assert "two.zip: the archive is damaged or cut short" in answer.content.decode()
    assert not Upload.objects.exists()
    assert not list((Path(settings.HOME) / "uploads").glob("*"))


def test_a_compressed_table_is_the_table_in_it(browser):
    upload, address = put_in(browser, gzip.compress(GOOD), "register.csv.gz")
    assert (upload.file_name, upload.size) == ("register.csv", len(GOOD))
    assert "All 2 rows can be read." in browser.get(address).content.decode()


def test_one_file_takes_the_place_of_one(browser):
    upload, _ = put_in(browser)
    answer = browser.post(
        "/imports/new", {"file": SimpleUploadedFile("two.zip", zipped()), "instead_of": upload.pk}
    )
    assert "one file takes the place of register.csv, and these are 2" in answer.content.decode()


def test_a_file_that_cannot_be_read_at_all_does_not_wait_among_those_that_can(browser):
    put_in(browser, b"\x89PNG\r\n\0\0", "picture.png")
    page = browser.get("/imports/").content.decode()
    assert "Waiting for you" not in page
    assert "cannot be read" in page
    assert "a NUL byte" in page


def test_owners_of_services_are_learnt_and_told(browser):
    _, address = put_in(browser, b"id,service,team\nA,web,Search\nB,web,Search\n")
    choose(browser, address, go="1")
    assert "name: web (Search)" in browser.get(work().result["address"]).content.decode()


def zipped():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/three.csv", GOOD.replace(b"A-", b"C-"))
        archive.writestr("b/three.csv", GOOD.replace(b"A-", b"D-"))
    return packed.getvalue()
