"""What operations on dashboards answer in common."""

from __future__ import annotations

from throughline.api.subject import Told


class DashboardRow(Told):
    """A dashboard; one that comes with the product has no owner."""

    slug: str
    name: str
    owner: str | None
    ready: bool
