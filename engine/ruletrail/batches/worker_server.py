"""Imported by the process that workers are forked from, before anything else, and by no other.

Where it fails, whoever asked it for a worker says so to the user, in a sentence.
"""

import sys


def _say_nothing(*_: object) -> None:
    """Stand for Python's own traceback."""


sys.excepthook = _say_nothing
