"""The kinds of tools that can be connected: one file or folder each."""
