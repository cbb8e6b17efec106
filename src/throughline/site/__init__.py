"""Settings, security headers, addresses and the server."""
