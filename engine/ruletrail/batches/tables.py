"""The rows of a piece as columns, as far as the reader of a form vouches for them.

A reader says which rows it leaves to the reader of single rows. What it gives of all others is what
that reader would give, to the last digit.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.compiled.columns.arrow_encoding import Encoded
from ruletrail.compiled.columns.list_columns import ListRows, gather_flags
from ruletrail.fast_dataclasses import dataclass, field

Cells = Any
"""An Arrow array, or a list of cells."""
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class EncodedList:
    """The rows of one list, and the reports whose list no column holds (`bad`).

    `cells` are by name, with a row for each row of all reports; those of report n are from
    `offsets[n]` on.
    """

    offsets: NDArray[np.int64]
    missing: Flags
    cells: Mapping[str, Encoded]
    bad: Flags

    def of_reports(self, flags: Flags) -> Flags:
        """Tell which reports have a row that a mask marks."""
        return gather_flags(ListRows(self.offsets, self.missing, {}), flags)

    def to_rows(self, code: str, reports: NDArray[np.intp] | None) -> ListRows:
        """Return the rows of some reports as columns, by the codes of their cells."""
        cells = {f"{code}.{name}": encoded.column for name, encoded in self.cells.items()}
        rows = ListRows(self.offsets, self.missing, cells)
        return rows if reports is None else rows.take(reports)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of some rows: those at `places` of their piece, from 0, in order.

    `rulebook` is None where rows name none, `subject` where reports have none. `carried` are the
    cells that travel to the output, by column: an Arrow array, or a list of what it holds.
    """

    places: NDArray[np.intp]
    fields: Mapping[str, Encoded]
    subject: Mapping[str, Encoded] | None
    rulebook: Encoded | None
    carried: tuple[Cells, ...] = ()
    lists: Mapping[str, EncodedList] = field(default_factory=dict)
