"""Records of a pull that are tickets of vulnerabilities which are known already: no records of their own."""

from __future__ import annotations

import json
from typing import Any

from throughline.connectors.models import Connector, Ticket
from throughline.connectors.shape import Document

# The column in which a kind says how its tool calls the status.
STATUS = "jira_status"
# Tools cut titles that are longer than this.
TITLE = 200


class Apart:
    """The tickets of one connector; what a sync sees of them is kept on them."""

    def __init__(self, connector: Connector) -> None:
        tickets = list(Ticket.objects.filter(connector=connector))
        self.keys = {each.key: each.pk for each in tickets if each.key}
        # One that is being made has no key here yet, and may be listed already.
        self.making = {each.title[:TITLE] for each in tickets if not each.key}
        self.statuses: dict[int, str] = {}

    def __bool__(self) -> bool:
        return bool(self.keys or self.making)

    def holds(self, document: Document, line: bytes) -> bool:
        """Whether a record of a document is such a ticket."""
        column = document.maps.get("key")
        if column is None:
            return False
        row: dict[str, Any] = json.loads(line)
        known = self.keys.get(str(row.get(column)))
        if known is not None:
            self.statuses[known] = str(row.get(STATUS) or "")[:240]
            return True
        return str(row.get(document.maps.get("title", "title")) or "")[:TITLE] in self.making

    def keep(self) -> None:
        """Write down what was seen, in the transaction of the sync."""
        for id, status in self.statuses.items():
            Ticket.objects.filter(pk=id).exclude(status=status).update(status=status)
