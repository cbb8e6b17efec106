"""Builds the browser assets that come out of Python packages: htmx and one Vega bundle.

`python -m throughline.ui.assets` writes them beside the others; a second run finds them and does nothing.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
VEGA_LITE = "6.4"
# Only what the chart loader calls; vega-embed brings the interpreter that needs no eval.
SNIPPET = "window.vegaEmbed = vegaEmbed; window.vega = vega;"


def stamp() -> str:
    """A word that changes with the packages that the assets come from."""
    parts = (version("django-htmx"), version("vl-convert-python"), VEGA_LITE, SNIPPET)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def build(target: Path = VENDOR) -> bool:
    """Write htmx.min.js and vega-bundle.js into target; False where they were there already."""
    mark = target / "stamp.txt"
    if mark.exists() and mark.read_text() == stamp():
        return False
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_htmx(), target / "htmx.min.js")
    (target / "vega-bundle.js").write_text(_vega())
    mark.write_text(stamp())
    return True


def _htmx() -> Path:
    import django_htmx

    return Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"


def _vega() -> str:
    import vl_convert

    return vl_convert.javascript_bundle(SNIPPET, vl_version=VEGA_LITE)


def main() -> int:
    """Build and say what was done."""
    print(f"browser assets: {'built' if build() else 'already there'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
