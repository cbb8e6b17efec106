"""A report as files: each takes what `content` describes, and asks nothing else."""
