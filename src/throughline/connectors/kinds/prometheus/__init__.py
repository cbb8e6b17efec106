"""A figure that Prometheus keeps, such as the minutes of a build: one query, one series of values."""

from throughline.connectors.kinds.prometheus.tool import kind

__all__ = ["kind"]
