"""Dashboards: saved, arranged addresses of our own pages, presented, and shared by a link that ends."""
