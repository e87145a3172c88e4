"""Time a million reports: columns beside OpenFisca-Core, numpy by hand, and memcpy.

What is written by hand is in float64, and memcpy copies the same bytes.
"""

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from benchmarks.work import Numpy, Task, list_tasks
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns.columns import Column, NumberColumn, WordColumn
from ruletrail.formats import kind_of
from ruletrail.linking import LinkedRulebook
from ruletrail.trails import outcome_word
from ruletrail.values import Fact, is_non_value, to_decimal

MISSING, WRONG = 0.04, 0.01
"""The shares of reports that lack a number, and that divide by zero: one in twenty together."""
FILLED = 0.8
"""The share of numbers of users and hours that are not zero."""


def make_columns(compiled: CompiledRulebook, rows: int, seed: int = 1) -> dict[str, Column]:
    """Make reports like the forms, with missing numbers and zeros among them.

    One in twenty lacks a number or has no inhabitants, one in five rows of the form no users.
    """
    chance = np.random.default_rng(seed)
    entries = compiled.linked.rulebook.entries
    codes = [code for code in compiled.typed.fields if code not in entries]
    lacking = np.where(chance.random(rows) < MISSING, chance.integers(0, 60, rows), -1)
    columns: dict[str, Column] = {}
    for place, code in enumerate(codes):
        field = compiled.typed.fields[code]
        if field.kind != "number":
            words = field.choices or ("", "Una relazione.", "Un altro testo, più lungo.")
            columns[code] = WordColumn(chance.integers(0, len(words), rows).astype(np.int32), words)
            continue
        most, scale = _range_of(code)
        missing = lacking == place
        filled = chance.random(rows) < (
            FILLED if code.startswith(("M", "R0A")) else 1 - WRONG if code == "R03" else 1
        )
        values = np.where(missing, 0, chance.integers(1, most, rows) * filled).astype(np.int64)
        columns[code] = NumberColumn(values, scale, missing if missing.any() else None)
    return columns


def _range_of(code: str) -> tuple[int, int]:
    if code.startswith(("R06", "R07", "R08")):
        return 2_000_000_000, 2
    if code.startswith(("R01", "R02")):
        return 400, 1
    return {"R05": (2000, 2), "R03": (500_000, 0)}.get(
        code, (200_000 if code.endswith("_ore") else 2000, 0)
    )


def count_wrong(outputs: Any, row: int, status: str, facts: Mapping[str, Fact]) -> int:
    """Return 1 if a row of columns differs in any cell from another evaluator's facts, else 0."""
    worded = {**outputs.decisions, **outputs.sections, **outputs.checks}
    bad = outputs.status[row] != status
    for code, fact in facts.items():
        if code in worded:
            bad = bad or worded[code][row] != outcome_word(fact)
        elif code in outputs.values:
            value = (
                None
                if is_non_value(fact)
                else to_decimal(fact)
                if isinstance(fact, Fraction)
                else fact
            )
            bad = (
                bad
                or outputs.values[code][row] != value
                or outputs.values[code].state(row) != kind_of(fact)
            )
    return int(bad)


def arrays_of(columns: Mapping[str, Column]) -> list["np.ndarray[Any, Any]"]:
    """List the arrays that hold the values."""
    return [
        column.values if isinstance(column, NumberColumn) else column.codes
        for column in columns.values()
    ]


def floats_of(columns: Mapping[str, Column], kind: type = np.float64) -> dict[str, Any]:
    """Return what peers take: floats, NaN for missing, lengths of texts, equality as booleans."""
    found: dict[str, Any] = {}
    for code, column in columns.items():
        if isinstance(column, NumberColumn):
            values = column.values / 10**column.scale
            found[code] = (
                values if column.missing is None else np.where(column.missing, np.nan, values)
            ).astype(kind)
        else:
            is_choice = tuple(column.words) == ("SI", "NO")
            found[code] = (
                np.array([str(word) for word in column.words])[column.codes]
                if is_choice
                else column.codes
            )
            found[f"{code}_length"] = np.array([len(str(word)) for word in column.words], kind)[
                column.codes
            ]
            found[f"{code}_blank"] = np.zeros(len(column.codes), bool)
    return found


def _expressions(plan: LinkedRulebook) -> list[tuple[Task, str]]:
    tasks = list_tasks(plan)
    dialect = Numpy(plan, frozenset(task.name for task in tasks))
    written = []
    for task in tasks:
        text = dialect.task(task)
        if isinstance(task.tree, ast.Name) and task.tree.id == "true":
            text = "np.True_"
        if task.decimals is not None:
            cut = f"np.trunc(({text}) * 1e{task.decimals}) / 1e{task.decimals}"
            near = f"np.floor(({text}) * 1e{task.decimals} + 0.5) / 1e{task.decimals}"
            text = cut if task.name.endswith("_media") else near
        written.append((task, text))
    return written


def numpy_by_hand(plan: LinkedRulebook) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """Write the work over whole float64 columns, as a programmer would.

    It is not exact, and blind to errors.
    """
    lines = [f"{task.name} = {text}" for task, text in _expressions(plan)]
    code = compile("\n".join(lines), "numpy_by_hand", "exec")

    def run(columns: Mapping[str, Any]) -> Mapping[str, Any]:
        names = {"np": np, **columns}
        with np.errstate(all="ignore"):
            exec(code, names)  # noqa: S102 - our own rulebook
        return names

    return run


def openfisca(plan: LinkedRulebook, columns: Mapping[str, Any]) -> Callable[[], Mapping[str, Any]]:
    """Return a run of the work as OpenFisca-Core variables, vectorised over one period.

    Building the simulation is not timed.
    """
    from openfisca_core import (  # noqa: PLC0415 - a peer that may be absent
        entities,
        periods,
        simulations,
        taxbenefitsystems,
        variables,
    )

    person = entities.build_entity(key="ente", plural="enti", label="ente", is_person=True)
    system = taxbenefitsystems.TaxBenefitSystem([person])
    month = periods.DateUnit.YEAR
    rows = len(next(iter(columns.values())))

    def add(name: str, value_type: type, formula: Any = None) -> None:
        body: dict[str, Any] = {
            "value_type": value_type,
            "entity": person,
            "definition_period": month,
            "label": name,
        }
        if value_type is str:
            body["max_length"] = 16
        if formula is not None:
            body["formula"] = formula
        system.add_variable(type(name, (variables.Variable,), body))

    for name, values in columns.items():
        add(name, bool if values.dtype == bool else str if values.dtype.kind == "U" else float)
    expressions = _expressions(plan)
    reads = {task.name: names_of(text) for task, text in expressions}
    for task, text in expressions:
        kind = str if task.kind == "decision" else float if task.kind == "rule" else bool
        add(task.name, kind, _formula(compile(text, task.name, "eval"), reads[task.name], np))
    inputs = dict(columns)

    def run() -> Mapping[str, Any]:
        simulation = simulations.SimulationBuilder().build_default_simulation(system, rows)
        for name, values in inputs.items():
            simulation.set_input(name, "2024", values)
        with np.errstate(all="ignore"):
            return {task.name: simulation.calculate(task.name, "2024") for task, _ in expressions}

    return run


def names_of(text: str) -> list[str]:
    """Name what an expression reads."""
    return sorted(
        {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
        - {"np", "abs", "None"}
    )


def _formula(code: Any, reads: list[str], numpy: Any) -> Any:
    def formula(entity: Any, period: Any) -> Any:
        value = eval(  # noqa: S307 - the rules above, written out
            code, {"np": numpy, "abs": abs, **{name: entity(name, period) for name in reads}}
        )
        return value if getattr(value, "ndim", 0) else numpy.full(entity.count, value)

    return formula
