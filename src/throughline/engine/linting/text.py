"""The rules on a bare text: each finding names the words at fault and a way to mend them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from throughline.engine.linting import wording, words
from throughline.engine.linting.cases import Case, Rule, case_of
from throughline.engine.linting.figures import FIGURES, Part
from throughline.engine.linting.findings import Finding, Linted, Span, judged
from throughline.engine.linting.reading import Kind, Token


def lint_text(text: str) -> Linted:
    """The verdict on a key result that is only a sentence, with what is wrong and how to mend it.

    >>> lint_text("Improve sign-ups").verdict, lint_text("Keep CSAT above 9").verdict
    ('undecidable', 'decidable')
    """
    found, before = _linted(text.strip()), len(text) - len(text.lstrip())
    if not before:
        return found
    return replace(found, findings=tuple(_moved(each, before) for each in found.findings))


def _moved(finding: Finding, by: int) -> Finding:
    """The finding in a text that has so many blanks in front of it."""
    if finding.span is None:
        return finding
    start, end = finding.span
    return replace(finding, span=(start + by, end + by))


def lint_objective(text: str) -> Linted:
    """What to say of an objective's own text: figures belong into its key results (D28)."""
    case = case_of(text)
    found = [
        Finding(
            "D28",
            "warning",
            f"The objective holds a figure: '{case.said(target.span)}'.",
            "Say in the objective what will be true, and move the figure into a key result.",
            target.span,
        )
        for target in case.of(*FIGURES)
    ]
    return judged(found)


@lru_cache(maxsize=256)
def _linted(text: str) -> Linted:
    case = case_of(text)
    if not case.reading.tokens:
        return judged(
            [Finding("D2", "error", "There is no text.", "Write what will be true, and by when.", (0, 0))]
        )
    return judged(_once(finding for rule in TEXT_RULES for finding in rule(case)))


def _once(findings: Iterator[Finding]) -> Iterator[Finding]:
    seen: set[tuple[str, Span | None]] = set()
    for finding in findings:
        if (finding.rule, finding.span) not in seen:
            seen.add((finding.rule, finding.span))
            yield finding


def no_target(case: Case) -> Iterator[Finding]:
    """D2: no figure, no event that anybody can see, nothing that all of something do."""
    if case.targets:
        return
    first = case.reading.head
    if first and first.text in words.DIRECTIONS:
        said = f"'{case.said(first.span)}' says which way, not how far."
        mend = "Say the value to reach: from which figure to which, of what, by when."
    elif first and (first.text in words.EVENT or first.text in words.MAKING):
        said = f"Nothing shows when '{case.said(first.span)}' is done."
        mend = "Name the one thing that will exist and the test it passes, or count: how many, of which."
    else:
        said = (
            "There is no target: no figure, no event that happens or not, nothing that all of something do."
        )
        mend = "Add a threshold, a way from one value to another, a count, or a named event with its test."
    yield Finding("D2", "error", said, mend, case.reading.whole)


def placeholder(case: Case) -> Iterator[Finding]:
    """D5: X, TBD, "a certain percentage"."""
    for target in case.of(Part.PLACEHOLDER):
        yield Finding(
            "D5",
            "error",
            f"'{case.said(target.span)}' stands where a figure belongs.",
            "Measure where you are today, and put the figure in; until then this is a wish to measure.",
            target.span,
        )


def relative(case: Case) -> Iterator[Finding]:
    """D6: a change counts from something, and percent of a rate may be percent or points."""
    has_from = _names_a_reference(case)
    for target in case.of(Part.RELATIVE):
        said = case.said(target.span)
        if not has_from:
            mend = "Name the baseline: its value and its day, or write 'from A to B'."
            message = f"'{said}' is a change, and nothing says from what or over which time."
            yield Finding("D6", "error", message, mend, target.span)
        elif target.unit in ("%", "percent") and case.reading.has(words.RATES):
            message = f"'{said}' of a rate can be percent or percentage points."
            yield Finding("D6", "warning", message, "Write the rate itself: from 40 % to 48 %.", target.span)
        else:
            message = f"'{said}' is a change: its baseline is not in the text."
            yield Finding("D6", "warning", message, "Name the baseline: its value and its day.", target.span)
    yield from _attribution(case)


_CAUSED = re.compile(
    r"(?:^|, |; |- )(?:thereby |thus )?(driving|resulting in|leading to|yielding|generating|contributing)\b"
    r"|\b(attributable to|as a result of|thanks to|incremental revenue|incremental sales)\b"
)


def _attribution(case: Case) -> Iterator[Finding]:
    if not case.of(Part.THRESHOLD, Part.COUNT, Part.RELATIVE):
        return
    for match in _CAUSED.finditer(case.reading.lower):
        span = match.span(1) if match[1] else match.span(2)
        if match[1] and not any(
            target.span[0] > span[0] for target in case.of(Part.THRESHOLD, Part.COUNT, Part.RELATIVE)
        ):
            continue
        yield Finding(
            "D6",
            "error",
            f"'{case.said(span)}' counts what this work causes; nothing says what there would be without it.",
            "Name the whole quantity with its baseline, or the rule by which a part is counted as caused.",
            span,
        )


def _names_a_reference(case: Case) -> bool:
    """Whether a day, "this quarter", "month over month" or "compared with" says from what a change counts."""
    tokens = case.reading.tokens
    if any(token.kind is Kind.DATE for token in tokens):
        return True
    for place, token in enumerate(tokens):
        before = {each.text for each in tokens[max(place - 2, 0) : place]}
        if token.text in words.OVER_PERIODS or (token.text in words.PERIODS and before & words.COMPARED):
            return True
    return case.reading.has(
        frozenset({"compared", "versus", "vs", "relative", "baseline", "since", "than", "from"})
    )


def unit_unsaid(case: Case) -> Iterator[Finding]:
    """D7: a time without mean, median or percentile."""
    for target in case.of(Part.THRESHOLD, Part.FROM_TO):
        clause = case.clause_of(target)
        timed = next((token for token in clause if token.text in words.TIMES), None)
        if (
            timed is None
            or timed.text in words.AGGREGATIONS
            or any(t.text in words.AGGREGATIONS for t in clause)
        ):
            continue
        if target.unit in ("%", "percent"):
            continue
        yield Finding(
            "D7",
            "warning",
            f"'{case.said(timed.span)}' of many cases is one figure only with an aggregation.",
            "Say mean, median or p90, or that it holds for every case.",
            timed.span,
        )
        return


def unbounded(case: Case) -> Iterator[Finding]:
    """D14: all of what, by which list."""
    places = [target.span for target in case.of(Part.UNIVERSAL)]
    places += [
        t.span
        for t in case.reading.tokens
        if t.kind is Kind.FIGURE and re.fullmatch(r"100 ?(?:%|percent)", t.text)
    ]
    for span in places[:1]:
        yield Finding(
            "D14",
            "warning",
            f"'{case.said(span)}' needs a list of what there is.",
            "Name the list that is counted against, and its day.",
            span,
        )


def compound(case: Case) -> Iterator[Finding]:
    """D17: more than one target in a key result."""
    figures = case.of(*FIGURES)
    if len(figures) > 1:
        first, second = (case.said(figure.span) for figure in figures[:2])
        yield Finding(
            "D17",
            "warning",
            f"There is more than one target: '{first}' and '{second}'.",
            "Make a key result of each, so that one can be hit and the other missed.",
            figures[1].span,
        )


def reference(case: Case) -> Iterator[Finding]:
    """D18: the target stands somewhere else."""
    for target in case.of(Part.REFERENCE):
        yield Finding(
            "D18",
            "error",
            f"'{case.said(target.span)}' stand somewhere else: the text holds no figure to judge by.",
            "Write the figure here, and link where it comes from.",
            target.span,
        )


def range_as_target(case: Case) -> Iterator[Finding]:
    """D20: of "10-12", which bound passes?"""
    for target in case.of(Part.RANGE):
        said = case.said(target.span)
        mend = (
            "Write the bound that counts as a hit: at least the lower, or the upper as a stretch beside it."
        )
        yield Finding("D20", "error", f"Of '{said}', nothing says which bound passes.", mend, target.span)


def judge_unnamed(case: Case) -> Iterator[Finding]:
    """D22: somebody decides, and nothing says who or by what rule."""
    for token in case.reading.tokens:
        if token.text in words.JUDGING:
            yield Finding(
                "D22",
                "warning",
                f"'{case.said(token.span)}': somebody judges here.",
                "Name the judge and the rule: who says yes, by what, on which day.",
                token.span,
            )
            return


def _is_codename(token: Token) -> bool:
    titled = token.kind is Kind.WORD and token.is_titled and not token.raw.isupper()
    return titled or token.kind is Kind.NAME


def internal_names(case: Case) -> Iterator[Finding]:
    """D31: only the team knows what the name stands for."""
    if not case.of(Part.EVENT) or len(case.reading.tokens) > 6:
        return
    names = [token for token in case.reading.tokens[1:] if _is_codename(token)]
    if names:
        message = f"'{case.said(names[0].span)}' says nothing to a person outside the team."
        yield Finding("D31", "warning", message, "Add what it does, and for whom.", names[0].span)


TEXT_RULES: tuple[Rule, ...] = (
    no_target,
    placeholder,
    relative,
    unit_unsaid,
    wording.vague_verb,
    wording.vague_word,
    wording.activity,
    unbounded,
    wording.hedge,
    wording.open_list,
    compound,
    reference,
    wording.unobservable,
    range_as_target,
    wording.comparison,
    judge_unnamed,
    internal_names,
)
