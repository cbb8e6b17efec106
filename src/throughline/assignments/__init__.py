"""Who does what: work with its staffing, the match of a quarter, and what people answer to it."""
