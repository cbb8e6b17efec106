"""The plainest kind of tool: pages of rows by number, and its connector."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.connectors.fakes.tool import Answered, Asked

from throughline.connectors.shape import Check, Document, Field, Pulled, SecretField


@dataclass
class Listing:
    """Ten rows, three a page; the token `good` may read them."""

    rows: list[dict[str, Any]] = field(
        default_factory=lambda: [{"id": f"N-{n}", "title": f"Finding {n}"} for n in range(10)]
    )

    def answer(self, asked: Asked) -> Answered:
        if asked.headers.get("authorization") != "Bearer good-token":
            return Answered({"message": "Bad credentials"}, 401)
        page = int(asked.query["page"])
        shown = self.rows[3 * page : 3 * page + 3]
        return Answered({"rows": shown, "next": page + 1 if len(self.rows) > 3 * page + 3 else None})


class Numbers:
    """Reads the rows; resumes at the page after the one that was kept last."""

    name, title, lead, gives = "numbers", "Numbers", "Reads rows.", "findings"
    settings = (Field("address", "Address", reads="address"), Field("team", "Team", is_required=False))
    secrets = (SecretField("token", "Token"),)

    def base(self, settings):
        return settings["address"]

    def headers(self, settings, secrets):
        return {"authorization": f"Bearer {secrets['token']}"}

    def check(self, asking, settings):
        return [Check(True, f"{len(asking.get('/rows', {'page': 0})['rows'])} rows can be read.")]

    def pull(self, asking, settings, state, keep, progress):
        tokens = asking.tokens()
        page = keep.cursor.get("next", 0)
        while page is not None:
            said = asking.get("/rows", {"page": tokens.take(str(page))})
            page = said["next"]
            keep.page("rows.jsonl", [json.dumps(row).encode() for row in said["rows"]], cursor={"next": page})
            progress(keep.count, 0, "reading rows")
        document = Document("rows.jsonl", format="json", source="numbers", full=not state)
        return Pulled({"at": "now"}, [document])


kind = Numbers()
