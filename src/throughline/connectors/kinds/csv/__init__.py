"""A table at an https address whose rows are dated values."""

from throughline.connectors.kinds.csv.tool import kind

__all__ = ["kind"]
