"""Connectors: tools that are asked regularly for what they know, and the record of how that went."""
