"""Printing what is worked out in each row of a list: loops over rows, and what gathers them.

An entry that is written for each row stands in a loop with all others of its list that can be
worked out by then. A loop leaves one tuple a row, which has the places of a function's results, and
a list of each fact that is read later. An aggregate is a loop of its own, or a call over a list.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager

from ruletrail.analysis.ir import Node, NonValueKinds, TypedStep
from ruletrail.compiled.row_facts import RowFacts
from ruletrail.compiled.scalar_codegen.code_buffer import CodeBuffer, Location
from ruletrail.compiled.scalar_codegen.expressions import ExpressionPrinter
from ruletrail.compiled.scalar_codegen.functions import (
    EmittedFunction,
    Gathered,
    list_aggregates,
    put_flags,
    text_location,
)
from ruletrail.compiled.scalar_codegen.steps import print_step
from ruletrail.compiled.slots import GatherSlots, Slot, StepSlots
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import list_of
from ruletrail.rulebooks import Check
from ruletrail.values import ErrorValue, NotApplicable


class RowLoop(EmittedFunction):
    """The body of a loop over the rows of a list, while it is printed: a function of one row."""

    def __init__(self, outer: EmittedFunction, over: str) -> None:
        """Begin in a function, which knows what belongs to no row."""
        super().__init__(
            outer.number,
            outer.buffer,
            outer.fields,
            outer.assumed,
            outer.exported,
            first=0,
            gathered=outer.gathered,
        )
        self.outer, self.over = outer, over
        self.read: dict[str, str] = {}
        """The variables of a row, by those of the lists that they are taken from."""
        self.before: list[str] = []

    def lookup(self, node: Node) -> Location:
        """Find a fact: of the row, or of no row."""
        code = node.text
        if code in self.known:
            return self.known[code]
        if list_of(code) != self.over:
            return self.outer.lookup(node)
        column = self.outer.column(code)
        self.known[code] = found = self._load_row(code) if column is None else self._take(column)
        return found

    def _take(self, column: Location) -> Location:
        """Take what an earlier loop left of a fact."""
        value = self._of_row(column.value)
        bottom = self._of_row(column.bottom) if column.bottom else ""
        name = self._of_row(column.non_value) if column.non_value else ""
        return Location(column.kind, value, column.scale, bottom, name)

    def _load_row(self, code: str) -> Location:
        at, declared = self.fields[code]
        value = self._of_row(self.outer.load_column(at))
        if code in self.assumed:
            return Location(declared.kind, value, declared.scale)
        name, missing = self.buffer.name("n"), self.buffer.of_code("missing", code)
        space = " " * self.buffer.base
        self.preamble.append(f"{space}{name} = None")
        self.preamble.append(f"{space}if {value} is None: {value} = {name} = {missing}")
        return Location(declared.kind, value, declared.scale, "", name)

    def _of_row(self, column: str) -> str:
        if column not in self.read:
            self.read[column] = self.buffer.name("f")
        return self.read[column]

    def load_declared(self, at: int) -> str:
        """Take the value that the row declares of a rule."""
        return self._of_row(self.outer.load_column(at))

    def decimals_at(self, at: int) -> str:
        """Write with how many decimals the number of the row was declared."""
        self.buffer.counts_rows = True
        return f"D[{at}, {self.buffer.row}]"

    def collect(self, value: str, prefix: str = "x") -> str:
        """Add a value of each row to a list; returns the list's variable."""
        column = self.buffer.name(prefix)
        self.before.append(f"{column} = []")
        self.buffer.put(f"{column}.append({value})")
        return column

    def head(self, row: str, *, counts: bool) -> str:
        """Write the loop's first line, when all that it reads is known."""
        if not self.read:
            # any cell, so that there are as many turns as rows
            first = next(at for code, (at, _) in self.fields.items() if list_of(code) == self.over)
            self._of_row(self.outer.load_column(first))
        names, columns = list(self.read.values()), list(self.read)
        if counts:
            names, columns = [row, *names], ["ROWS", *columns]
        if len(columns) == 1:
            return f"for {names[0]} in {columns[0]}:"
        return f"for {', '.join(names)} in zip({', '.join(columns)}):"


@contextmanager
def _loop(outer: EmittedFunction, over: str, records: str = "") -> Iterator[RowLoop]:
    """Print a loop over the rows of a list; each adds its results to `records`."""
    buffer, loop = outer.buffer, RowLoop(outer, over)
    with buffer.rows() as lines:
        yield loop
        if loop.returned:
            loop.before.append(f"{records} = []")
            buffer.put(f"{records}.append(({', '.join(loop.returned)},))")
        elif not lines:
            buffer.put("pass")
        head = loop.head(buffer.row, counts=buffer.counts_rows)
    for line in [*loop.before, head]:
        buffer.put(line)
    buffer.lines += [*loop.preamble, *lines]


# -- Entries of rows -------------------------------------------------------------------------------


def print_rows(
    function: EmittedFunction, over: str, steps: Sequence[TypedStep], read_later: Container[str]
) -> list[StepSlots]:
    """Print the loop in which some entries of a list are worked out; returns where they are."""
    buffer = function.buffer
    for step in steps:
        gather_all(function, step)
    records = buffer.name("r")
    outcomes: dict[str, _Collected] = {}
    with _loop(function, over, records) as loop:
        slots = [print_step(loop, step) for step in steps]
        for step in steps:
            code = step.entry.code
            if code in read_later:
                function.columns[code] = _collect_fact(loop, loop.known[code])
            if isinstance(step.entry, Check) and step.fact is not None:
                kinds = step.fact.non_values
                outcomes[code] = _collect(loop, loop.known[code], kinds, kinds)
    place = function.place(records)
    return [
        replace(each, rows=place, all_rows=_print_all(function, step, outcomes))
        for each, step in zip(slots, steps, strict=True)
    ]


def _collect_fact(loop: RowLoop, fact: Location) -> Location:
    value = loop.collect(fact.value)
    bottom = loop.collect(fact.bottom) if fact.bottom else ""
    name = loop.collect(fact.non_value) if fact.non_value else ""
    return Location(fact.kind, value, fact.scale, bottom, name)


def _print_all(
    function: EmittedFunction, step: TypedStep, outcomes: "dict[str, _Collected]"
) -> Slot | None:
    """Print the outcome of a check over all rows, that of `all`."""
    check = step.entry
    if not isinstance(check, Check) or step.fact is None:
        return None
    buffer, over = function.buffer, list_of(check.code)
    non_values = step.fact.non_values
    if over not in function.assumed:
        non_values |= {"missing"}
    to, collected = text_location(buffer, non_values), outcomes[check.code]
    _put_chain(
        buffer,
        [
            (f'"failed" in {collected.values}', lambda: buffer.put_value(to, '"failed"')),
            *_non_value_tests(function, to, over, collected),
        ],
        lambda: buffer.put_value(to, '"passed"'),
    )
    put_flags(buffer, to, non_values, leaves_open=check.severity == "error")
    return function.slot(to)


# -- Aggregates ------------------------------------------------------------------------------------


def gather_all(function: EmittedFunction, step: TypedStep) -> None:
    """Print the aggregates of a step that were not printed before, once for all rows."""
    for clause in step.clauses:
        for node in list_aggregates(clause):
            _gather(function, node)


@dataclass(frozen=True, slots=True)
class _Collected:
    """The variables of two lists: the values of some rows, the non-values of others, if any."""

    values: str
    others: str = ""


def _gather(function: EmittedFunction, node: Node) -> None:
    argument = node.args[0]
    for each in list_aggregates(argument):
        _gather(function, each)
    if node.key in function.gathered:
        return
    to = function.buffer.location(node)
    collected = _find_column(function, node)
    rows, parts = -1, _NO_PARTS
    if collected is None:
        records = function.buffer.name("r")
        with _loop(function, node.over, records) as loop:
            printer = ExpressionPrinter(
                function.buffer,
                loop.lookup,
                gathered={key: each.location for key, each in function.gathered.items()},
            )
            found = printer.write(argument)
            collected = _collect(
                loop, found, argument.non_values, node.non_values, as_pairs=not to.is_whole
            )
            parts = _find_parts(loop, printer, node)
        rows = function.place(records) if loop.returned else -1
    _print_aggregate(function, node, to, collected)
    inner = {
        each.part - node.part: function.gathered[each.key].slots
        for each in list_aggregates(argument)
    }
    slots = GatherSlots(function.slot(to), rows, *parts, inner)
    function.gathered[node.key] = Gathered(to, slots)


_Parts = tuple[dict[int, Slot], dict[int, int]]
_NO_PARTS: _Parts = ({}, {})


def _find_parts(loop: RowLoop, printer: ExpressionPrinter, node: Node) -> _Parts:
    """Find the parts of an argument in each row, by their distance from the aggregate's place."""
    parts = {at - node.part: loop.slot(printer.parts[at]) for at in sorted(printer.parts)}
    return parts, {at - node.part: loop.place(flag) for at, flag in printer.replaced.items()}


def _find_column(function: EmittedFunction, node: Node) -> _Collected | None:
    """Find the list that an aggregate gathers as it is: a fact that has a value in every row."""
    argument = node.args[0]
    has_all = argument.op == "read" and not argument.non_values and argument.kind != "none"
    if not has_all or (argument.size is not None and argument.size.scale is None):
        return None
    if node.size is not None and node.size.scale is None:
        return None
    column = function.column(argument.text)
    if column is not None:
        return _Collected(column.value)
    return _Collected(function.load_column(function.fields[argument.text][0]))


def _collect(
    loop: RowLoop,
    found: Location,
    in_row: NonValueKinds,
    of_all: NonValueKinds,
    *,
    as_pairs: bool = False,
) -> _Collected:
    """Print how what a row came to is collected; a row that is left out is not.

    `in_row` are the non-values that a row may come to, `of_all` those that all rows together may.
    """
    buffer = loop.buffer
    value = f"({found.value}, {found.denominator})" if as_pairs else found.value
    if not found.non_value:
        return _Collected(loop.collect(value, "h"))
    with buffer.block(f"if {found.non_value} is None:"):
        values = loop.collect("None" if found.kind == "none" else value, "h")
    if not in_row & of_all:
        return _Collected(values)
    others = buffer.name("w")
    loop.before.append(f"{others} = []")
    test = "else:"
    if "not_applicable" in in_row:
        own = _write_own_row(buffer, loop.over, found.non_value)
        test = f"elif {found.non_value}.__class__ is not NotApplicable or not {own}:"
    with buffer.block(test):
        buffer.put(f"{others}.append({found.non_value})")
    return _Collected(values, others)


def _write_own_row(buffer: CodeBuffer, over: str, non_value: str) -> str:
    """Write whether what does not apply is a rule of the row itself."""
    buffer.counts_rows = True
    begins = buffer.constant(RowFacts("code", f"{over}."))
    return f"{non_value}.code.startswith({begins}[{buffer.row}])"


_Branch = tuple[str, Callable[[], None]]


def _print_aggregate(
    function: EmittedFunction, node: Node, to: Location, collected: _Collected
) -> None:
    """Print what the values that were collected come to, or the non-value that decides."""
    buffer, values = function.buffer, collected.values
    unsettled = _non_value_tests(function, to, node.over, collected)
    if node.op in ("or", "and"):
        decides, other = ("True", "False") if node.op == "or" else ("False", "True")
        settled: _Branch = (f"{decides} in {values}", lambda: buffer.put_value(to, decides))
        _put_chain(buffer, [settled, *unsettled], lambda: buffer.put_value(to, other))
        return
    if node.op in ("min", "max"):
        none = buffer.constant(NotApplicable(node.over))
        unsettled.append((f"not {values}", lambda: buffer.put_non_value(to, none)))
    _put_chain(buffer, unsettled, lambda: _put_total(buffer, node, to, values))
    buffer.put_limit(to, node)


def _put_total(buffer: CodeBuffer, node: Node, to: Location, values: str) -> None:
    if to.is_whole:
        call = "sum" if node.op == "count" else node.op
        buffer.put_value(to, f"{call}({values})")
    elif node.op == "sum":
        pair = buffer.name("t")
        buffer.put(f"{pair} = add_rows({values})")
        with buffer.block(f"if {pair} is None:"):
            buffer.put_error(to, ErrorValue("limit", node.text))
        with buffer.block("else:"):
            buffer.put_value(to, f"{pair}[0]", f"{pair}[1]")
    else:
        pair = buffer.name("t")
        buffer.put(f"{pair} = {node.op}_pair({values})")
        buffer.put_value(to, f"{pair}[0]", f"{pair}[1]")


def _non_value_tests(
    function: EmittedFunction, to: Location, over: str, collected: _Collected
) -> list[_Branch]:
    """Write when an aggregate has no value: its list is missing, or a row that counts has none."""
    buffer, tests = function.buffer, list[_Branch]()
    count = function.lookup(Node("read", "number", text=over)).non_value
    if count:
        tests.append((f"{count} is not None", lambda: buffer.put_non_value(to, count)))
    if collected.others:
        found = f"worst_non_value({collected.others})"
        tests.append((collected.others, lambda: buffer.put_non_value(to, found)))
    return tests


def _put_chain(buffer: CodeBuffer, branches: Sequence[_Branch], last: Callable[[], None]) -> None:
    """Print branches, of which the first whose test holds is taken, and what is done else."""
    for at, (test, put) in enumerate(branches):
        with buffer.block(f"{'elif' if at else 'if'} {test}:"):
            put()
    if not branches:
        last()
        return
    with buffer.block("else:"):
        last()
