"""From a checked metric to figures: the population, its columns, the statistic, its interval and caveats."""
