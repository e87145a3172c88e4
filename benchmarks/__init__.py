"""The speed of ruletrail beside that of its peers, in one run: `python -m benchmarks`."""
