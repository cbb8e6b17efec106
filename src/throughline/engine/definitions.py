"""What a metric is made of, before anyone checks that it makes sense."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A metric as a person wrote it.

    `measure` and `where` are expressions, `at` the date that puts a record in a period, `by` the dimensions.
    `better` is lower, higher or empty; `beside` names its honest or naive counterpart; `cadence_days` says
    how often it is worth measuring.
    """

    measure: str
    where: str = ""
    at: str | None = None
    by: tuple[str, ...] = ()
    name: str = ""
    title: str = ""
    description: str = ""
    unit: str = ""
    better: str = ""
    beside: str = ""
    cadence_days: int = 7
