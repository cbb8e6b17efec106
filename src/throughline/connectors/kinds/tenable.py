"""Tenable Vulnerability Management by its export: asked for, waited for, and fetched in chunks.

https://developer.tenable.com/reference/exports-vulns-request-export. Unless it is asked for them, an export
leaves out what is FIXED, and what nobody saw for thirty days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal

from throughline.connectors.asking import Asking
from throughline.connectors.listing import SERVICE, Listing, Record, document, encoded
from throughline.connectors.shape import Check, Field, Keep, Progress, Pulled, SecretField, Settings
from throughline.engine.refusals import Refused
from throughline.sources.formats.loose import told

_EXPORT = "vulns/export"
_STATES = ("OPEN", "REOPENED", "FIXED")
_SEVERITIES = ("info", "low", "medium", "high", "critical")
# The fewest that can be asked for: a chunk of many findings on many assets has hundreds of megabytes.
_ASSETS = 50
_POLL_SECONDS = 5.0
_MOST_POLLS = 2_000
# Results are published hours after the scan that dates them.
_OVERLAP = timedelta(days=1)
_LIST = "vulnerabilities"


class Tenable:
    """The kind."""

    name = "tenable"
    title = "Tenable"
    lead = (
        "Reads the vulnerabilities of assets, fixed ones too. The keys belong to a user with the role Basic "
        "and up who can view these assets and export."
    )
    gives: Literal["findings", "series"] = "findings"
    settings = (
        Field("address", "Address", reads="address", default="https://cloud.tenable.com"),
        Field(
            "least",
            "Least severity",
            "Most of what Tenable tells is of the level info, and no weakness.",
            reads="choice",
            choices=tuple((name, name) for name in _SEVERITIES),
            default="low",
        ),
        SERVICE,
    )
    secrets = (SecretField("access_key", "Access key"), SecretField("secret_key", "Secret key"))

    def base(self, settings: Settings) -> str:
        """Where it is."""
        return str(settings["address"])

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        """Both keys."""
        return {"x-apikeys": f"accessKey={secrets['access_key']};secretKey={secrets['secret_key']}"}

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        """Whether the keys may export: the list of exports says so, and starts none."""
        asking.get(f"{_EXPORT}/status")
        return [Check(True, "Vulnerabilities can be exported.")]

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """All vulnerabilities, or those that changed since the last export."""
        listing = Listing(asking, keep, progress, state)
        least = str(settings["least"])
        # What was read with other severities is read anew.
        name = f"{_LIST} from {least}"
        span = listing.span(name, overlap=_OVERLAP)
        if keep.cursor and not _is_there(asking, str(keep.cursor["export"])):
            keep.begin_again()
            listing = Listing(asking, keep, progress, state)
        export = str(
            keep.cursor.get("export")
            or _begun(asking, least, int(span.since.timestamp()) if span.since else 0)
        )
        _fetched(asking, export, listing)
        # One that is rated lower later is in no list of these severities: silence says nothing then.
        whole = span.is_whole and least == _SEVERITIES[0]
        found = document(
            _LIST, settings, format="tenable_export", source="Tenable Vulnerability Management",
            scope=asking.host, whole=whole,
        )  # fmt: skip
        return Pulled(state={name: listing.after(name, span)}, documents=[found])


def _begun(asking: Asking, least: str, since: int) -> str:
    """Ask for an export; its id."""
    severities = list(_SEVERITIES[_SEVERITIES.index(least) :])
    filters = {"state": list(_STATES), "severity": severities, "since": since}
    said = asking.post(_EXPORT, {"num_assets": _ASSETS, "filters": filters})
    if not told(said, "export_uuid"):
        raise asking.nonsense("the id of an export was expected", said, place=f"/{_EXPORT}")
    return told(said, "export_uuid")


def _is_there(asking: Asking, export: str) -> bool:
    """Whether an export of an interrupted pull can be gone on with: they end after a day."""
    try:
        return _status(asking, export)[0] not in ("CANCELLED", "ERROR")
    except Refused as refused:
        if refused.code in ("answered_404", "answered_400"):
            return False
        raise


def _status(asking: Asking, export: str) -> tuple[str, list[int]]:
    said = asking.get(f"{_EXPORT}/{export}/status")
    chunks = said.get("chunks_available") if isinstance(said, dict) else None
    are_chunks = chunks is None or (
        isinstance(chunks, list) and all(isinstance(each, int) for each in chunks)
    )
    if not are_chunks or not told(said, "status"):
        raise asking.nonsense("the status of an export was expected", said, place=f"/{_EXPORT}/status")
    return told(said, "status").upper(), list(chunks or ())


def _fetched(asking: Asking, export: str, listing: Listing) -> None:
    """Fetch every chunk as it comes to be there. Raises Refused where the export fails."""
    read: list[int] = list(listing.keep.cursor.get("read", ()))
    if not listing.keep.cursor:
        listing.put((), export=export, read=read)
    for _ in range(_MOST_POLLS):
        status, chunks = _status(asking, export)
        if status in ("CANCELLED", "ERROR"):
            raise Refused(f"{asking.host} gave up the export ({status.lower()}): sync again.", code="export")
        for chunk in sorted(set(chunks) - set(read)):
            records = _chunk(asking, export, chunk)
            if records is not None:
                read.append(chunk)
                listing.put(records, export=export, read=read)
        if status == "FINISHED" and set(chunks) <= set(read):
            return
        listing.progress(listing.keep.count, 0, "waiting for the export")
        asking.clock.sleep(_POLL_SECONDS)
    raise Refused(
        f"{asking.host} did not finish the export: sync again, which goes on with it.", code="export"
    )


def _chunk(asking: Asking, export: str, chunk: int) -> list[Record] | None:
    """The records of a chunk; None where it is not there yet, whatever the status says."""
    place = f"{_EXPORT}/{export}/chunks/{chunk}"
    try:
        said = asking.get(place)
    except Refused as refused:
        if refused.code == "answered_404":
            return None
        raise
    if not isinstance(said, list) or not all(isinstance(each, dict) and "plugin" in each for each in said):
        raise asking.nonsense("a chunk of vulnerabilities was expected", said, place=f"/{_EXPORT}/chunks")
    return list(_records(said))


def _records(said: list[dict[str, Any]]) -> Iterator[Record]:
    for each in said:
        parts = (("asset", "uuid"), ("plugin", "id"), ("port", "protocol"), ("port", "port"))
        named = told(each, "finding_id") or "|".join(told(each, *part) for part in parts)
        yield Record(_LIST, named, encoded(each))


kind = Tenable()
