"""The part of the access table that is about dashboards and the links that show them."""

from __future__ import annotations

from tests.rules.rows import ADMINISTRATOR, MANAGER, PUBLIC, VIEWER, Row

ITS = {"slug": "{dashboard}"}
TILE = {**ITS, "number": "{tile}"}
SPENT = {"token": "spent"}

ROWS_OF_DASHBOARDS = {
    "dashboards": Row(VIEWER, VIEWER),
    "dashboards-json": Row(VIEWER),
    "dashboard-add": Row(VIEWER, VIEWER),
    "dashboard": Row(VIEWER, kwargs=ITS),
    "dashboard-json": Row(VIEWER, kwargs=ITS),
    "dashboard-csv": Row(VIEWER, kwargs=ITS),
    "dashboard-present": Row(VIEWER, kwargs=ITS),
    "dashboard-copy": Row(None, VIEWER, ITS),
    "dashboard-tile-csv": Row(VIEWER, kwargs={**ITS, "number": "{tile}"}),
    # Ada made it: nobody else changes or shares it
    "dashboard-settings": Row(ADMINISTRATOR, ADMINISTRATOR, ITS),
    "dashboard-remove": Row(None, ADMINISTRATOR, ITS),
    "dashboard-restore": Row(None, ADMINISTRATOR, {"slug": "{removed_dashboard}"}),
    "dashboard-tile": Row(ADMINISTRATOR, ADMINISTRATOR, TILE),
    "dashboard-tile-arrange": Row(None, ADMINISTRATOR, TILE),
    "dashboard-tile-remove": Row(None, ADMINISTRATOR, TILE),
    "dashboard-tile-restore": Row(None, ADMINISTRATOR, {**ITS, "number": "{removed_tile}"}),
    "dashboard-links": Row(MANAGER),
    "dashboard-share": Row(ADMINISTRATOR, ADMINISTRATOR, ITS),
    "dashboard-revoke": Row(None, ADMINISTRATOR, {**ITS, "id": "{shared_link}"}),
    # By whoever has the link; one that is spent answers as one that never was
    "shared-dashboard": Row(PUBLIC, kwargs=SPENT, ok=frozenset({410})),
    "shared-present": Row(PUBLIC, kwargs=SPENT, ok=frozenset({410})),
}
