"""One SELECT, asked of a SQLite or DuckDB file that nothing can be written to."""

from throughline.connectors.kinds.sql.tool import kind

__all__ = ["kind"]
