"""How well a person's numbers fit what came: training, curves and scores, seen by that person alone."""
