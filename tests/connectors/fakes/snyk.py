"""Snyk's issues and projects: cursors in links that are paths, and a version that must be named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from tests.connectors.fakes.declared import Endpoint, Fake
from tests.connectors.fakes.tool import Answered, Asked

_PAGED = {
    "version": r"\d{4}-\d\d-\d\d",
    "limit": r"10|[2-9]0|100",
    "starting_after": r"v1\.\d+",
}
ORGANISATION = "6391f850-81f8-48fc-9cd4-aa8c186c6ff0"


class Snyk(Fake):
    """`issues` of one organisation; the first link begins with /rest, the next ones without."""

    headers: ClassVar[Mapping[str, str]] = {"accept": r"application/vnd\.api\+json"}
    endpoints = (
        Endpoint(
            "GET",
            r"/rest/orgs/([\w-]+)/issues",
            "listed",
            {**_PAGED, "updated_after": r"\d{4}-\d\d-\d\dT.*Z"},
            needs=("version",),
        ),
        Endpoint("GET", r"/rest/orgs/([\w-]+)/projects", "listed_projects", _PAGED, needs=("version",)),
        Endpoint(
            "GET",
            r"/rest/orgs/([\w-]+)/projects/([\w-]+)",
            "project",
            {"version": _PAGED["version"]},
            needs=("version",),
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.issues: list[dict[str, Any]] = []
        self.projects = {
            "p-1": "shop/api:package.json",
            "p-2": "shop/api(main):go.mod",
            "p-3": "shop/web:pom.xml",
        }
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
        return self._page(asked, found)

    def listed_projects(self, asked: Asked, organisation: str) -> Answered:
        return self._page(asked, [_project(id, name) for id, name in self.projects.items()])

    def project(self, asked: Asked, organisation: str, id: str) -> Answered:
        if id not in self.projects:
            return Answered({"errors": [{"status": "404", "detail": "Project not found"}]}, 404)
        return Answered({"jsonapi": {"version": "1.0"}, "data": _project(id, self.projects[id])})

    def _page(self, asked: Asked, found: list[dict[str, Any]]) -> Answered:
        if self.is_expired("starting_after" in asked.query and asked.path.endswith("/issues")):
            return Answered({"errors": [{"status": "400", "detail": "invalid cursor"}]}, 400)
        start = int(asked.query.get("starting_after", "v1.0")[3:])
        links = {}
        if len(found) > start + self.size:
            after = "v1.0" if self.repeats and start else f"v1.{start + self.size}"
            path = asked.path if not start else asked.path.removeprefix("/rest")
            links["next"] = f"{path}?{urlencode({**asked.query, 'starting_after': after})}"
        page = found[start : start + self.size]
        return Answered({"jsonapi": {"version": "1.0"}, "data": page, "links": links})


def _project(id: str, name: str) -> dict[str, Any]:
    return {"id": id, "type": "project", "attributes": {"name": name}}


def issue(number: int, updated: str, *, project: str = "p-1", **more: Any) -> dict[str, Any]:
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
        "relationships": {"scan_item": {"data": {"id": project, "type": "project"}}},
    }
