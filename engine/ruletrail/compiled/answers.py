"""Compiled functions over one report: prepared, run, answered."""

from collections.abc import Callable, Mapping
from functools import cached_property
from types import CodeType
from typing import TYPE_CHECKING, Any

from ruletrail.compiled.functions import Function
from ruletrail.compiled.inputs import Inputs, Preparer
from ruletrail.compiled.record_building import Answer
from ruletrail.evaluations import evaluate_record
from ruletrail.linking import LinkedRulebook, days_of
from ruletrail.reports import Report
from ruletrail.trails import Record

if TYPE_CHECKING:
    from ruletrail.analysis.ir import Node, TypedRulebook
    from ruletrail.compiled.answer_reading import AnswerReader
    from ruletrail.compiled.trail_codegen.writer import Digests, TrailWriter

PreparedFunction = tuple[Function, Preparer]
"""A compiled function, and what prepares reports for it."""

TrailCodes = tuple[tuple[CodeType, ...], tuple[CodeType, ...]]
"""The code that writes the trails of usual reports, and that for any."""


def _is_covered(linked: LinkedRulebook) -> bool:
    from ruletrail.analysis.inference import is_covered  # noqa: PLC0415 - functions from the cache need none

    return is_covered(linked)


class CompiledRulebook:
    """A linked rulebook with its functions: one for usual reports, one for any that documents hold.

    A usual report has every number that is read, with no more than two decimals, and nothing in it
    is an error. The second function is made when a report first needs it. Threads may share it.
    """

    def __init__(
        self,
        linked: LinkedRulebook,
        make_function: Callable[[bool], PreparedFunction] | None = None,
    ) -> None:
        """Compile a rulebook, or take its functions from `make_function`.

        `make_function` returns the usual function for True and the general one for False.
        """
        self.linked = linked
        self.is_covered = make_function is not None or _is_covered(linked)
        """Whether functions can do all of it; where they cannot there are none."""
        self._is_kept = make_function is not None
        self._make_function = make_function if make_function is not None else self._compile
        if self.is_covered:
            self.usual, self.usual_preparer = self._make_function(True)
        self._writers: dict[bool, TrailWriter] = {}
        self.read_trail_codes: Callable[[], TrailCodes | None] = lambda: None
        """Gives the code of the functions that write trails, where it was kept."""
        self._readers: dict[bool, AnswerReader] = {}
        self._general: PreparedFunction | None = None
        self.programs: dict[object, Any] = {}
        """The code of columns, by its assumptions; `columns` makes and reads it."""

    def _compile(self, is_usual: bool) -> PreparedFunction:  # noqa: FBT001 - the one thing that is asked
        from ruletrail.compiled.scalar_codegen.compiler import (  # noqa: PLC0415 - functions from the cache are not compiled
            compile_rulebook,
        )

        return compile_rulebook(self.linked, is_usual=is_usual)

    @cached_property
    def typed(self) -> "TypedRulebook":
        """The intermediate representation for usual reports."""
        from ruletrail.compiled.scalar_codegen.compiler import infer_usual  # noqa: PLC0415 - the same

        return infer_usual(self.linked)

    @cached_property
    def facts(self) -> "dict[str, Node | None]":
        """What is known of each entry's value, also in reports that are not usual."""
        from ruletrail.analysis.inference import infer_facts  # noqa: PLC0415 - the same

        return infer_facts(self.linked)

    @property
    def is_whole(self) -> bool:
        """Whether evaluating a report compiles nothing: both functions are made or kept as code."""
        return not self.is_covered or self._general is not None or self._is_kept

    def general(self) -> PreparedFunction:
        """Return the function that takes any report, and what prepares for it."""
        if self._general is None:
            # two threads may make it twice: both are the same, and the last one stays
            self._general = self._make_function(False)
        return self._general

    def prepare(self, report: Report) -> Inputs | None:
        """Prepare a report; None when it does not fit and the reference must answer."""
        if not self.is_covered:
            return None
        inputs = self.usual_preparer.prepare(report)
        return self.general()[1].prepare(report) if inputs is None else inputs

    def prepare_values(self, values: Mapping[str, object]) -> Inputs | None:
        """Prepare exact values by field code, or return None for what no function takes.

        A value is an int, Decimal, Fraction, str or bool, or None for no value.
        """
        if not self.is_covered:
            return None
        inputs = self.usual_preparer.prepare_values(values)
        return self.general()[1].prepare_values(values) if inputs is None else inputs

    def run(self, inputs: Inputs) -> Answer:
        """Evaluate prepared inputs; what the function for usual reports gives up on goes on."""
        if inputs.is_usual:
            results = self.usual.run(inputs.slots, inputs.decimals, inputs.absent)
            if results is not None:
                return Answer(self.usual, inputs, results)
            inputs = self.general()[1].widen(inputs, self.usual_preparer)
        function = self.general()[0]
        results = function.run(inputs.slots, inputs.decimals, inputs.absent)
        if results is None:
            raise TypeError("the function for any report works out every error")
        return Answer(function, inputs, results)

    def evaluate(self, report: Report) -> Answer | None:
        """Evaluate a report; None when the reference must answer."""
        inputs = self.prepare(report)
        return None if inputs is None else self.run(inputs)

    @cached_property
    def has_templates(self) -> bool:
        """Tell whether trails are written by templates, and not from records.

        Which band or row answered, what is in force on a day and how many rows a list has, no
        template knows. Of a form whose fields no trail has room for none is made.
        """
        linked = self.linked
        if linked.lookups or linked.schema.lists or days_of(linked):
            return False
        from ruletrail.trails.document import has_room  # noqa: PLC0415 - loaded with templates only

        return has_room(linked)

    def write_trail(self, answer: Answer, report: Report, digests: "Digests" = "all") -> bytes:
        """Write the trail of an answer: the canonical JSON that `Trail` makes of its record.

        With fewer digests only to time them apart.
        """
        if not self.has_templates:
            # the common path writes by templates
            from ruletrail.trails.document import refuse_least_size, write_trail_text  # noqa: PLC0415

            refuse_least_size(self.linked, report)
            return write_trail_text(answer.record(report))
        writer = self.trail_writer(is_usual=answer.function is self.usual)
        return writer.write(answer, report, digests)

    def trail_writer(self, *, is_usual: bool) -> "TrailWriter":
        """Return what writes the trails of a function.

        It is made once, of kept code where there is any.
        """
        writer = self._writers.get(is_usual)
        if writer is None:
            from ruletrail.compiled.trail_codegen.writer import TrailWriter  # noqa: PLC0415 - the command line writes from records

            function = (self.usual, self.usual_preparer) if is_usual else self.general()
            codes = self.read_trail_codes()
            kept = None if codes is None else codes[0 if is_usual else 1]
            writer = self._writers[is_usual] = TrailWriter(*function, kept)
        return writer

    def reader(self, answer: Answer) -> "AnswerReader":
        """Return what reads the answers of the function that gave one; it is made once."""
        is_usual = answer.function is self.usual
        reader = self._readers.get(is_usual)
        if reader is None:
            from ruletrail.compiled.answer_reading import AnswerReader  # noqa: PLC0415 - the command line reads the record

            function = (self.usual, self.usual_preparer) if is_usual else self.general()
            reader = self._readers[is_usual] = AnswerReader(*function)
        return reader

    def compile_trails(self) -> TrailCodes:
        """Make what writes trails, both for usual reports and for any, and return its code."""
        if not self.is_covered or not self.has_templates:
            return (), ()
        return self.trail_writer(is_usual=True).codes, self.trail_writer(is_usual=False).codes

    def evaluate_record(self, report: Report, *, silent: bool = False) -> Record:
        """Evaluate a report into a record, by the reference where the function cannot."""
        answer = self.evaluate(report)
        if answer is None:
            return evaluate_record(self.linked, report, silent=silent)
        return answer.record(report, silent=silent)
