"""The record: vulnerabilities, their history, the services they live in."""
