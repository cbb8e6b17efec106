"""One module for each engine that can hold the records: it compiles a checked metric and runs it."""
