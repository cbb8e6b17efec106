# ruff: noqa: E501 (a path is one word)
"""Small drawings on a 16 × 16 grid. Shapes carry meaning of their own, so that colour is never alone."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

LINES = {
    "home": "M2.5 7 8 2.5 13.5 7v6.5h-4v-4h-3v4h-4z",
    "shield": "M8 1.8 13.5 4v4c0 3-2.2 5.2-5.5 6.3C4.7 13.2 2.5 11 2.5 8V4z",
    "chart": "M2.5 13.5h11M4 11V7.5M8 11V3.5M12 11V6",
    "risk": "M2.5 2.5v11h11M4.5 4.5c1 4.5 3 6.5 9 7",
    "target": "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M8 10.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2",
    "thread": "M2.5 3h3v3h-3zM10.5 3h3v3h-3zM10.5 10h3v3h-3zM5.5 4.5h5M5.5 4.5c3.5 0 1.5 7 5 7",
    "plan": "M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3M5.5 10.3l1.7 1.7 3.3-3.3",
    "dashboard": "M2.5 2.5h4.8v6.3H2.5zM8.7 2.5h4.8v3.6H8.7zM8.7 7.5h4.8v6H8.7zM2.5 10.2h4.8v3.3H2.5z",
    "wider": "M1.8 8h12.4M4.6 5.2 1.8 8l2.8 2.8M11.4 5.2 14.2 8l-2.8 2.8",
    "narrower": "M1.5 8h4.7M3.8 5.4 6.4 8l-2.6 2.6M14.5 8H9.8M12.2 5.4 9.6 8l2.6 2.6",
    "import": "M8 2v8M4.8 7 8 10.2 11.2 7M2.5 11v2.5h11V11",
    "services": "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01",
    "send": "M14 2 2 7l4.5 2.2L9 14zM14 2 6.5 9.2",
    "people": "M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M1.8 13.5c.3-2.7 2-4 4.2-4s3.9 1.3 4.2 4M11 2.9a2.3 2.3 0 0 1 0 4.3M12 9.8c1.3.5 2.1 1.7 2.3 3.7",
    "person": "M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8M2.8 14c.4-2.9 2.5-4.2 5.2-4.2s4.8 1.3 5.2 4.2",
    "audit": "M4 1.8h8v12.4l-2-1.2-2 1.2-2-1.2-2 1.2zM6.3 5h3.4M6.3 8h3.4",
    "search": "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10M10.7 10.7 14 14",
    "command": "M5.5 5.5h5v5h-5zM5.5 5.5H4a1.7 1.7 0 1 1 1.5-1.5zM10.5 5.5V4A1.7 1.7 0 1 1 12 5.5zM5.5 10.5V12A1.7 1.7 0 1 1 4 10.5zM10.5 10.5H12a1.7 1.7 0 1 1-1.5 1.5z",
    "theme": "M13.5 9.7A6 6 0 0 1 6.3 2.5a6 6 0 1 0 7.2 7.2z",
    "settings": "M2 4.5h6M12 4.5h2M10 6.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4M2 11.5h2M8 11.5h6M6 13.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
    "keyboard": "M1.8 4h12.4v8H1.8zM4.5 6.7h.01M7 6.7h.01M9.5 6.7h.01M12 6.7h.01M5 9.5h6",
    "leave": "M6 2.5H3v11h3M10 5l3 3-3 3M6.5 8H13",
    "close": "M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4",
    "check": "M3 8.5 6.5 12 13 4.5",
    "copy": "M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3",
    "download": "M8 2v8M4.8 7 8 10.2 11.2 7M3 13.5h10",
    "plus": "M8 3v10M3 8h10",
    "back": "M9.5 3.5 5 8l4.5 4.5",
    "next": "M6.5 3.5 11 8l-4.5 4.5",
    "up": "M4 9.5 8 5.5l4 4",
    "down": "M4 6.5l4 4 4-4",
    "warning": "M8 2.2 14.5 13.5h-13zM8 6.5v3.2M8 11.7h.01",
    "notice": "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M8 7.3v3.9M8 4.9h.01",
    "question": "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M6.3 6.3C6.4 4 9.7 4.2 9.7 6.2c0 1.3-1.7 1.5-1.7 2.8M8 11.2h.01",
    "clock": "M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M8 4.5V8l2.5 1.5",
    "ring": "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11",
    "dotted": "M8 2.5v.01M11.9 4.1v.01M13.5 8v.01M11.9 11.9v.01M8 13.5v.01M4.1 11.9v.01M2.5 8v.01M4.1 4.1v.01",
    "twins": "M5.5 5.5h8v8h-8zM2.5 10.5v-8h8",
    "slash": "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M4.2 11.8l7.6-7.6",
    "arrows": "M5 2.5v11M2.5 5 5 2.5 7.5 5M11 13.5v-11M8.5 11 11 13.5 13.5 11",
    "file": "M3.5 1.8h6l3 3v9.4h-9zM9.5 1.8v3h3",
}
SOLIDS = {
    "octagon": "M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5z",
    "triangle": "M8 2 15 14H1z",
    "diamond": "M8 1.5 14.5 8 8 14.5 1.5 8z",
    "drop": "M1 3h14L8 14.5z",
    "dot": "M8 12.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9",
    "square": "M2.5 2.5h11v11h-11z",
    "half": "M8 1.5a6.5 6.5 0 0 1 0 13z",
}


def icon(name: str, size: int = 16) -> SafeString:
    """The drawing as inline SVG, hidden from screen readers: the word stands beside it."""
    if name in SOLIDS:
        paint = mark_safe('fill="currentColor"')
        path = SOLIDS[name]
    else:
        paint = mark_safe(
            'fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"'
        )
        path = LINES[name]
    return format_html(
        '<svg width="{}" height="{}" viewBox="0 0 16 16" {} aria-hidden="true"><path d="{}"/></svg>',
        size,
        size,
        paint,
        path,
    )
