"""HackerOne's reports: pages by number, filters by program and last activity."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from tests.connectors.fakes.declared import Endpoint, Fake
from tests.connectors.fakes.tool import Answered, Asked


class HackerOne(Fake):
    """`reports` of all programs; each has a `program` of its own beside what the API shows."""

    endpoints = (
        Endpoint(
            "GET",
            "/v1/reports",
            "listed",
            {
                "filter[program][]": r"[\w-]+",
                "filter[last_activity_at__gt]": r"\d{4}-\d\d-\d\dT.*Z",
                "page[size]": r"\d{1,2}|100",
                "page[number]": r"[1-9]\d*",
                "sort": r"reports\.created_at",
            },
            needs=("filter[program][]",),
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.reports: list[dict[str, Any]] = []
        self.size = 2

    def signed(self, headers: Mapping[str, str]) -> bool:
        pair = b64encode(f"robot:{self.token}".encode()).decode()
        return headers.get("authorization") == f"Basic {pair}"

    def unsigned(self) -> Answered:
        return Answered({"errors": [{"status": 401}]}, 401)

    def listed(self, asked: Asked) -> Answered:
        since = asked.query.get("filter[last_activity_at__gt]", "")
        found = [
            each
            for each in self.reports
            if _handle(each) == asked.query["filter[program][]"]
            and each["attributes"]["last_activity_at"] > since
        ]
        found.sort(key=lambda each: each["attributes"]["created_at"])
        number = int(asked.query.get("page[number]", "1"))
        page = found[(number - 1) * self.size : number * self.size]
        links = {"self": f"{self.address}{asked.path}"}
        if len(found) > number * self.size:
            links["next"] = f"{self.address}{asked.path}?page%5Bnumber%5D={number + 1}"
        return Answered({"data": page, "links": links})


def _handle(report: Mapping[str, Any]) -> str:
    return str(report["relationships"]["program"]["data"]["attributes"]["handle"])


def report(
    number: int, active: str, *, program: str = "shop", state: str = "triaged", **more: Any
) -> dict[str, Any]:
    return {
        "id": str(number),
        "type": "report",
        "attributes": {
            "title": f"Stored XSS {number}",
            "state": state,
            "created_at": f"2026-01-{number:02}T10:00:00.000Z",
            "last_activity_at": active,
            "triaged_at": None,
            "closed_at": None,
            "vulnerability_information": "It is possible to …",
            **more,
        },
        "relationships": {
            "program": {"data": {"id": "1", "type": "program", "attributes": {"handle": program}}},
            "severity": {"data": {"type": "severity", "attributes": {"rating": "high", "score": 7.5}}},
            "weakness": {
                "data": {"type": "weakness", "attributes": {"name": "XSS", "external_id": "cwe-79"}}
            },
        },
    }
