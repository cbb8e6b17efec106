"""A Prometheus of one figure, which refuses what the documentation of its HTTP API does not allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.connectors.fakes.tool import Answered, Asked, Broken

TOKEN = "good-token"
MOST_POINTS = 11_000


@dataclass
class Prometheus:
    """`value` says the figure of an instant, as text as Prometheus writes it, or None where there is none."""

    value: Callable[[float], str | None]
    authorization: str = f"Bearer {TOKEN}"

    def answer(self, asked: Asked) -> Answered:
        if asked.headers.get("authorization") != self.authorization:
            return Answered(status=401, content=b"Unauthorized")
        if asked.method != "GET" or asked.path not in ("/api/v1/query", "/api/v1/query_range"):
            raise Broken("no such endpoint")
        wanted = {"query", "start", "end", "step"} if asked.path.endswith("range") else {"query", "time"}
        if set(asked.query) != wanted:
            raise Broken(f"expected {sorted(wanted)}, found {sorted(asked.query)}")
        if "(" in asked.query["query"] and ")" not in asked.query["query"]:
            said = {"status": "error", "errorType": "bad_data", "error": "1:9: parse error: unclosed paren"}
            return Answered(said, 400)
        return self._one(float(asked.query["time"])) if "time" in wanted else self._many(asked.query)

    def _one(self, at: float) -> Answered:
        value = self.value(at)
        result = [] if value is None else [{"metric": {"job": "ci"}, "value": [at, value]}]
        return _said("vector", result)

    def _many(self, query: dict[str, str]) -> Answered:
        start, end, step = (float(query[name]) for name in ("start", "end", "step"))
        if step <= 0 or end < start or (end - start) / step > MOST_POINTS:
            raise Broken("start, end and step make no range")
        instants = [start + number * step for number in range(int((end - start) / step) + 1)]
        pairs = [[at, value] for at in instants if (value := self.value(at)) is not None]
        return _said("matrix", [{"metric": {"job": "ci"}, "values": pairs}] if pairs else [])


def _said(kind: str, result: list[object]) -> Answered:
    return Answered({"status": "success", "data": {"resultType": kind, "result": result}})
