"""The emitted functions of a rulebook as something that runs: printed now, or from the cache.

They see no builtins and no text of anybody's; every constant that is not an integer stands in a
table beside the code.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FunctionType

from ruletrail.compiled import runtime
from ruletrail.compiled.slots import Results, StepSlots
from ruletrail.fast_dataclasses import dataclass
from ruletrail.linking import LinkedRulebook
from ruletrail.schemas.fields import MOST_ROWS
from ruletrail.values import ErrorValue, Missing, NotApplicable

StepsFunction = Callable[[Sequence[object], list[object], object, object], Results | None]
"""Takes inputs, exported facts, written decimals, absent codes; None where it gives up."""

_NAMES: Mapping[str, object] = {
    "__builtins__": {},
    "abs": abs, "len": len, "max": max, "min": min, "sum": sum, "bool": bool, "str": str,
    "bisect_right": bisect_right, "zip": zip, "ROWS": range(1, MOST_ROWS + 1),
    "ErrorValue": ErrorValue, "Missing": Missing, "NotApplicable": NotApplicable,
    **{
        function.__name__: function
        for function in (
            runtime.add_pairs, runtime.add_rows, runtime.choose_case, runtime.compare_non_value,
            runtime.find_unchosen,
            runtime.compare_number, runtime.max_pair, runtime.min_pair, runtime.otherwise_truth,
            runtime.reduce_pair, runtime.round_half_even, runtime.within_limit,
            runtime.worst_non_value,
        )
    },
}  # fmt: skip
"""Everything that emitted code can name besides its constants; cached code names it too."""


_OF_DAYS = frozenset({
    "make_day", "move_day", "add_months", "add_years", "count_months", "count_years", "year_of",
    "month_of", "day_of", "weekday_of", "start_of_month", "end_of_month",
})  # fmt: skip
"""What emitted code calls for days, by its names in `calendar`."""


@dataclass(frozen=True, slots=True)
class Function:
    """The functions of a rulebook, where each step's values are, their code and constants.

    `source` is the text they were printed as, if that was now.
    """

    linked: LinkedRulebook
    functions: tuple[StepsFunction, ...]
    steps: tuple[StepSlots, ...]
    exports: int
    """How many places the facts take that later functions read."""
    codes: tuple[CodeType, ...]
    constants: tuple[Mapping[str, object], ...]
    source: tuple[str, ...] = ()

    def run(
        self, inputs: Sequence[object], decimals: object, absent: object
    ) -> tuple[Results, ...] | None:
        """Run over prepared inputs, in the order of the schema's fields; absent ones are None.

        `decimals[i]` answers with how many decimals the i-th field was written; `absent` is the set
        of the codes that are not there. None where something is an error, which the function for
        usual reports does not work out.
        """
        exported: list[object] = [None] * self.exports
        found = []
        for function in self.functions:
            results = function(inputs, exported, decimals, absent)
            if results is None:
                return None
            found.append(results)
        return tuple(found)


def make_functions(
    fields: Sequence[str], codes: Sequence[CodeType], constants: Sequence[Mapping[str, object]]
) -> tuple[StepsFunction, ...]:
    """Make functions of code and constants; `fields` are the codes in the order of the inputs."""
    missing = {f"m{at}": Missing((field,)) for at, field in enumerate(fields)}
    names = {**_NAMES, **missing}
    if any(not _OF_DAYS.isdisjoint(code.co_names) for code in codes):
        from ruletrail.compiled import calendar  # noqa: PLC0415 - few rulebooks count days

        names |= {name: getattr(calendar, name) for name in _OF_DAYS}
    # without `exec`: an evaluation compiles nothing, and the cache holds code, not text
    return tuple(
        [
            FunctionType(code, {**names, **table})
            for code, table in zip(codes, constants, strict=True)
        ]
    )
