"""A dashboard of Ada's that everybody sees, with what an address may name of it."""

from __future__ import annotations

from tests.organisation import NOW


def a_dashboard(ada) -> dict[str, int | str]:
    """By the name that stands in braces."""
    from throughline.dashboards import actions, sharing
    from throughline.dashboards.actions import Said

    board = actions.make(ada, name="Friday", now=NOW)
    tiles = [
        actions.add_tile(ada, board, Said(address=address), now=NOW)
        for address in (
            "/vulnerabilities/?status=open",
            "/metrics/?metric=arrivals&by=quarter",
            "/key-results/",
            "/risk/",
            "/risk/curve/",
            "/series/no_such_series/",
        )
    ]
    actions.remove_tile(ada, tiles[-1], now=NOW)
    link, _ = sharing.share(ada, board, now=NOW)
    gone = actions.make(ada, name="Gone", now=NOW)
    actions.remove(ada, gone, now=NOW)
    return {
        "dashboard": board.slug,
        "tile": tiles[0].pk,
        "removed_tile": tiles[-1].pk,
        "removed_dashboard": gone.slug,
        "shared_link": link.pk,
    }
