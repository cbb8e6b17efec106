"""The plan as code: a YAML file that is exported, compared, checked and applied."""
