"""The report as PDF: one page is one page, and everybody can read it, also by ear."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from pypdf import PdfReader
from tests.reports.told import HOSTILE, chart, lesson, many, report, result, told

from throughline.reports.renderings import pdf


@pytest.fixture(scope="module")
def page() -> bytes:
    return pdf.one_page(told())


@pytest.fixture(scope="module")
def whole() -> bytes:
    return pdf.document(told(report([result(1, HOSTILE, chart=chart(HOSTILE), lesson=lesson())])))


def words_of(content: bytes) -> str:
    text = " ".join(each.extract_text() for each in PdfReader(io.BytesIO(content)).pages)
    return " ".join(text.split())


def test_a_reader_that_speaks_finds_title_language_headings_tables_and_charts_in_words(page, whole):
    for content in (page, whole):
        catalogue = PdfReader(io.BytesIO(content)).trailer["/Root"]
        assert catalogue["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in catalogue
        assert catalogue["/Lang"] == "en"
        assert PdfReader(io.BytesIO(content)).metadata.title == "Security in 2026-Q4"
        kinds = kinds_of(catalogue["/StructTreeRoot"])
        assert {"/H1", "/H2", "/Figure", "/Table", "/TH"} <= {each for each, _ in kinds}
        assert all(alt for kind, alt in kinds if kind == "/Figure")
    assert any(
        "from 30 days on 1 Oct 2026 to 20 days" in alt
        for _, alt in kinds_of(PdfReader(io.BytesIO(whole)).trailer["/Root"]["/StructTreeRoot"])
    )


def kinds_of(node) -> list[tuple[str, str]]:
    """Every structure element with what it says instead of a picture."""
    node = node.get_object()
    if not isinstance(node, dict):
        return []
    children = node.get("/K", [])
    children = children if isinstance(children, list) else [children]
    own = [(str(node["/S"]), str(node.get("/Alt", "")))] if "/S" in node else []
    nested = [
        each for child in children if isinstance(child.get_object(), dict | list) for each in kinds_of(child)
    ]
    return [*own, *nested]


def test_each_figure_stands_on_the_page_with_its_interval_and_its_n(page):
    said = words_of(page)
    for figure in ("24 days", "21 to 28 days", "n = 1,234", "0.60", "41 %", "at risk", "1.2 million"):
        assert figure in said
    assert "down 300,000" in said
    assert "Ask sooner." in said


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
@pytest.mark.parametrize("count", [0, 9, 40])
def test_one_page_is_one_page_however_much_there_is(paper, count):
    made = PdfReader(io.BytesIO(pdf.one_page(told(many(count)), paper=paper)))
    [only] = made.pages
    width = {"a4": 595, "us-letter": 612}[paper]
    assert round(float(only.mediabox.width)) == width
    assert ("the whole document has them all" in only.extract_text()) == (count == 40)


def test_no_page_is_blank_and_no_text_leaves_it(page, whole):
    for content in (page, whole):
        for each in pypdfium2.PdfDocument(content):
            picture = each.render(scale=0.5).to_pil().convert("L")
            assert sum(picture.histogram()[:128]) > 300, "nothing is on it"
            # A margin stays free on both sides.
            edge = picture.width // 25
            for left in (0, picture.width - edge):
                assert picture.crop((left, 0, left + edge, picture.height)).getextrema()[0] > 200


def test_what_people_wrote_is_text_and_never_markup(page, whole):
    for content in (page, whole):
        said = words_of(content)
        for part in ('#panic("x")', "*Stern*", "[klick](http://x)", "<b>&amp;", "=1+1", "$x$", "Größe"):
            assert part in said


def test_the_same_report_is_the_same_bytes(page):
    assert pdf.one_page(told()) == page
