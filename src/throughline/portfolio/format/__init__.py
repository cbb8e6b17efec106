"""The file of `throughline portfolio`: bytes to a checked question. Pure."""
