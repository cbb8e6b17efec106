"""A file of scenarios, YAML or JSON: every value checked at its place, all problems said at once."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass, field

from throughline.engine import frequencies, metalog, severities
from throughline.engine.compound_severities import layer
from throughline.engine.frequencies import Frequency, Per
from throughline.engine.language.fields import nearest
from throughline.engine.losses import AnyScenario, Appetite, Belief, Panel, Scenario, appetite
from throughline.engine.severities import Severity
from throughline.plans.format.nodes import Leaf, Node, Table, documents
from throughline.plans.format.problems import Place, Problem, Problems
from throughline.risk.curve_nodes import Nodes, Unread, kind

MOST_SCENARIOS, MOST_EXPERTS, MOST_POINTS = 1_000, 100, 100
HOW_OFTEN = ("probability", "rate", "rate_90ci")
HOW_MUCH = ("ci90", "pert", "quantiles", "exponential", "fixed")
# JSON may break a character beyond the first 65,536 in two; YAML may not.
_HALVES = re.compile(rb"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(slots=True)
class Given:
    """What a file says: its scenarios, and what is accepted to be lost, where that is stated."""

    scenarios: list[AnyScenario] = field(default_factory=list)
    appetite: Appetite | None = None


def read_scenarios(content: bytes, *, file: str) -> Given:
    """The scenarios of a file. Raises Problems, which name each place as file:line:column and its field."""
    found = documents(_as_yaml(content), file=file)
    if len(found) != 1:
        message = "the file holds more than one document" if found else "the file is empty"
        problem = Problem(Place(file, 1, 1), f"{message}: expected one mapping with scenarios", "empty")
        raise Problems([problem])
    reader, given = _Reader(), Given()
    with suppress(Unread):
        given = reader.file(found[0])
    if reader.problems:
        raise Problems(reader.problems)
    return given


def _as_yaml(content: bytes) -> bytes:
    """JSON is YAML but for tabs between its values and characters in two halves."""
    if content.lstrip()[:1] not in (b"{", b"["):
        return content
    return _HALVES.sub(_joined, content).replace(b"\t", b" ")


def _joined(found: re.Match[bytes]) -> bytes:
    high, low = (int(half, 16) for half in found.groups())
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).encode()


class _Reader(Nodes):
    def file(self, node: Node) -> Given:
        fields = self.fields(node, "the file", ("scenarios", "appetite"), required=("scenarios",))
        rows = self.rows(fields["scenarios"], "scenarios", most=MOST_SCENARIOS)
        self._distinct(rows)
        scenarios = list(self.each(rows, "scenarios", self.scenario))
        return Given(scenarios, self.appetite(fields["appetite"]) if "appetite" in fields else None)

    def appetite(self, node: Node) -> Appetite:
        rows = self.rows(node, "appetite", most=MOST_POINTS)
        points = list(self.each(rows, "appetite", self.point))
        if len(points) < len(rows):
            raise Unread
        return self.made(node, "appetite", lambda: appetite(points))

    def point(self, node: Node, path: str) -> tuple[float, float]:
        names = ("loss", "probability")
        fields = self.fields(node, path, names, required=names)
        loss = self.number(fields["loss"], f"{path}.loss")
        return loss, self.number(fields["probability"], f"{path}.probability", is_share=True)

    def scenario(self, node: Node, path: str) -> AnyScenario:
        fields = self.fields(node, path, ("id", "frequency", "loss", "panel"), required=("id",))
        name = self.text(fields["id"], f"{path}.id")
        if "panel" not in fields:
            return Scenario(name, *self.both(node, fields, path))
        for other in ("frequency", "loss"):
            if other in fields:
                message = "it stands beside a panel: give it within the panel, for each expert"
                raise self.unread(fields[other], f"{path}.{other}", message)
        rows = self.rows(fields["panel"], f"{path}.panel", most=MOST_EXPERTS)
        said = tuple(self.each(rows, f"{path}.panel", self.belief))
        if len(said) < len(rows):
            raise Unread
        return self.made(fields["panel"], f"{path}.panel", lambda: Panel(name, said))

    def belief(self, node: Node, path: str) -> Belief:
        fields = self.fields(node, path, ("weight", "frequency", "loss"))
        weight = self.number(fields["weight"], f"{path}.weight") if "weight" in fields else 1.0
        if weight < 0:
            raise self.unread(fields["weight"], f"{path}.weight", f"expected 0 or more, found {weight:g}")
        return Belief(weight, *self.both(node, fields, path))

    def both(self, node: Node, fields: dict[str, Node], path: str) -> tuple[Frequency, Severity]:
        """How often and how much; what is wrong with the one does not hide what is wrong with the other."""
        for name in ("frequency", "loss"):
            if name not in fields:
                self.note(node, path, f"there is no {name}", "missing")
        often: Frequency | None = None
        cost: Severity | None = None
        for part in (each for each in ("frequency", "loss") if each in fields):
            try:
                if part == "frequency":
                    often = self.frequency(fields[part], f"{path}.{part}")
                else:
                    cost = self.loss(fields[part], f"{path}.{part}")
            except Unread:
                continue
        if often is None or cost is None:
            raise Unread
        return often, cost

    def frequency(self, node: Node, path: str) -> Frequency:
        fields = self.fields(node, path, (*HOW_OFTEN, "per"))
        per = self.per(fields["per"], f"{path}.per") if "per" in fields else "year"
        name = self.one_of(node, fields, path, HOW_OFTEN)
        value, place = fields[name], f"{path}.{name}"
        if name == "rate_90ci":
            low, high = self.numbers(value, place, what="the lower and the upper rate", count=2)
            return self.made(value, place, lambda: frequencies.rate_90ci(low, high, per))
        amount = self.number(value, place, is_share=name == "probability")
        if name == "rate":
            return self.made(value, place, lambda: frequencies.rate(amount, per))
        return self.made(value, place, lambda: frequencies.probability(amount, per))

    def per(self, node: Node, path: str) -> Per:
        said = node.text if isinstance(node, Leaf) else ""
        if said == "quarter":
            return "quarter"
        if said in ("year", "month"):
            return "year" if said == "year" else "month"
        near = nearest(said, frequencies.PERIODS)
        raise self.unread(node, path, f"expected year, quarter or month, found {kind(node)}{near}")

    def loss(self, node: Node, path: str) -> Severity:
        fields = self.fields(node, path, (*HOW_MUCH, "cap", "retention"))
        name = self.one_of(node, fields, path, HOW_MUCH)
        law = self.law(fields[name], f"{path}.{name}", name)
        retention = self.part(fields, path, "retention", 0.0)
        cap = self.part(fields, path, "cap", math.inf)
        whole = layer(law, retention=retention, cap=cap)
        if math.isinf(whole.mean):
            message = "the tail is so heavy that the mean loss is infinite: give the loss a cap"
            raise self.unread(fields[name], f"{path}.{name}", message)
        return whole

    def part(self, fields: dict[str, Node], path: str, name: str, otherwise: float) -> float:
        """The cap or the retention, 0 or more."""
        if name not in fields:
            return otherwise
        amount = self.number(fields[name], f"{path}.{name}")
        check = lambda: severities.require_amounts(amount, what=f"the {name}")  # noqa: E731
        self.made(fields[name], f"{path}.{name}", check)
        return amount

    def law(self, node: Node, path: str, name: str) -> Severity:
        if name == "quantiles":
            points = self.quantiles(node, path)
            return self.made(node, path, lambda: metalog.through_quantiles(points))
        if name == "ci90":
            low, high = self.numbers(node, path, what="the lower and the upper amount", count=2)
            return self.made(node, path, lambda: severities.ci90(low, high))
        if name == "pert":
            what = "the least, the most likely and the greatest amount"
            least, mode, most = self.numbers(node, path, what=what, count=3)
            return self.made(node, path, lambda: severities.pert(least, mode, most))
        amount = self.number(node, path)
        if name == "fixed":
            return self.made(node, path, lambda: severities.fixed(amount))
        return self.made(node, path, lambda: severities.exponential(amount))

    def quantiles(self, node: Node, path: str) -> list[tuple[float, float]]:
        if not isinstance(node, Table):
            message = f"expected amounts by probability, such as {{0.5: 100000}}, found {kind(node)}"
            raise self.unread(node, path, message)
        # JSON has quotes around every key.
        shares = [Leaf(share.place, share.text, is_plain=True) for share, _ in node.pairs]
        return [
            (self.number(share, path, is_share=True), self.number(amount, f"{path}.{share.text[:20]}"))
            for share, (_, amount) in zip(shares, node.pairs, strict=True)
        ]

    def one_of(self, node: Node, fields: dict[str, Node], path: str, names: tuple[str, ...]) -> str:
        given = [name for name in names if name in fields]
        if len(given) == 1:
            return given[0]
        listed = f"{', '.join(names[:-1])} or {names[-1]}"
        at = fields[given[1]] if given else node
        raise self.unread(at, path, f"expected one of {listed}, found {' and '.join(given) or 'none'}")

    def _distinct(self, rows: list[Node]) -> None:
        """Every scenario has an id of its own."""
        seen: dict[str, Place] = {}
        for number, row in enumerate(rows):
            ids = [value for key, value in row.pairs if key.text == "id"] if isinstance(row, Table) else []
            for value in (each for each in ids if isinstance(each, Leaf)):
                first = seen.setdefault(value.text.strip(), value.place)
                if first is not value.place:
                    message = f"'{value.text[:60]}' is the id of line {first.line} already: give it its own"
                    self.note(value, f"scenarios[{number}].id", message, "twice")
