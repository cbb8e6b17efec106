"""What can be said of a sketch before it is promised: what refuses it, and what history makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from throughline.engine.linting import UNTRACKED, Fields, Finding, lint_fields
from throughline.objectives.baselines import GIVE_A_NUMBER
from throughline.objectives.deciding import Check, Piece, checks_of, marked
from throughline.objectives.drafts import Preview, preview
from throughline.objectives.linting import Around, fields_of
from throughline.objectives.marks import Mark, mark_for
from throughline.objectives.models import KeyResult
from throughline.objectives.plausibility import chance_of
from throughline.objectives.telling import Telling, telling

# Which rule a refusal beside a field breaks.
RULE_OF = {
    "metric": "D1",
    "target": "D2",
    "baseline": "D3",
    "where": "D8",
    "at": "D8",
    "window": "D8",
    "start": "D9",
    "due": "D9",
    "owner": "D10",
    "acceptance": "D1",
    "steps": "D2",
    "phases": "D9",
    "bound_low": "D2",
    "bound_high": "D2",
    "allowed_outside": "D2",
    "weight": "D1",
    "judge": "D22",
    "scale": "D7",
    "kind": "D1",
    "title": "D31",
    "cadence_days": "D23",
}
# The linter's names of fields, as the form has them.
FIELD_OF = {"acceptance_test": "acceptance", "population": "where", "population_list": "where"}
# Of the objective: said once there, not at each of its key results.
OF_OBJECTIVE = frozenset({"D27", "D28"})
KEPT = 512
INSTEAD_OF_A_NUMBER = (
    "import a register that reaches before the start, take the window 'all', push the value of then as a "
    "series, or make measuring it a key result of the kind baseline first"
)


@dataclass(frozen=True, slots=True)
class Examined:
    """A sketch worked out as far as it goes, with every finding about it alone."""

    preview: Preview
    findings: tuple[Finding, ...]
    telling: Telling | None
    fields: Fields

    @property
    def sentence(self) -> str:
        """The promise with its figures, empty while it cannot be decided."""
        return self.preview.draft.sentence if self.preview.draft else ""

    @property
    def sentence_alone(self) -> str:
        """The same where no title stands above it: steps alone do not say what they are steps to."""
        draft = self.preview.draft
        title = draft.terms.title if draft and draft.terms.kind == "milestone" else ""
        return f"{title}: {self.sentence}" if title else self.sentence

    @property
    def errors(self) -> list[Finding]:
        return [each for each in self.findings if each.severity == "error"]

    @property
    def word(self) -> str:
        """What the machine makes of it so far."""
        if not self.errors and self.preview.draft:
            return "Decidable"
        broken = {each.rule for each in self.errors}
        return "Not tracked yet" if self.preview.draft and broken <= UNTRACKED else "So far"

    @property
    def tone(self) -> str:
        return {"Decidable": "good", "So far": "open"}.get(self.word, "warn")

    @property
    def general(self) -> list[Finding]:
        """What belongs to no field of the form: doubts about words, and about what stands around."""
        return [each for each in self.findings if each.field not in RULE_OF]

    @property
    def marked(self) -> list[Piece]:
        """The text cut into pieces, those marked that a finding is about; empty where none is."""
        return marked(self.fields.text, self.findings)

    @property
    def checks(self) -> list[Check]:
        """The decidability box: each thing that two people need to agree, and whether it is there."""
        return checks_of(self.preview, self.fields, self.findings, self.telling)

    @property
    def has_a_chance(self) -> bool:
        """Whether history could say how likely it is to be hit."""
        draft = self.preview.draft
        return bool(draft and draft.subject and draft.target is not None and draft.better)

    @property
    def chance(self) -> str:
        """How likely it is to be hit if everything goes on as it did, in words."""
        p_hit = self.telling.p_hit if self.telling else None
        if p_hit is None:
            return "its history is too short, or too even, to say"
        return f"{p_hit * 100:.0f} % to be hit if everything goes on as it did"

    def beside(self, field: str) -> list[Finding]:
        """What is to be said beside one field of the form."""
        return [each for each in self.findings if each.field == field]


def examined_sketch(key_result: KeyResult, *, around: Around, now: datetime) -> Examined:
    """A sketch of a planned cycle; measured once for the same words, data and hour."""
    said = key_result.sketch or {}
    found, told = _kept(key_result.sketch, _mark_of(said, key_result), now=now)
    return _linted(found, told, said, around, now=now)


def examined_against_history(given: Mapping[str, Any], *, around: Around, now: datetime) -> Examined:
    """The fields of a form with the chance that history gives them (D25): for when the typing rests."""
    found, told = _kept(dict(given), _mark_of(given), now=now)
    return _linted(found, told, given, around, now=now)


def examined(given: Mapping[str, Any], *, around: Around, now: datetime) -> Examined:
    """The fields of a form, as far as they are written."""
    found = preview(given, now=now)
    told = telling(found.draft, now=now) if found.draft else None
    return _linted(found, told, given, around, now=now)


def _mark_of(said: Mapping[str, Any], key_result: KeyResult | None = None) -> Mark:
    return mark_for(said.get("kind") or "move", said.get("metric") or "", key_result)


def _kept(said: Mapping[str, Any] | None, data: Mark, *, now: datetime) -> tuple[Preview, Telling | None]:
    hour = now.replace(minute=0, second=0, microsecond=0)
    return _measured(json.dumps(said, sort_keys=True), data, _Hour(hour, now))


@dataclass(frozen=True, slots=True)
class _Hour:
    """An instant that counts as any other of its hour, so that nothing is measured twice in it."""

    hour: datetime
    now: datetime = field(compare=False)


@lru_cache(maxsize=KEPT)
def _measured(text: str, data: Mark, at: _Hour) -> tuple[Preview, Telling | None]:
    found = preview(json.loads(text), now=at.now)
    told = telling(found.draft, now=at.now) if found.draft else None
    if told is None or found.draft is None:
        return found, told
    # Only of what is kept: it takes too long to be asked at every key.
    return found, replace(told, p_hit=chance_of(found.draft, now=at.now))


def forget() -> None:
    """Measure every sketch anew: for those who put other data under the same marks, as tests do."""
    _measured.cache_clear()


def _linted(
    found: Preview, told: Telling | None, given: Mapping[str, Any], around: Around, *, now: datetime
) -> Examined:
    fields = fields_of(found, told, given, around, now=now)
    refused = [_refusal(field, message, around) for field, message in found.problems.items()]
    # What the fields themselves refuse is said in their words: they know what would fit.
    said = {each.field for each in refused}
    linted = [_in_form(each) for each in lint_fields(fields).findings if each.rule not in OF_OBJECTIVE]
    rest = [each for each in linted if not (each.severity == "error" and each.field in said)]
    rest = [each for each in rest if not (each.rule == "D10" and "owner" in said)]
    if said & {"bound_low", "bound_high"}:
        rest = [each for each in rest if each.rule != "D2"]
    # Without a metric there is nothing that a baseline could be measured of.
    rest = [each for each in rest if not (each.rule == "D3" and "metric" in said)]
    return Examined(found, (*refused, *rest), told, fields)


def _refusal(field: str, message: str, around: Around) -> Finding:
    # Owners are still open until a cycle is set.
    severity = "warning" if field == "owner" and around.state != "set" else "error"
    if field == "baseline":
        # The gate takes no bare number: it has no day and no source.
        message = message.replace(f"{GIVE_A_NUMBER}, or ", "").replace(GIVE_A_NUMBER, INSTEAD_OF_A_NUMBER)
    text = message if message.endswith(".") else f"{message}."
    return Finding(RULE_OF.get(field, "D1"), severity, text, "", field=field)  # type: ignore[arg-type]


def _in_form(finding: Finding) -> Finding:
    return replace(finding, field=FIELD_OF.get(finding.field or "", finding.field))
