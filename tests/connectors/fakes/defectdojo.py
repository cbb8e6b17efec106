"""DefectDojo's findings: limit and offset, an order, no filter by what changed, a next page nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.connectors.fakes.declared import Endpoint, Fake
from tests.connectors.fakes.tool import Answered, Asked


class DefectDojo(Fake):
    """`findings` with the product of each; `between` happens after each page."""

    endpoints = (
        Endpoint(
            "GET",
            "/api/v2/findings/",
            "listed",
            {
                "limit": r"\d{1,3}",
                "offset": r"\d+",
                "o": r"id|-last_status_update",
                "related_fields": "true",
                "product_name": ".+",
            },
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.findings: list[dict[str, Any]] = []
        self.size = 2
        self.between: Callable[[], None] = lambda: None

    def signed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Token {self.token}"

    def unsigned(self) -> Answered:
        return Answered({"detail": "Invalid token."}, 401)

    def listed(self, asked: Asked) -> Answered:
        named = asked.query.get("product_name", "").lower()
        found = [each for each in self.findings if not named or each["product"].lower() == named]
        if asked.query.get("o") == "-last_status_update":
            found.sort(key=lambda each: each["last_status_update"], reverse=True)
        else:
            found.sort(key=lambda each: each["id"])
        start = int(asked.query.get("offset", 0))
        page = found[start : start + min(self.size, int(asked.query["limit"]))]
        # As behind a proxy that ends TLS: nobody can go there.
        more = "http://internal/api/v2/findings/?offset=2" if len(found) > start + self.size else None
        said = Answered(
            {
                "count": len(found),
                "next": more,
                "previous": None,
                "results": [_shown(each, related="related_fields" in asked.query) for each in page],
            }
        )
        self.between()
        return said


def _shown(finding: Mapping[str, Any], *, related: bool) -> dict[str, Any]:
    shown = {name: value for name, value in finding.items() if name != "product"}
    if related:
        product = {"id": 1, "name": finding["product"]}
        shown["related_fields"] = {"test": {"id": 1, "engagement": {"id": 1, "product": product}}}
    return shown


def finding(number: int, changed: str, *, product: str = "Shop", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"SQL injection {number}",
        "severity": "High",
        "numerical_severity": "S1",
        "description": "A query is put together from what a person types.",
        "date": "2026-01-05",
        "created": "2026-01-05T10:00:00Z",
        "last_status_update": changed,
        "active": True,
        "verified": False,
        "false_p": False,
        "duplicate": False,
        "out_of_scope": False,
        "risk_accepted": False,
        "is_mitigated": False,
        "mitigated": None,
        "cwe": 89,
        "file_path": f"src/{number}.py",
        "product": product,
        **more,
    }
