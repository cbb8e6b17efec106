"""The example organisation: made from a seed by code, alive on the day it is loaded."""

from __future__ import annotations

from throughline.sample.load import is_wanted, load

__all__ = ["is_wanted", "load"]
