"""WCAG 2.2 contrast of every pair of colour tokens that meet on a page, in both themes."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

import throughline.ui

TOKENS = (Path(throughline.ui.__file__).parent / "static" / "ui" / "tokens.css").read_text()
TONES = ("critical", "high", "medium", "low", "info", "good", "warn", "bad")
GROUNDS = ("paper", "surface", "raised")

Rgb = tuple[float, float, float]


def colour(lightness: float, chroma: float, hue: float) -> Rgb:
    """OKLCH to linear sRGB, clipped as a browser clips it (Ottosson 2020, css-color-4 § 10)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    red, green, blue = (min(max(channel, 0.0), 1.0) for channel in rgb)
    return red, green, blue


def luminance(rgb: Rgb) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def contrast(first: Rgb, second: Rgb) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def themes() -> dict[str, dict[str, Rgb]]:
    oklch = r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)"
    found = re.findall(
        rf"--([\w-]+): light-dark\({oklch}, {oklch}\);", TOKENS.replace("oklch(1 0 0)", "oklch(1 0 0)")
    )
    light = {name: colour(float(a), float(b), float(c)) for name, a, b, c, *_ in found}
    dark = {name: colour(float(a), float(b), float(c)) for name, _, _, _, a, b, c in found}
    return {"light": light, "dark": dark}


THEMES = themes()
TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "ink-faint", "accent-ink") for ground in GROUNDS),
    *((f"{tone}-ink", f"{tone}-wash") for tone in TONES),
    *((f"{tone}-ink", ground) for tone in TONES for ground in GROUNDS),
    ("accent-ink", "accent-wash"),
    ("ink", "accent-wash"),
    ("ink-soft", "accent-wash"),
    ("ink-faint", "accent-wash"),
    ("on-accent", "accent-fill"),
    ("on-accent", "accent-fill-strong"),
    *((f"{tone}-ink", "accent-wash") for tone in TONES),
]
SHAPE_PAIRS = [
    *((tone, f"{tone}-wash") for tone in TONES),
    *((tone, ground) for tone in TONES for ground in GROUNDS),
    *(("line-strong", ground) for ground in GROUNDS),
    *(("focus", ground) for ground in (*GROUNDS, "accent-wash")),
    *((f"series-{number}", ground) for number in range(1, 7) for ground in ("paper", "surface")),
    ("accent-fill", "raised"),
    ("accent-fill", "surface"),
]


def test_the_palette_is_read_whole() -> None:
    named = set(re.findall(r"--([\w-]+): light-dark\(oklch", TOKENS))
    assert named == set(THEMES["light"])
    used = {name for pair in (*TEXT_PAIRS, *SHAPE_PAIRS) for name in pair}
    # A hairline between rows carries no meaning, so it may be faint.
    assert named - used == {"line"}


def test_the_conversion_agrees_with_known_colours() -> None:
    assert contrast(colour(1, 0, 0), colour(0, 0, 0)) == pytest.approx(21)
    # oklch(0.628 0.2577 29.23) is #ff0000: 3.998 to 1 on white.
    assert contrast(colour(0.62796, 0.25768, 29.234), colour(1, 0, 0)) == pytest.approx(3.998, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_stands_out_at_least_4_5_to_1(theme: str, ink: str, ground: str) -> None:
    assert contrast(THEMES[theme][ink], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_shapes_borders_and_focus_stand_out_at_least_3_to_1(theme: str, shape: str, ground: str) -> None:
    assert contrast(THEMES[theme][shape], THEMES[theme][ground]) >= 3
