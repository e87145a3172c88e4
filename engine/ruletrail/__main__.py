"""`python -m ruletrail`."""

import sys

from ruletrail.cli import main

if __name__ == "__main__":
    sys.exit(main())
