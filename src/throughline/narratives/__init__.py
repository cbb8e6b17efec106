"""Stories of the work: a library of fourteen, and what is told of each piece of ours to three readers."""
