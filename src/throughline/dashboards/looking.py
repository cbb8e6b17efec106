"""One person looking at dashboards at one instant: what many tiles share is read once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from django.core.cache import cache

from throughline.accounts.access import Scope, scope_of
from throughline.accounts.models import User
from throughline.annotations.queries import Happening, by_day, by_plan, by_subject
from throughline.annotations.subjects import EVERY_CHART
from throughline.dashboards.figures import NotForYou
from throughline.engine.calendar import quarter_of
from throughline.measures import queries as measures
from throughline.measures.knowledge import newest_knowledge
from throughline.measures.readside.columns import Snapshot, columns
from throughline.objectives.access import visible
from throughline.objectives.figures import Lexicon, lexicon
from throughline.objectives.queries import Stand, stands
from throughline.risk.access import visible as visible_scenarios
from throughline.risk.documents import Estimated, estimated
from throughline.risk.register import Chosen, Register, known_of, register_of
from throughline.series.queries import last_recorded

T = TypeVar("T")
KEPT_SECONDS = 600
NO_TEAM = (
    "You belong to no team, so there are no records that you may see. "
    "An administrator can put you into a team, or let you see all of them."
)


@dataclass(frozen=True, eq=False)
class Looking:
    """Whose rights every tile is worked out with. `is_shared`: strangers see it, by a link of this person."""

    viewer: User
    now: datetime
    is_shared: bool = False
    # Whose slice the team's ready-made dashboard shows, where the address names one.
    team: str = ""
    _registers: dict[Chosen, tuple[Register, list[Estimated]]] = field(default_factory=dict, repr=False)

    @cached_property
    def scope(self) -> Scope:
        """The slice of the record that the person sees."""
        return scope_of(self.viewer)

    @cached_property
    def _snapshot(self) -> Snapshot:
        return columns().snapshot()

    @cached_property
    def mark(self) -> str:
        """A text that differs wherever a figure of the record may."""
        return measures.data_mark(self._snapshot)

    @cached_property
    def as_of(self) -> datetime | None:
        """When the newest data was known; None where there is none."""
        return self.kept("as of", lambda: newest_knowledge(now=self.now))

    @cached_property
    def words(self) -> Lexicon:
        """The fields of the record, and every series."""
        return lexicon(measures.schema_of(self._snapshot))

    @cached_property
    def series_marks(self) -> dict[str, int]:
        """The number of the newest reading of every series: no value differs while it stands still."""
        return last_recorded(self.words.series.values())

    def register(self, chosen: Chosen) -> tuple[Register, list[Estimated]]:
        """The register of risks, and the scenarios of it as they stood when the quarter began."""
        if chosen not in self._registers:
            # Read once for both: a page answers in twenty questions.
            every = estimated(visible_scenarios(self.viewer).select_related("series"))
            running = [each for each in every if each.scenario.archived_at is None]
            then = known_of(every, chosen, until=quarter_of(self.now).start)
            self._registers[chosen] = register_of(running, chosen, now=self.now), then
        return self._registers[chosen]

    @cached_property
    def stands(self) -> list[Stand]:
        """How every key result that the person sees stands, the most urgent first; none that was given up."""
        found = stands(visible(self.viewer), now=self.now, series=self.words.series.values())
        return [each for each in found if each.key_result.dropped_at is None]

    def happened(self, subjects: tuple[str, ...]) -> list[Happening]:
        """What stands on a chart of the subjects; none for strangers, since others wrote it."""
        if self.is_shared or not subjects:
            return []
        written = [each for subject in (*subjects, EVERY_CHART) for each in self._written.get(subject, ())]
        kind, _, id = subjects[0].partition(":")
        planned = self._planned.get(int(id), []) if kind == "key_result" else []
        return by_day([*written, *planned])

    @cached_property
    def _written(self) -> dict[str, list[Happening]]:
        return by_subject()

    @cached_property
    def _planned(self) -> dict[int, list[Happening]]:
        return by_plan([each.key_result.pk for each in self.stands])

    @property
    def slice_said(self) -> str:
        """Whose records the figures are of, where they are not everybody's."""
        if self.scope.everything:
            return ""
        return f"Of {' and '.join(sorted(self.scope.teams))} only."

    def require_records(self) -> None:
        """Raises NotForYou where the person sees no record at all."""
        if not (self.scope.everything or self.scope.teams):
            raise NotForYou(NO_TEAM)

    def kept(self, what: str, make: Callable[[], T]) -> T:
        """What `make` gives, kept a while for everybody who sees the same slice of the same data."""
        # The day is in the key, since open spells grow with time.
        seen = f"{sorted(self.scope.teams)}:{self.scope.everything}"
        key = hashlib.sha256(f"tile:{what}:{self.mark}:{self.now.date()}:{seen}".encode()).hexdigest()
        found: T | None = cache.get(key)
        if found is None:
            found = make()
            cache.set(key, found, KEPT_SECONDS)
        return found
