"""Scanners' reports: from findings with typed keys to vulnerabilities whose clocks can be trusted."""
