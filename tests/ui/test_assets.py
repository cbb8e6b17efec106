"""The browser's files that come out of Python packages."""

from __future__ import annotations

from pathlib import Path

from throughline.ui import assets


def test_the_assets_are_built_once_and_found_the_second_time(tmp_path: Path) -> None:
    assert assets.build(tmp_path) is True
    assert assets.build(tmp_path) is False
    assert "htmx" in (tmp_path / "htmx.min.js").read_text()[:200]
    bundle = (tmp_path / "vega-bundle.js").read_text()
    # Without the interpreter a chart would need eval, which the content security policy forbids.
    assert "expressionInterpreter" in bundle
    assert "window.vegaEmbed" in bundle


def test_assets_of_another_version_are_built_anew(tmp_path: Path) -> None:
    assets.build(tmp_path)
    (tmp_path / "stamp.txt").write_text("of an older release")
    assert assets.build(tmp_path) is True
