"""`python -m ruletrail`, and the command `ruletrail`."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SOON = 0.05
"""Seconds after which an interrupt comes again; what it was lost in has ended by then."""


def main() -> int:
    """Run one command; Ctrl-C ends it quietly, also before the command is imported."""
    before, sys.unraisablehook = sys.unraisablehook, _interrupt_again
    try:
        from ruletrail.cli import main as run  # noqa: PLC0415 - see above

        return run()
    except KeyboardInterrupt:
        return 130
    finally:
        sys.unraisablehook = before


def _interrupt_again(lost: "UnraisableHookArgs") -> None:
    """Repeat a Ctrl-C that came amid a destructor, where Python drops whatever is raised.

    The evaluator of the reference and the solver of proofs have such, by the million.
    """
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    from _thread import interrupt_main  # noqa: PLC0415 - rare
    from threading import Timer  # noqa: PLC0415 - as above

    again = Timer(_SOON, interrupt_main)
    again.daemon = True
    again.start()


if __name__ == "__main__":
    sys.exit(main())
