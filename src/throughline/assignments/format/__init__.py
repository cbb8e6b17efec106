"""The file of `throughline next`: bytes to a checked question. Pure."""
