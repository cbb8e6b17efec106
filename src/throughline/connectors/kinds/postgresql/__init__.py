"""One SELECT, asked of a PostgreSQL over the network in a transaction that can write nothing."""

from throughline.connectors.kinds.postgresql.tool import kind

__all__ = ["kind"]
