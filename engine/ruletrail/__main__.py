"""`python -m ruletrail`, and the command `ruletrail`."""

import sys


def main() -> int:
    """Run one command; Ctrl-C ends it quietly, also before the command is imported."""
    try:
        from ruletrail.cli import main as run  # noqa: PLC0415 - see above

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
