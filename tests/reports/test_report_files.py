"""Slides, sheet and Markdown: opened by what opens them, each text what it was."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from markdown_it import MarkdownIt
from pptx import Presentation
from tests.reports.told import FORMULA, HOSTILE, many, report, result, told
from tests.ui.test_contrast import TOKENS, colour

from throughline.reports.renderings.charts import PAINT
from throughline.reports.renderings.markdown import markdown
from throughline.reports.renderings.sheet import sheet
from throughline.reports.renderings.slides import slides


@pytest.fixture(scope="module")
def deck() -> bytes:
    return slides(told())


def test_slides_are_titled_words_and_tables_with_charts_that_say_what_they_show(deck):
    made = Presentation(io.BytesIO(deck))
    titles = [each.shapes.title.text_frame.text for each in made.slides]
    assert titles == [
        *("None of 2 key results are on course; 2 at risk.", "Results", "Repair what matters"),
        "Repair what matters: what happens or not",
        *("Risk in money", "What we learnt, and what comes next"),
    ]
    shapes = [shape for slide in made.slides for shape in slide.shapes]
    [results, undrawn, _] = [shape.table for shape in shapes if shape.has_table]
    assert results.cell(1, 2).text_frame.text == "24 days\n21 to 28 days, n = 1,234"
    assert results.cell(2, 0).text_frame.text == undrawn.cell(1, 0).text_frame.text == HOSTILE
    assert results.cell(1, 4).text_frame.text == "41 %"
    said = [each._element.nvPicPr.cNvPr.get("descr") for each in shapes if each.shape_type == 13]
    assert len(said) == 2
    assert all("from 30 days on 1 Oct 2026 to 20 days" in each for each in said)


def test_slides_are_opened_by_an_office_and_none_is_blank(deck, tmp_path: Path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no office is here: install LibreOffice")
    (tmp_path / "deck.pptx").write_bytes(deck)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "deck.pptx"]
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    shown = pypdfium2.PdfDocument(tmp_path / "deck.pdf")
    assert len(shown) == 6
    for each in shown:
        picture = each.render(scale=0.5).to_pil().convert("L")
        assert sum(picture.histogram()[:128]) > 100, "nothing is on it"


def test_more_results_than_a_slide_holds_go_on_to_the_next():
    titles = [
        each.shapes.title.text_frame.text for each in Presentation(io.BytesIO(slides(told(many(19))))).slides
    ]
    assert [each for each in titles if each.startswith("Results")] == [
        f"Results ({n} of 3)" for n in (1, 2, 3)
    ]
    assert len(set(titles)) == len(titles)


def test_no_cell_of_the_sheet_is_a_formula_and_figures_are_numbers():
    made = sheet(told(report([result(1, FORMULA), result(2, "@SUM(A1)")])))
    parts = zipfile.ZipFile(io.BytesIO(made))
    for name in parts.namelist():
        text = parts.read(name).decode()
        assert "<f>" not in text
        assert 'Target="http://x' not in text
    shared = parts.read("xl/sharedStrings.xml").decode()
    assert "&#39;=HYPERLINK" in shared or "'=HYPERLINK" in shared
    assert ">=HYPERLINK" not in shared
    assert ">@SUM" not in shared
    assert "<v>0.6</v>" in parts.read("xl/worksheets/sheet2.xml").decode()


def test_in_no_text_of_the_markdown_is_anything_markdown():
    said = markdown(told(report([result(1, HOSTILE), result(2, "- 1. # > no list")])))
    assert "| 24 days | 21 to 28 days | 1234 | 0.60 | 41 % | at risk | Mia |" in said
    shown = MarkdownIt("commonmark").enable("table").render(said)
    assert "<a " not in shown
    assert "<em>" not in shown
    assert "*Stern* [klick](http://x)" in shown
    assert "&amp;amp; =1+1 $x$ Größe 漏洞" in shown


def test_paper_has_the_colours_of_the_light_theme():
    for name, said in PAINT.items():
        found = re.search(rf"--{name}: light-dark\(oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)", TOKENS) or re.search(
            rf"--{name}: light-dark\(oklch\((1) (0) (0)\)", TOKENS
        )
        assert found, name
        linear = colour(*(float(each) for each in found.groups()))
        shown = [12.92 * each if each <= 0.0031308 else 1.055 * each ** (1 / 2.4) - 0.055 for each in linear]
        assert said == "#" + "".join(f"{round(255 * each):02x}" for each in shown)
