"""Why the rows of columns are not complete: what `reasons.list_reasons` lists.

What has no value, or failed, is known by columns. Where a declared value may differ, which makes a
row invalid, the compiled function says which: only such rows are evaluated once more.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ruletrail.batches.column_missing import MissingLists, add_codes, exact_cells, list_codes
from ruletrail.batches.reasons import (
    counts,
    has_declared,
    is_open,
    list_differences,
    list_reasons,
    say_reason,
)
from ruletrail.batches.tables import Flags
from ruletrail.batches.writing import Layout
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import make_report
from ruletrail.compiled.columns.column_arithmetic import ERROR, NOT_ENCODED
from ruletrail.compiled.columns.columns import Column
from ruletrail.compiled.columns.list_columns import ListRows
from ruletrail.compiled.columns.output_columns import Output, WordOutput
from ruletrail.compiled.columns.outputs import Outputs
from ruletrail.compiled.columns.row_reports import make_lists
from ruletrail.fast_dataclasses import replace

_NONE = ((),)


class ColumnReasons:
    """Finds the reasons of a layout's rows."""

    def __init__(self, compiled: CompiledRulebook, layout: Layout) -> None:
        """Know the rulebook, and which fields it computes too."""
        self._compiled, self._language = compiled, layout.language
        self._is_asked = layout.has_reasons
        self._declared = has_declared(compiled.linked)
        fields = compiled.linked.schema.fields
        # the days that columns hold are not as reports say them
        self._is_plain = all(fields[code].type != "date" for code in self._declared)

    def find(
        self, columns: Mapping[str, Column], lists: Mapping[str, ListRows], outputs: Outputs
    ) -> MissingLists:
        """Return the reasons of each row, sorted.

        Of a form with lists of rows, all reports that are not complete are evaluated once more.
        """
        status = outputs.status
        nothing = MissingLists(np.zeros(outputs.rows, np.int32), _NONE)
        if not self._is_asked:
            return nothing
        if self._compiled.linked.schema.lists:
            rows = np.flatnonzero(status.codes != status.words.index("complete"))
            return add_codes(
                nothing, rows, [self._of_report(columns, lists, row) for row in rows.tolist()]
            )
        if not status.codes.any():
            return nothing
        found = list_codes(self._find_flags(outputs), outputs.rows)
        if not self._declared & columns.keys():
            return found
        rows = np.flatnonzero(status.codes == status.words.index("invalid"))
        return add_codes(found, rows, self._find_differences(columns, rows))

    def _find_flags(self, outputs: Outputs) -> dict[str, Flags]:
        """Tell, for each reason that no value is needed for, in which rows it is one."""
        entries, found = self._compiled.linked.rulebook.entries, {}
        for code, output in outputs.all_outputs():
            entry = entries[code]
            flags = {"error": _is_kind(output, ERROR)}
            if counts(entry):
                flags["not_encoded"] = _is_kind(output, NOT_ENCODED)
            if isinstance(output, WordOutput) and code in outputs.checks and counts(entry):
                flags["failed"] = output.codes == output.words.index("failed")
            if isinstance(output, WordOutput) and is_open(entry):
                flags["not_encoded"] |= output.codes == output.words.index("due")
            for why, where in flags.items():
                if where.any():
                    found[say_reason(why, code, self._language)] = where
        return {reason: found[reason] for reason in sorted(found)}

    def _find_differences(
        self, columns: Mapping[str, Column], rows: NDArray[np.intp]
    ) -> list[set[str]]:
        """Find what some rows declare and the rulebook computes otherwise."""
        cells = zip(
            *(
                exact_cells(column, rows, as_written=code in self._declared)
                for code, column in columns.items()
            ),
            strict=True,
        )
        return [
            self._of_row(dict(zip(columns, held, strict=True)), columns, row)
            for held, row in zip(cells, rows.tolist(), strict=True)
        ]

    def _of_row(
        self, values: Mapping[str, object], columns: Mapping[str, Column], row: int
    ) -> set[str]:
        inputs = self._compiled.prepare_values(values) if self._is_plain else None
        if inputs is not None:
            declared = {code: values.get(code) for code in self._declared}
            return list_differences(self._compiled.run(inputs), declared, self._language)
        return self._of_report(columns, {}, row)

    def _of_report(
        self, columns: Mapping[str, Column], lists: Mapping[str, ListRows], row: int
    ) -> set[str]:
        schema = self._compiled.linked.schema
        report = make_report(self._compiled, columns, row)
        report = replace(report, lists=make_lists(schema, lists, row))
        record = self._compiled.evaluate_record(report, silent=True)
        return set(list_reasons(record.conclusions, self._language))


def _is_kind(output: Output | WordOutput, kind: int) -> Flags:
    if isinstance(output, Output):
        found: Flags = output.states == kind
    else:
        found = output.codes == output.shift + kind
    return found
