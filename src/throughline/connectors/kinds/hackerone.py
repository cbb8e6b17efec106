"""HackerOne's reports by its API for customers: https://api.hackerone.com/customer-resources/#reports

What changed is asked for by the last activity, in the order of creation: a report that moves while pages are
read comes to stand on an earlier place, and is not passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from throughline.connectors.asking import Asking, basic
from throughline.connectors.listing import SERVICE, Listing, Record, document, encoded
from throughline.connectors.shape import Check, Field, Keep, Progress, Pulled, SecretField, Settings
from throughline.engine.dates import iso
from throughline.sources.formats.loose import told

_PAGE = 100
_REPORTS = "v1/reports"


class HackerOne:
    """The kind."""

    name = "hackerone"
    title = "HackerOne"
    lead = (
        "Reads the reports of programs with severity, weakness, bounties and states. The API token of the "
        "organisation needs no more than to read reports of these programs."
    )
    gives: Literal["findings", "series"] = "findings"
    settings = (
        Field("address", "Address of the API", reads="address", default="https://api.hackerone.com"),
        Field("programs", "Programs", "Their handles, as they stand in addresses.", reads="names"),
        SERVICE,
    )
    secrets = (
        SecretField("identifier", "Token identifier", "What the token is called."),
        SecretField("token", "Token"),
    )

    def base(self, settings: Settings) -> str:
        """Where its API is."""
        return str(settings["address"])

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        """Identifier and token, as name and password."""
        return {"authorization": basic(secrets["identifier"], secrets["token"])}

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        """Whether the reports of each program can be read."""
        for program in settings["programs"]:
            asking.get(_REPORTS, {"filter[program][]": program, "page[size]": 1})
        return [Check(True, f"The reports of {program} can be read.") for program in settings["programs"]]

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """All reports of each program, or those with activity since they were read last."""
        listing = Listing(asking, keep, progress, state)
        programs = settings["programs"]
        spans = {program: listing.span(program) for program in programs}
        for number, program in enumerate(programs):
            cursor = keep.cursor
            if number < cursor.get("program", 0):
                continue
            page = cursor.get("page", 1) if cursor.get("program") == number else 1
            params = {"filter[program][]": program, "page[size]": _PAGE, "sort": "reports.created_at"}
            if (since := spans[program].since) is not None:
                params["filter[last_activity_at__gt]"] = iso(since)
            while page:
                said = asking.get(_REPORTS, {**params, "page[number]": page})
                records = list(_records(asking, said, program))
                more = bool(records) and bool(told(said, "links", "next"))
                page = page + 1 if more else 0
                goes_on = {"program": number, "page": page} if page else {"program": number + 1}
                listing.put(records, **goes_on)
        return Pulled(
            state={program: listing.after(program, span) for program, span in spans.items()},
            documents=[
                document(
                    name,
                    settings,
                    format=self.name,
                    source=self.title,
                    scope=name,
                    whole=spans[name].is_whole,
                )
                for name in listing.documents
            ],
        )


def _records(asking: Asking, said: Any, program: str) -> Iterator[Record]:
    reports = said.get("data") if isinstance(said, dict) else None
    if not isinstance(reports, list) or not all(
        isinstance(each, dict) and each.get("id") for each in reports
    ):
        raise asking.nonsense("a page of reports was expected", said, place=f"/{_REPORTS}")
    yield from (Record(program, str(report["id"]), encoded(report)) for report in reports)


kind = HackerOne()
