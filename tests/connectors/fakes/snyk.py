"""Snyk's issues: cursors in links that are paths, a version that must be named, regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from tests.connectors.fakes.declared import Endpoint, Fake
from tests.connectors.fakes.tool import Answered, Asked

ORGANISATION = "6391f850-81f8-48fc-9cd4-aa8c186c6ff0"


class Snyk(Fake):
    """`issues` of one organisation; the first link begins with /rest, the next ones without."""

    headers: ClassVar[Mapping[str, str]] = {"accept": r"application/vnd\.api\+json"}
    endpoints = (
        Endpoint(
            "GET",
            r"/rest/orgs/([\w-]+)/issues",
            "listed",
            {
                "version": r"\d{4}-\d\d-\d\d",
                "limit": r"10|[2-9]0|100",
                "starting_after": r"v1\.\d+",
                "updated_after": r"\d{4}-\d\d-\d\dT.*Z",
            },
            needs=("version",),
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.issues: list[dict[str, Any]] = []
        self.size = 2
        self.repeats = False

    def signed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"token {self.token}"

    def unsigned(self) -> Answered:
        return Answered(
            {"jsonapi": {"version": "1.0"}, "errors": [{"status": "401", "detail": "unauthorized"}]}, 401
        )

    def listed(self, asked: Asked, organisation: str) -> Answered:
        if organisation != ORGANISATION:
            return Answered({"errors": [{"status": "404", "detail": "Org not found"}]}, 404)
        since = asked.query.get("updated_after", "")
        found = [each for each in self.issues if each["attributes"]["updated_at"] > since]
        start = int(asked.query.get("starting_after", "v1.0")[3:])
        links = {}
        if len(found) > start + self.size:
            after = "v1.0" if self.repeats and start else f"v1.{start + self.size}"
            path = asked.path if not start else asked.path.removeprefix("/rest")
            links["next"] = f"{path}?{urlencode({**asked.query, 'starting_after': after})}"
        page = found[start : start + self.size]
        return Answered({"jsonapi": {"version": "1.0"}, "data": page, "links": links})


def issue(number: int, updated: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"i-{number}",
        "type": "issue",
        "attributes": {
            "title": "Command injection",
            "type": "package_vulnerability",
            "effective_severity_level": "high",
            "status": "open",
            "ignored": False,
            "created_at": "2026-01-05T10:00:00Z",
            "updated_at": updated,
            "problems": [{"id": f"CVE-2021-{23000 + number}", "source": "CVE", "type": "vulnerability"}],
            "coordinates": [
                {
                    "representations": [
                        {"dependency": {"package_name": "lodash", "package_version": "4.17.20"}}
                    ]
                }
            ],
            **more,
        },
        "relationships": {"scan_item": {"data": {"id": "p-1", "type": "project"}}},
    }
