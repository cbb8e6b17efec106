"""Tenable's export of vulnerabilities: begun, waited for, and fetched in chunks that come out of order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.connectors.fakes.declared import Endpoint, Fake
from tests.connectors.fakes.tool import Answered, Asked

_STATES = {"OPEN", "REOPENED", "FIXED"}
_SEVERITIES = {"info", "low", "medium", "high", "critical"}


def _is_export(body: Any) -> str:
    if not isinstance(body, dict) or set(body) - {"num_assets", "filters", "include_unlicensed"}:
        return "expected num_assets and filters"
    if not 50 <= body.get("num_assets", 50) <= 5000:
        return "num_assets is 50 to 5000"
    filters = body.get("filters", {})
    if set(filters) - {"state", "severity", "since"}:
        return f"there is no such filter: {sorted(filters)}"
    if set(filters.get("state", ())) - _STATES or set(filters.get("severity", ())) - _SEVERITIES:
        return "a state is in large letters, a severity in small ones"
    return "" if isinstance(filters.get("since", 0), int) else "since is in seconds since 1970"


class Tenable(Fake):
    """`vulnerabilities` with `indexed`; an export is ready after `polls` looks at its status."""

    endpoints = (
        Endpoint("POST", "/vulns/export", "begun", body=_is_export),
        Endpoint("GET", "/vulns/export/status", "jobs"),
        Endpoint("GET", r"/vulns/export/([\w-]+)/status", "status"),
        Endpoint("GET", r"/vulns/export/([\w-]+)/chunks/(\d+)", "chunk"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.vulnerabilities: list[dict[str, Any]] = []
        self.exports: dict[str, list[list[dict[str, Any]]]] = {}
        self.looked: dict[str, int] = {}
        self.polls = 3
        self.ends = "FINISHED"
        # Chunks that the status names before they are there, by how often they are asked for in vain.
        self.late: dict[int, int] = {}

    def signed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("x-apikeys") == f"accessKey=robot;secretKey={self.token}"

    def begun(self, asked: Asked) -> Answered:
        filters = asked.body.get("filters", {})
        # What is left out by default: fixed ones, and those of more than thirty days ago.
        states = filters.get("state", ["OPEN", "REOPENED"])
        since = filters.get("since")
        found = [
            each
            for each in self.vulnerabilities
            if each["state"] in states
            and each["severity"] in filters.get("severity", _SEVERITIES)
            and (since is not None and datetime.fromisoformat(each["indexed"]).timestamp() >= since)
        ]
        uuid = f"e-{len(self.exports) + 1}"
        self.exports[uuid] = [found[start : start + 2] for start in range(0, len(found), 2)]
        return Answered({"export_uuid": uuid})

    def jobs(self, asked: Asked) -> Answered:
        return Answered({"exports": [{"uuid": uuid, "status": "FINISHED"} for uuid in self.exports]})

    def status(self, asked: Asked, uuid: str) -> Answered:
        if uuid not in self.exports:
            return Answered({"error": "Export expired or not found"}, 404)
        self.looked[uuid] = self.looked.get(uuid, 0) + 1
        chunks = len(self.exports[uuid])
        if self.looked[uuid] < self.polls:
            # The last chunk is there first.
            ready = [chunks] if chunks and self.looked[uuid] > 1 else []
            return Answered({"uuid": uuid, "status": "PROCESSING", "chunks_available": ready})
        done = list(range(1, chunks + 1)) if self.ends == "FINISHED" else []
        return Answered({"uuid": uuid, "status": self.ends, "chunks_available": done})

    def chunk(self, asked: Asked, uuid: str, number: str) -> Answered:
        if self.late.get(int(number), 0) > 0:
            self.late[int(number)] -= 1
            return Answered({"error": "Chunk is not available"}, 404)
        return Answered(self.exports[uuid][int(number) - 1])


def vulnerability(number: int, indexed: str, **more: Any) -> dict[str, Any]:
    return {
        "asset": {"uuid": f"a-{number}", "ipv4": f"10.0.0.{number}", "hostname": f"host-{number}"},
        "plugin": {"id": 42873, "name": "SWEET32", "family": "General", "cve": ["CVE-2016-2183"]},
        "port": {"port": 443, "protocol": "TCP", "service": "www"},
        "output": "",
        "severity": "high",
        "severity_id": 3,
        "severity_modification_type": "NONE",
        "first_found": "2026-01-05T10:00:00.000Z",
        "last_found": "2026-01-06T10:00:00.000Z",
        "state": "OPEN",
        "indexed": indexed,
        **more,
    }
