"""What is said where columns could not answer rows, which were answered one by one instead."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_NOT_BY_COLUMNS = "columns could not answer rows, which are answered one by one"
_MORE_MEMORY = "there is not enough memory; with more of it, or fewer `--workers`, it is faster"


class NotByColumnsWarning(RuntimeWarning):
    """Columns failed on a piece of rows; `defect` names our error, and is empty where memory ended.

    It goes from a worker's process to the one that asked.
    """

    def __init__(self, defect: str = "") -> None:
        """Say it to programs."""
        self.defect = defect
        why = f"a defect of ruletrail ({defect})" if defect else _MORE_MEMORY
        super().__init__(f"{_NOT_BY_COLUMNS}: {why}")

    def __reduce__(self) -> tuple[type["NotByColumnsWarning"], tuple[str]]:
        """Say how another process makes it anew."""
        return type(self), (self.defect,)


@contextmanager
def collect_column_warnings() -> Iterator[list[NotByColumnsWarning]]:
    """Collect these warnings, whatever filters say, instead of showing them; others are shown."""
    found: list[NotByColumnsWarning] = []
    with warnings.catch_warnings():
        warnings.simplefilter("always", NotByColumnsWarning)
        show = warnings.showwarning

        def keep(  # noqa: PLR0917 - as Python calls it
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if isinstance(message, NotByColumnsWarning):
                found.append(message)
            else:
                show(message, category, filename, lineno, file, line)

        warnings.showwarning = keep
        yield found
