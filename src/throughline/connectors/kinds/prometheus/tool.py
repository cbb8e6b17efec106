"""Prometheus as a connected source, or what else speaks its HTTP API (Mimir, Thanos, VictoriaMetrics)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from throughline.connectors.dated import Dated
from throughline.connectors.kinds import of_series
from throughline.connectors.kinds.prometheus import answers
from throughline.connectors.kinds.prometheus.asking import asked
from throughline.connectors.shape import Check, Field, Keep, Progress, Pulled, Settings
from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from throughline.connectors.asking import Asking

STEPS = {
    "hour": timedelta(hours=1),
    "6 hours": timedelta(hours=6),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}
LONGEST_HISTORY = 1830


class Prometheus:
    """One query over time. It keeps nothing."""

    name = "prometheus"
    title = "Prometheus"
    lead = "Reads one number over time by a query of yours, such as the minutes of a build."
    gives = "series"
    settings = (
        Field(
            "address", "Address", "Of Prometheus itself, as https://prometheus.example.com.", reads="address"
        ),
        Field(
            "query",
            "Query",
            "PromQL that gives one series, such as avg(avg_over_time(build_duration_minutes[1d])).",
            reads="long",
        ),
        *of_series.SERIES,
        Field(
            "step",
            "One value a",
            "Asked at whole steps of UTC; a day is its midnight, at which the query looks back.",
            reads="choice",
            choices=tuple((each, each) for each in STEPS),
            default="day",
        ),
        Field(
            "history",
            "Days at first",
            "How far back the first look goes; later ones go on from there.",
            reads="number",
            default=90,
        ),
        of_series.USER,
    )
    secrets = (of_series.TOKEN,)

    def base(self, settings: Settings) -> str:
        """The address of Prometheus, with whatever path it is served under."""
        return str(settings["address"]).removesuffix("/api/v1")

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        """A token, or user and password."""
        return of_series.signed_in(settings, secrets)

    def require_settled(self, settings: Settings) -> None:
        """Raises Refused where the first look would go too far back."""
        history = int(settings["history"])
        if not 1 <= history <= LONGEST_HISTORY:
            raise Refused(f"expected 1 to {LONGEST_HISTORY:,} days, found {history}", place="history")

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        """The query over the time of a first look."""
        return of_series.checked(self._asked(asking, settings, {}), asking.host)

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """The values since the last few that are known: what came late to Prometheus corrects them."""
        progress(0, 0, "asking for the values")
        return of_series.pulled(asking, settings, self._asked(asking, settings, state))

    def _asked(self, asking: Asking, settings: Settings, state: Mapping[str, Any]) -> Dated:
        now, unit = asking.clock.now(), of_series.unit_of(settings)
        self.require_settled(settings)
        wanted = asked(
            str(settings["query"]),
            step=STEPS[settings["step"]],
            history=timedelta(days=int(settings["history"])),
            newest=of_series.newest_of(state),
            now=now,
        )
        return answers.read(_said(asking, wanted.target), unit=unit, now=now)


def _said(asking: Asking, target: str) -> Any:
    """The JSON of an answer, also of one that says what is wrong with the query. Raises Refused."""
    answer = asking.answer("GET", target)
    if answer.is_success:
        return asking.read(answer, target)
    try:
        refused = answers.refusal(json.loads(answer.body))
    except (ValueError, RecursionError):
        refused = None
    raise refused or asking.refusal(answer)


kind = Prometheus()
