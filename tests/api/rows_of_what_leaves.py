"""The part of the API's access table that is about what leaves the house, charts, and connected tools."""

from __future__ import annotations

from tests.api.operation import MAYBE, Operation
from tests.rules.rows import ADMINISTRATOR, MANAGER, MEMBER

BOARD = {"key": "{dashboard}"}
TILE = {**BOARD, "number": "{tile}"}
CYCLE = {"key": "{cycle}"}

OF_WHAT_LEAVES = {
    # Reports: everybody reads them, managers write their texts
    "list_frozen_reports": Operation(),
    "read_report": Operation(path=CYCLE),
    "read_report_file": Operation(path={**CYCLE, "ending": "md"}, query="?full=yes&paper=letter"),
    "write_report": Operation(MANAGER, CYCLE, {"narrative": "It went well.", "next": ""}),
    # What stands on charts: everybody reads it; Ada wrote one, which managers may take away as well
    "list_annotations": Operation(query="?chart=series:{series}"),
    "annotate_chart": Operation(MEMBER, body={"text": "A release", "start": "2026-11-20"}),
    "remove_annotation": Operation(MANAGER, {"id": "{annotation}"}, {"removed": True}),
    # Dashboards: everybody reads them and makes her own; the one that is asked for is Ada's
    "list_dashboards": Operation(),
    "read_dashboard": Operation(path=BOARD),
    "make_dashboard": Operation(body={"name": "Monday's own"}),
    "copy_dashboard": Operation(path=BOARD, body={}),
    "change_dashboard": Operation(ADMINISTRATOR, BOARD, {"audience": "owner"}),
    "remove_dashboard": Operation(ADMINISTRATOR, BOARD, {"removed": True}),
    "add_tile": Operation(ADMINISTRATOR, BOARD, {"address": "/key-results/"}),
    "change_tile": Operation(ADMINISTRATOR, TILE, {"title": "Open today", "width": 2}),
    "place_tile": Operation(ADMINISTRATOR, TILE, {"what": "down"}),
    "remove_tile": Operation(ADMINISTRATOR, TILE, {"removed": True}),
    "list_links": Operation(MANAGER, query="?dashboard={dashboard}"),
    "share_dashboard": Operation(ADMINISTRATOR, BOARD, {"days": 3, "note": "The board"}),
    "revoke_link": Operation(ADMINISTRATOR, {"id": "{shared_link}"}),
    # Connected tools: managers
    "list_connectors": Operation(MANAGER),
    "read_connector": Operation(MANAGER, {"id": "{connector}"}),
    "read_sync": Operation(MANAGER, {"id": "{sync}"}),
    # One at a time: the next manager is told that it is being read.
    "start_sync": Operation(MANAGER, {"id": "{connector}"}, {"dry": True}, done=MAYBE),
    "decide_quarantine": Operation(MANAGER, {"id": "{quarantine}"}, {"decision": "discarded"}, done=MAYBE),
    # The whole record: managers
    "list_tables": Operation(MANAGER),
    "read_table": Operation(MANAGER, {"name": "vulnerabilities", "ending": "csv"}, makes=True),
    "list_exports": Operation(MANAGER),
    "start_export": Operation(MANAGER, body={"format": "csv"}),
    "read_export": Operation(MANAGER, {"id": "{export}"}),
}
