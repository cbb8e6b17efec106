"""What a decision about many records would change, said before it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from throughline.accounts.models import User
from throughline.engine.language.fields import STATES
from throughline.engine.triage import by_person
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.access import triageable
from throughline.vulnerabilities.models import Vulnerability

SAID = ("state", "triaged_at", "triaged_basis")


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many records would become `state`, by what they are now and whether people decided that.

    `already` are that state now; `count` are all that were chosen.
    """

    state: str
    count: int
    already: int
    would_change: tuple[tuple[str, bool, int], ...]

    @property
    def by_people(self) -> int:
        """How many decisions of people it would overrule."""
        return sum(n for _, by_people, n in self.would_change if by_people)

    @property
    def sentence(self) -> str:
        """In words.

        >>> Outlook("false positive", 32, 0, (("potential", False, 28), ("confirmed", True, 4))).sentence
        '32 findings: 28 potential, 4 confirmed by people would become false positive.'
        """
        if self.count == 1:
            return self._sentence_of_one()
        if not self.would_change:
            return f"{self.count:,} findings: {self.state} already."
        parts = ", ".join(_part(*each) for each in self.would_change)
        rest = (
            f" {self.already:,} {'is' if self.already == 1 else 'are'} that already." if self.already else ""
        )
        return f"{self.count:,} findings: {parts} would become {self.state}.{rest}"

    def _sentence_of_one(self) -> str:
        if not self.would_change:
            return f"It is {self.state} already."
        ((state, by_people, _),) = self.would_change
        return f"It is {state}{' by people' if by_people else ''}, and would become {self.state}."


def outlook(user: User, ids: Sequence[int], state: str) -> Outlook:
    """What deciding so would change; the 404 for a record that the person may not triage."""
    wanted = triageable(user, ids)
    found: Counter[tuple[str, bool]] = Counter()
    for step in bulk.steps(wanted, 500):
        for values in Vulnerability.objects.filter(pk__in=step).values(*SAID):
            found[values["state"], by_person(values)] += 1
    changing = [(now, by_people, n) for (now, by_people), n in found.items() if now != state]
    changing.sort(key=lambda each: (STATES.index(each[0]), each[1]))
    return Outlook(state, len(wanted), len(wanted) - sum(n for _, _, n in changing), tuple(changing))


def _part(state: str, by_people: bool, n: int) -> str:
    return f"{n:,} {state}{' by people' if by_people else ''}"
