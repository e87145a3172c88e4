"""The compiled functions of a plan as something that runs: made of code that was printed now, or that the cache kept.

They see no builtins and no text of anybody's; every constant that is not a whole number stands in a table beside the code.
"""

from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FunctionType

from ruletrail.compiled import runtime
from ruletrail.compiled.slots import Results, StepSlots
from ruletrail.fast_dataclasses import dataclass
from ruletrail.linking import LinkedRulebook
from ruletrail.values import ErrorValue, Missing, NotApplicable

Chunked = Callable[[Sequence[object], list[object], object, object], Results | None]

_NAMES: Mapping[str, object] = {
    "__builtins__": {},
    "abs": abs, "len": len, "max": max, "min": min, "sum": sum, "bool": bool, "str": str,
    "ErrorValue": ErrorValue, "Missing": Missing, "NotApplicable": NotApplicable,
    "add_pairs": runtime.add_pairs, "min_pair": runtime.least_pair, "max_pair": runtime.greatest_pair,
    "choose_case": runtime.choose_case, "compare_gap": runtime.compare_gap, "compare_number": runtime.compare_number,
    "join_gaps": runtime.join_gaps, "otherwise_truth": runtime.otherwise_truth, "reduce_pair": runtime.reduce_pair,
    "round_half_even": runtime.round_half_even, "within_limit": runtime.within_limit,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Function:
    """A compiled plan: its functions, where each step's values are, and the text they were printed as, if it was just now."""

    plan: LinkedRulebook
    functions: tuple[Chunked, ...]
    steps: tuple[StepSlots, ...]
    kept: int
    codes: tuple[CodeType, ...]
    constants: tuple[Mapping[str, object], ...]
    source: tuple[str, ...] = ()

    def run(
        self, inputs: Sequence[object], decimals: object, absent: object
    ) -> tuple[Results, ...] | None:
        """Run over prepared inputs, in the order of the schema's fields; absent ones are None.

        `decimals[i]` answers with how many decimals the i-th field was written; `absent` is the set of the codes
        that are not there. None when something is an error, which the function for usual reports does not work out.
        """
        kept: list[object] = [None] * self.kept
        found = []
        for function in self.functions:
            results = function(inputs, kept, decimals, absent)
            if results is None:
                return None
            found.append(results)
        return tuple(found)


def make_functions(
    fields: Sequence[str], codes: Sequence[CodeType], constants: Sequence[Mapping[str, object]]
) -> tuple[Chunked, ...]:
    """Make functions of their code and constants; `fields` are the codes in the order of the inputs."""
    missing = {f"m{at}": Missing((field,)) for at, field in enumerate(fields)}
    return tuple(
        [
            FunctionType(code, {**_NAMES, **missing, **table})
            for code, table in zip(codes, constants, strict=True)
        ]
    )
