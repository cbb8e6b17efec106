"""A question to the record as an address holds it: everything about the page is in its URL."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from throughline.engine.refusals import Refused
from throughline.measures.ranges import Range, as_date, known_at_of, range_of

NO_GROUPING = "none"
NO_COMPARISON = "none"
COMPARISONS = ("before", NO_COMPARISON)
DEFAULT_BY = ("quarter",)
PAGE = "/metrics/"
ALL = Range("all")
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`metric` is a name or an expression, `by` its dimensions, `known` the day of knowledge as written.

    `compare` is "none" where nothing is to be held against the period before.
    """

    metric: str
    where: str = ""
    at: str = ""
    by: tuple[str, ...] = ()
    range: Range = ALL
    known: str = ""
    known_at: datetime | None = None
    compare: str = ""

    def parameters(self) -> list[tuple[str, str]]:
        """What the address carries; what is not said is left out."""
        custom = self.range.name == "custom"
        said = [
            ("metric", self.metric),
            ("where", self.where),
            ("at", self.at),
            *(("by", each) for each in (self.by or (NO_GROUPING,))),
            ("range", "" if self.range.name in ("all", "custom") else self.range.name),
            ("from", as_date(self.range.since) if custom else ""),
            ("to", as_date(self.range.until) if custom else ""),
            ("known", self.known),
            ("compare", self.compare),
        ]
        return [(name, value) for name, value in said if value]

    def address(self, path: str = PAGE, **changes: Any) -> str:
        """The address of this question, or of one that differs in some fields."""
        return f"{path}?{urlencode(replace(self, **changes).parameters())}"

    @property
    def command(self) -> str:
        """The same question for a terminal."""
        return command_of(self)

    @property
    def file_name(self) -> str:
        """A file's name that says what is in it; nothing in it needs quoting anywhere."""
        by = f"by {' '.join(self.by)}" if self.by else ""
        words = re.findall(r"[a-z0-9_]+", f"{self.metric} {self.where} {by}".lower())
        return "-".join(words)[:LONGEST_NAME].strip("-") or "metric"


def command_of(question: Question, *more: tuple[str, str]) -> str:
    """A question for a terminal, with more options."""
    period = [("--from", as_date(question.range.since)), ("--to", as_date(question.range.until))]
    said = [("--where", question.where), ("--at", question.at), *(("--by", each) for each in question.by)]
    options = [*said, *period, ("--as-known-at", question.known), ("--compare", question.compare), *more]
    words = [f"{name} {shlex.quote(text)}" for name, text in options if text]
    return " ".join(["throughline metric", shlex.quote(question.metric), *words])


def question_of(query: QueryDict, *, now: datetime) -> Question:
    """The question that an address asks. Raises Refused for a range or date that is none."""
    known = query.get("known", "").strip()
    return Question(
        metric=query.get("metric", "").strip(),
        where=query.get("where", "").strip(),
        at=query.get("at", "").strip(),
        by=_groupings(query),
        range=range_of(
            query.get("range", ""), since=query.get("from", ""), until=query.get("to", ""), now=now
        ),
        known=known,
        known_at=known_at_of(known, now=now),
        compare=compared_with(query.get("compare", "")),
    )


def compared_with(text: str) -> str:
    """What an address says of the comparison; "before", as it is anyway, comes back empty. Raises Refused."""
    said = text.strip()
    if said and said not in COMPARISONS:
        raise Refused(f"expected {' or '.join(COMPARISONS)}, found '{said[:40]}'", place="compare")
    return said if said == NO_COMPARISON else ""


def wants_comparison(query: QueryDict) -> bool:
    """Whether an address that asks nothing else of this wants the period before. Raises Refused."""
    return compared_with(query.get("compare", "")) != NO_COMPARISON


def _groupings(query: QueryDict) -> tuple[str, ...]:
    if "by" not in query:
        return DEFAULT_BY
    said = [text.strip() for text in query.getlist("by")]
    return tuple(dict.fromkeys(text for text in said if text and text != NO_GROUPING))
