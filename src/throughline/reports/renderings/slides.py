"""A report as slides: words and tables that can be edited, charts as pictures that say what they show."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from throughline.charts import Chart
from throughline.reports.content import Figure, Objective, Report, Result
from throughline.reports.queries import Told
from throughline.reports.renderings.charts import PAINT, png
from throughline.reports.renderings.extras import loaded
from throughline.reports.renderings.pdf import as_of, footer, title_of

# Named where slides are opened; the pictures are drawn with what is here.
FACE, FONT = "Arial", "Liberation Sans, Arial, sans-serif"
WIDTH, HEIGHT, EDGE = 13.333, 7.5, 0.6
BODY = WIDTH - 2 * EDGE
TONES = {"good": "005d37", "bad": "9c1b1b", "warn": "6f4a06", "info": "4d535e"}
SHAPES = {"check": "✓", "cross": "✕", "triangle": "▲", "ring": "○"}
ACCENT, SOFT, INK, RULE = "4540c5", PAINT["ink-soft"][1:], PAINT["ink"][1:], PAINT["line"][1:]
COLUMNS = (
    *(("Key result", 4.55), ("From and to", 1.9), ("Now", 2.4), ("Score", 0.75), ("Chance", 0.85)),
    ("Status", 1.68),
)
SAID_COLUMNS = (("Key result", 4.8), ("How it stands", 5.6), ("Status", 1.73))
RISK_COLUMNS = (("The dearest scenarios", 3.55), ("A year", 1.05))
MOST_ROWS, ROW = 9, 0.52
# A name that would push a table off its slide is cut; the document has it whole.
LONGEST_NAME = 110
CHARTS_A_SLIDE, MOST_CHARTS, MOST_SAID = 4, 24, 7
PNG_SCALE = 2.0


def slides(told: Told) -> bytes:
    """The deck: how it went, the results, each objective's charts, risk, what was learnt and comes next."""
    deck = _Deck(told)
    report = told.report
    deck.first()
    tables = list(_parts([each for each in report.results if each.is_kept], MOST_ROWS))
    for number, rows in enumerate(tables, 1):
        deck.results(rows, part=_part(number, len(tables)))
    drawn = 0
    for objective in report.objectives:
        shown = [each for each in objective.results if each.chart][: MOST_CHARTS - drawn]
        drawn += len(shown)
        parts = list(_parts(shown, CHARTS_A_SLIDE))
        for number, results in enumerate(parts, 1):
            deck.charts(objective, results, part=_part(number, len(parts)))
        undrawn = [each for each in objective.results if each.is_kept and each.chart is None]
        parts = list(_parts(undrawn, MOST_SAID))
        for number, results in enumerate(parts, 1):
            deck.said(objective, results, part=_part(number, len(parts)))
    if report.risk is not None:
        deck.risk(report)
    deck.last()
    return deck.saved()


class _Deck:
    """Slides of 13.3 by 7.5 inches, each with a title that readers find."""

    def __init__(self, told: Told) -> None:
        pptx = loaded("pptx")
        from pptx.dml.color import RGBColor
        from pptx.util import Inches, Pt

        self.told = told
        self.colour: Callable[[str], Any] = RGBColor.from_string
        self.inches: Callable[[float], Any] = Inches
        self.points: Callable[[float], Any] = Pt
        self.file = pptx.Presentation()
        self.file.slide_width, self.file.slide_height = Inches(WIDTH), Inches(HEIGHT)
        about = self.file.core_properties
        about.title, about.author, about.language = title_of(told.report), "Throughline", "en"
        about.subject = told.report.headline

    def first(self) -> None:
        report = self.told.report
        slide = self._slide(report.headline, small=f"Security in {report.title}", size=32)
        self._text(slide, as_of(self.told), top=2.05, height=0.4, size=14, colour=SOFT)
        self._text(slide, report.compared, top=2.4, height=0.4, size=14, colour=SOFT)
        count = max(len(report.figures), 1)
        for number, each in enumerate(report.figures):
            self._figure(slide, each, left=EDGE + number * BODY / count, width=BODY / count)
        self._text(slide, report.text("narrative").said, top=4.75, height=2, size=15)

    def results(self, rows: Sequence[Result], *, part: str) -> None:
        slide = self._slide(f"Results{part}")
        table = self._table(slide, COLUMNS, len(rows), left=EDGE, top=1.45)
        for line, each in enumerate(rows, 1):
            counted = f"n = {each.n:,}" if each.n else ""
            notes = ", ".join(part for part in (each.interval, counted) if part)
            status = f"{SHAPES[each.mark]} {each.said}"
            figures = (each.now, each.score_said, each.chance_said or "–")
            cells = (_short(each.name), each.aim, *figures, status)
            for place, text in enumerate(cells):
                colour = TONES[each.tone] if place == len(cells) - 1 else INK
                self._cell(table.cell(line, place), text, colour=colour, bold=place == len(cells) - 1)
            if notes:
                self._more(table.cell(line, 2), notes)
            if each.aside:
                self._more(table.cell(line, len(cells) - 1), each.aside)

    def charts(self, objective: Objective, results: Sequence[Result], *, part: str) -> None:
        small = f"Score: {objective.scored}" if objective.scored else ""
        slide = self._slide(f"{objective.title}{part}", small=small)
        wide = len(results) == 1
        width = BODY if wide else (BODY - 0.5) / 2
        high = 2.0 if len(results) > 2 else 3.9
        for number, each in enumerate(results):
            left = EDGE + (number % 2) * (width + 0.5)
            top = 1.5 + (number // 2) * 2.75
            status = f"{SHAPES[each.mark]} {each.said}"
            self._text(
                slide,
                _short(each.name),
                top=top,
                left=left,
                width=width - 1.4,
                height=0.4,
                size=12,
                bold=True,
            )
            self._text(
                slide,
                status,
                top=top,
                left=left + width - 1.3,
                width=1.3,
                height=0.4,
                size=12,
                colour=TONES[each.tone],
                right=True,
                bold=True,
            )
            assert each.chart is not None
            self._picture(slide, each.chart, left=left, top=top + 0.42, width=width, height=high)

    def said(self, objective: Objective, results: Sequence[Result], *, part: str) -> None:
        """What has no course to draw, such as an event: its status with the reason."""
        slide = self._slide(f"{objective.title}: what happens or not{part}")
        table = self._table(slide, SAID_COLUMNS, len(results), left=EDGE, top=1.45, row=0.7)
        for line, each in enumerate(results, 1):
            self._cell(table.cell(line, 0), _short(each.name))
            self._cell(table.cell(line, 1), each.reason)
            status = f"{SHAPES[each.mark]} {each.said}"
            self._cell(table.cell(line, 2), status, colour=TONES[each.tone], bold=True)

    def risk(self, report: Report) -> None:
        risk = report.risk
        assert risk is not None
        slide = self._slide("Risk in money")
        self._text(slide, f"{risk.sentence} {risk.change}", top=1.35, height=0.8, size=15)
        if risk.chart is not None:
            self._picture(slide, risk.chart, left=EDGE, top=2.3, width=7.1, height=4.1)
        table = self._table(slide, RISK_COLUMNS, len(risk.scenarios), left=EDGE + 7.5, top=2.3, row=0.46)
        for line, each in enumerate(risk.scenarios, 1):
            self._cell(table.cell(line, 0), _short(each.statement), size=11)
            self._cell(table.cell(line, 1), each.mean, size=11)

    def last(self) -> None:
        report = self.told.report
        slide = self._slide("What we learnt, and what comes next")
        half = (BODY - 0.6) / 2
        for number, part in enumerate(("learnt", "next")):
            left, text = EDGE + number * (half + 0.6), report.text(part)
            self._text(
                slide,
                text.title,
                top=1.5,
                left=left,
                width=half,
                height=0.4,
                size=16,
                colour=ACCENT,
                bold=True,
            )
            self._text(slide, text.said, top=2.0, left=left, width=half, height=4.2, size=15)

    def saved(self) -> bytes:
        target = io.BytesIO()
        self.file.save(target)
        return target.getvalue()

    def _slide(self, title: str, *, small: str = "", size: int = 26) -> Any:
        # Title only: the one layout whose title every reader finds, also in the outline.
        slide = self.file.slides.add_slide(self.file.slide_layouts[5])
        shape = slide.shapes.title
        assert shape is not None
        shape.left, shape.top = self.inches(EDGE), self.inches(0.75 if small else 0.55)
        shape.width, shape.height = self.inches(BODY), self.inches(1.25 if size > 30 else 0.7)
        fitting = size if len(title) <= LONGEST_NAME else size * 2 // 3
        self._fill(shape.text_frame, title, size=fitting, colour=INK, bold=True)
        if small:
            self._text(slide, small, top=0.4, height=0.35, size=13, colour=ACCENT, bold=True)
        sealed = f" SHA-256 {self.told.sha256[:16]}…" if self.told.sha256 else ""
        self._text(slide, footer(self.told) + sealed, top=HEIGHT - 0.5, height=0.3, size=10, colour=SOFT)
        return slide

    def _figure(self, slide: Any, each: Figure, *, left: float, width: float) -> None:
        colour = TONES[each.tone or "info"]
        room = {"left": left, "width": width - 0.2}
        self._text(slide, each.name, top=3.05, height=0.35, size=13, colour=SOFT, **room)
        self._text(slide, each.value, top=3.35, height=0.6, size=30, bold=True, **room)
        self._text(slide, each.note, top=3.95, height=0.35, size=12, colour=colour, **room)

    def _text(
        self,
        slide: Any,
        text: str,
        *,
        top: float,
        height: float,
        left: float = EDGE,
        width: float = BODY,
        **look: Any,
    ) -> None:
        if not text:
            return
        place = (self.inches(each) for each in (left, top, width, height))
        self._fill(slide.shapes.add_textbox(*place).text_frame, text, **look)

    def _fill(
        self, frame: Any, text: str, *, size: int, colour: str = INK, bold: bool = False, right: bool = False
    ) -> None:
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        for number, line in enumerate(text.split("\n")):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
            self._run(paragraph, line, size=size, colour=colour, bold=bold)

    def _run(self, paragraph: Any, text: str, *, size: int, colour: str, bold: bool) -> None:
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold, run.font.name = self.points(size), bold, FACE
        run.font.color.rgb = self.colour(colour)

    def _table(
        self,
        slide: Any,
        columns: Sequence[tuple[str, float]],
        rows: int,
        *,
        left: float,
        top: float,
        row: float = ROW,
    ) -> Any:
        width = sum(each for _, each in columns)
        place = (self.inches(each) for each in (left, top, width, row * (rows + 1)))
        frame = slide.shapes.add_table(rows + 1, len(columns), *place)
        table = frame.table
        # Without the banded theme: a light head and nothing else, as on the page.
        table.horz_banding = False
        for place_, (name, each) in enumerate(columns):
            table.columns[place_].width = self.inches(each)
            self._cell(table.cell(0, place_), name, size=12, colour=SOFT, ground="f1f3f6")
        for line in table.rows:
            line.height = self.inches(row)
        return table

    def _cell(
        self,
        cell: Any,
        text: str,
        *,
        size: int = 13,
        colour: str = INK,
        bold: bool = False,
        ground: str = "ffffff",
    ) -> None:
        cell.margin_top = cell.margin_bottom = self.inches(0.04)
        cell.margin_left = cell.margin_right = self.inches(0.08)
        cell.fill.solid()
        cell.fill.fore_color.rgb = self.colour(ground)
        self._run(cell.text_frame.paragraphs[0], text, size=size, colour=colour, bold=bold)

    def _more(self, cell: Any, text: str) -> None:
        self._run(cell.text_frame.add_paragraph(), text, size=10, colour=SOFT, bold=False)

    def _picture(
        self, slide: Any, chart: Chart, *, left: float, top: float, width: float, height: float
    ) -> None:
        # Drawn at 72 pixels an inch, so that its letters are as large as the slide's.
        drawn = png(chart, width=int(width * 72), height=int(height * 72), font=FONT, scale=PNG_SCALE)
        place = (self.inches(each) for each in (left, top, width))
        picture = slide.shapes.add_picture(io.BytesIO(drawn), *place)
        about = picture._element.nvPicPr.cNvPr
        about.set("descr", chart.summary)
        about.set("title", chart.title)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1].rstrip() + "…"


def _part(number: int, count: int) -> str:
    """What tells slides of one title apart, where there are several."""
    return f" ({number} of {count})" if count > 1 else ""


def _parts(found: Sequence[Result], most: int) -> Iterator[Sequence[Result]]:
    """The results in even parts of at most so many: nine are five and four, not eight and one."""
    count = -(-len(found) // most)
    for number in range(count):
        yield found[number * len(found) // count : (number + 1) * len(found) // count]
