"""What an agent may ask: tools over MCP that ask the API with a person's token, and can no more."""
