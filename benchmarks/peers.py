"""The peers for one report: each takes the same mapping of values and gives the answers by name."""

import ast
import json
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from benchmarks.work import Dialect, Exact, Task, Zen, list_tasks, to_json_logic
from ruletrail.linking import LinkedRulebook

Run = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def facts_of(tasks: list[Task]) -> frozenset[str]:
    """Name what is computed, as against what is declared."""
    return frozenset(task.name for task in tasks)


def by_hand(plan: LinkedRulebook) -> Run:
    """Write the work as one Python function over Decimals, as a programmer would."""
    tasks = list_tasks(plan)
    dialect = Exact(plan, facts_of(tasks))
    lines = ["def run(f):"]
    groups = plan.rulebook.groups
    read = {
        code
        for task in tasks
        for name in names_of(task)
        for code in (groups[name].members if name in groups else [name])
    } - dialect.facts
    lines += [f"    {name} = f.get('{name}')" for name in sorted(read & set(plan.schema.fields))]
    for task in tasks:
        text = dialect.task(task)
        if task.decimals is not None:
            way = "DOWN" if task.name.endswith("_media") else "HALF_UP"
            step = f'D("1e-{task.decimals}")'
            formula = f"({dialect.write(task.tree)}).quantize({step}, {way})"
            text = (
                dialect.choose(dialect.write(task.when), formula, "None")
                if task.when is not None
                else formula
            )
        lines.append(f"    {task.name} = {text}")
    items = ", ".join(f"{chr(39)}{task.name}{chr(39)}: {task.name}" for task in tasks)
    lines.append(f"    return {{{items}}}")
    source, constants = _hoist("\n".join(lines))
    names = {"ROUND_DOWN": ROUND_DOWN, "DOWN": ROUND_DOWN, "HALF_UP": ROUND_HALF_UP, **constants}
    exec(compile(source, "by_hand", "exec"), names)  # noqa: S102 - our own rulebook
    return names["run"]


def _hoist(source: str) -> tuple[str, dict[str, Decimal]]:
    """Make each Decimal constant once, as a programmer would."""
    constants: dict[str, Decimal] = {}

    def name(match: re.Match[str]) -> str:
        key = f"C{len(constants)}"
        constants[key] = Decimal(match.group(1))
        return key

    return re.sub(r'D\("([^"]+)"\)', name, source), constants


def names_of(task: Task) -> set[str]:
    """Name what a task reads, groups written out by the caller's dialect."""
    trees = [task.tree] + ([task.when] if task.when is not None else [])
    return {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}


def simpleeval_parsed(plan: LinkedRulebook) -> Run:
    """Run simpleeval over expressions parsed beforehand, on floats and ints."""
    from simpleeval import SimpleEval  # noqa: PLC0415 - a peer that may be absent

    tasks = list_tasks(plan)
    dialect = Dialect(plan, facts_of(tasks))
    evaluator = SimpleEval(functions={"len": len, "min": min, "abs": abs})
    parsed = [(task.name, evaluator.parse(dialect.task(task))) for task in tasks]

    def run(values: Mapping[str, Any]) -> Mapping[str, Any]:
        names = dict(values)
        names["None"] = None
        evaluator.names = names
        for name, tree in parsed:
            names[name] = evaluator.eval("", previously_parsed=tree)
        return names

    return run


def validated_and_dumped(plan: LinkedRulebook) -> Callable[[bytes], str]:
    """Return a function that answers the bytes of a report as one would without us.

    It validates by jsonschema, evaluates by simpleeval and writes the answers with their inputs as
    JSON. The validator and the expressions are made beforehand. What comes out names every rule and
    condition, its formula and its value; it has no part of a formula, no reason and no digest.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - made once, as a service would

    validator = Draft202012Validator(dict(plan.schema.content))
    evaluate = simpleeval_parsed(plan)
    tasks = list_tasks(plan)
    dialect = Dialect(plan, facts_of(tasks))
    formulas = {task.name: dialect.task(task) for task in tasks}

    def run(data: bytes) -> str:
        report = json.loads(data, parse_float=Decimal)
        if not validator.is_valid(report):
            raise ValueError("the examples are valid")
        values = {
            code: float(value) if isinstance(value, Decimal) else value
            for code, value in report["fields"].items()
        }
        found = evaluate(values)
        steps = {
            name: {"formula": formula, "value": found[name]} for name, formula in formulas.items()
        }
        return json.dumps({"subject": report["subject"], "fields": values, "steps": steps})

    return run


def zen(plan: LinkedRulebook, *, trace: bool) -> Run:
    """Run zen-engine: one decision with one expression node, compiled once."""
    from zen import ZenEngine  # noqa: PLC0415 - a peer that may be absent

    tasks = list_tasks(plan)
    dialect = Zen(plan, facts_of(tasks))
    listed = [{"id": task.name, "key": task.name, "value": dialect.task(task)} for task in tasks]
    place = {"x": 0, "y": 0}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": place},
        {
            "id": "work",
            "type": "expressionNode",
            "name": "work",
            "position": place,
            "content": {"expressions": listed},
        },
        {"id": "out", "type": "outputNode", "name": "out", "position": place},
    ]
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "work"},
        {"id": "b", "sourceId": "work", "targetId": "out"},
    ]
    decision = ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    options = {"trace": True} if trace else {}
    if trace:
        return lambda values: decision.evaluate(values, options)["result"]
    return lambda values: decision.evaluate(values)["result"]


def json_logic(plan: LinkedRulebook) -> Run:
    """Run json-logic for Python, the maintained fork."""
    from json_logic import jsonLogic  # noqa: PLC0415 - a peer that may be absent

    tasks = list_tasks(plan)
    dialect = Dialect(plan, facts_of(tasks))
    rules = []
    for task in tasks:
        rule = to_json_logic(dialect, task.tree)
        rules.append(
            (
                task.name,
                {"if": [to_json_logic(dialect, task.when), rule, None]}
                if task.when is not None
                else rule,
            )
        )

    def run(values: Mapping[str, Any]) -> Mapping[str, Any]:
        data = {**values, "R40_length": len(values["R40"])}
        for name, rule in rules:
            data[name] = jsonLogic(rule, data)
        return data

    return run
