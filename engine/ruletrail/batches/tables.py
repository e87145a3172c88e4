"""The rows of a piece as columns, as far as the reader of a form vouches for them.

A reader says which rows it leaves to the reader of single rows. What it gives of all others is what
that reader would give, to the last digit.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ruletrail.compiled.columns.arrow_encoding import Encoded
from ruletrail.fast_dataclasses import dataclass

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of some rows: those at `places` of their piece, from 0, in order.

    `rulebook` is None where rows name none, `subject` where reports have none.
    """

    places: NDArray[np.intp]
    fields: Mapping[str, Encoded]
    subject: Mapping[str, Encoded] | None
    rulebook: Encoded | None
