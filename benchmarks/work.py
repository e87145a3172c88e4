"""The work that everybody does: the rules and conditions of `sociale/2024`, for each engine.

All is written from one plan. Peers get an easier task than ours: no non-values (a division that
does not apply is null behind a guard), no rounding but Python's own, no trail.
"""

import ast
from dataclasses import dataclass

from ruletrail.linking import LinkedRulebook, clauses_of, kind_of_entry
from ruletrail.rulebooks import Decision, Rule, Section

OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


@dataclass(frozen=True)
class Task:
    """One expression: its name, its tree, when it applies, the decimals it is rounded to."""

    name: str
    kind: str
    tree: ast.expr
    when: ast.expr | None = None
    decimals: int | None = None


def list_tasks(plan: LinkedRulebook) -> list[Task]:
    """Return every rule, case, section, check and message of a plan in order.

    Decisions become texts.
    """
    tasks = []
    for entry in plan.steps:
        trees = [clause.content.python for clause in clauses_of(entry)]
        if isinstance(entry, Rule):
            decimals = entry.rounding.decimals if entry.rounding else None
            tasks.append(
                Task(entry.code, "rule", trees[-1], trees[0] if entry.when else None, decimals)
            )
        elif isinstance(entry, Decision):
            first, last = (ast.Constant(case.outcome) for case in entry.cases)
            tasks.append(Task(entry.code, "decision", ast.IfExp(trees[0], first, last)))
            tasks.append(Task(f"{entry.code}_other", "condition", trees[1]))
        else:
            tree = trees[0]
            if isinstance(entry, Section) and entry.part_of:
                tree = ast.BoolOp(ast.And(), [ast.Name(entry.part_of), tree])
            tasks.append(Task(entry.code, kind_of_entry(entry), tree))
    return tasks


@dataclass
class Dialect:
    """Writes trees as text; subclasses say how each engine spells things."""

    plan: LinkedRulebook
    facts: frozenset[str]

    def write(self, node: ast.expr) -> str:
        """Write a tree."""
        match node:
            case ast.Constant(value=str() as value):
                return f'"{value}"'
            case ast.Constant():
                return self.number(ast.unparse(node))
            case ast.Name(id=code):
                parameter = self.plan.rulebook.parameters.get(code)
                if code in ("true", "false"):
                    return self.truth(code)
                return self.number(parameter.text) if parameter else self.name(code)
            case ast.BinOp() | ast.Compare():
                left, op, right = (
                    (node.left, node.op, node.right)
                    if isinstance(node, ast.BinOp)
                    else (node.left, node.ops[0], node.comparators[0])
                )
                return f"({self.write(left)} {OPERATORS[type(op)]} {self.write(right)})"
            case ast.BoolOp(op=op, values=values):
                return self.join(
                    "and" if isinstance(op, ast.And) else "or",
                    [self.write(value) for value in values],
                )
            case ast.UnaryOp(op=op, operand=operand):
                return (
                    self.negate(self.write(operand))
                    if isinstance(op, ast.Not)
                    else f"(-{self.write(operand)})"
                )
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.choose(self.write(test), self.write(body), self.write(orelse))
            case ast.Call(func=ast.Name(id=name), args=args):
                return self.call(name, args)
        raise TypeError(ast.dump(node))

    def number(self, text: str) -> str:
        """Write a number."""
        return text

    def truth(self, text: str) -> str:
        """Write true or false."""
        return text.capitalize()

    def name(self, code: str) -> str:
        """Write a code."""
        return code

    def join(self, word: str, parts: list[str]) -> str:
        """Join conditions."""
        return f"({f' {word} '.join(parts)})"

    def negate(self, part: str) -> str:
        """Write a condition's opposite."""
        return f"(not {part})"

    def choose(self, test: str, body: str, orelse: str) -> str:
        """Write a choice."""
        return f"({body} if {test} else {orelse})"

    def members(self, args: list[ast.expr]) -> list[str]:
        """Write arguments, groups written out."""
        groups = self.plan.rulebook.groups
        return [
            part
            for arg in args
            for part in (
                [self.name(code) for code in groups[arg.id].members]
                if isinstance(arg, ast.Name) and arg.id in groups
                else [self.write(arg)]
            )
        ]

    def call(self, name: str, args: list[ast.expr]) -> str:
        """Write a function's call."""
        if name == "sum":
            return f"({' + '.join(self.members(args))})"
        if name == "is_missing":
            return self.missing(self.write(args[0]))
        return f"{ {'length': 'len'}.get(name, name) }({', '.join(self.members(args))})"

    def missing(self, part: str) -> str:
        """Write a test for a blank."""
        return f"({part} == None)"

    def task(self, task: Task) -> str:
        """Write a whole task: guarded by its condition, and by the facts that may be null."""
        text = self.write(task.tree)
        if task.when is not None:
            return self.choose(self.write(task.when), text, "None")
        nulls = [
            node.id
            for node in ast.walk(task.tree)
            if isinstance(node, ast.Name) and node.id.endswith("_media")
        ]
        return self.join("or", [self.missing(self.name(nulls[0])), text]) if nulls else text


class Zen(Dialect):
    """The expression language of zen-engine; what was computed before stands under `$`."""

    def truth(self, text: str) -> str:
        """Write true or false."""
        return text

    def name(self, code: str) -> str:
        """Write a code."""
        return f"$.{code}" if code in self.facts else code

    def choose(self, test: str, body: str, orelse: str) -> str:
        """Write a choice."""
        return f"({test} ? {body} : {orelse.replace('None', 'null')})"

    def missing(self, part: str) -> str:
        """Write a test for a blank."""
        return f"({part} == null)"

    def call(self, name: str, args: list[ast.expr]) -> str:
        """Write a function's call."""
        return (
            f"min([{', '.join(self.members(args))}])" if name == "min" else super().call(name, args)
        )


class Numpy(Dialect):
    """Arrays: no branches, `&` and `|` for words, lengths and blanks made beforehand."""

    def join(self, word: str, parts: list[str]) -> str:
        """Join conditions."""
        sign = " & " if word == "and" else " | "
        return f"({sign.join(parts)})"

    def negate(self, part: str) -> str:
        """Write a condition's opposite."""
        return f"(~{part})"

    def choose(self, test: str, body: str, orelse: str) -> str:
        """Write a choice."""
        return f"np.where({test}, {body}, {orelse.replace('None', 'np.nan')})"

    def missing(self, part: str) -> str:
        """Write a test for a blank."""
        return f"({part} != {part})" if part.endswith("_media") else f"{part}_blank"

    def call(self, name: str, args: list[ast.expr]) -> str:
        """Write a function's call."""
        if name == "min":
            first, second = self.members(args)
            return f"np.minimum({first}, {second})"
        return f"{self.write(args[0])}_length" if name == "length" else super().call(name, args)


class Polars(Dialect):
    """Expressions of Polars over whole columns; what was computed before is a column too."""

    def write(self, node: ast.expr) -> str:
        """Write a tree; a text alone would be the name of a column."""
        text = super().write(node)
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        return f"pl.lit({text})" if is_text else text

    def truth(self, text: str) -> str:
        """Write true or false."""
        return f"pl.lit({text.capitalize()})"

    def name(self, code: str) -> str:
        """Write a code."""
        return f'pl.col("{code}")'

    def join(self, word: str, parts: list[str]) -> str:
        """Join conditions."""
        sign = " & " if word == "and" else " | "
        return f"({sign.join(parts)})"

    def negate(self, part: str) -> str:
        """Write a condition's opposite."""
        return f"(~{part})"

    def choose(self, test: str, body: str, orelse: str) -> str:
        """Write a choice."""
        return f"pl.when({test}).then({body}).otherwise({orelse})"

    def missing(self, part: str) -> str:
        """Write a test for a blank."""
        return f"{part}.is_null()"

    def call(self, name: str, args: list[ast.expr]) -> str:
        """Write a function's call."""
        if name == "min":
            return f"pl.min_horizontal({', '.join(self.members(args))})"
        return (
            f"{self.write(args[0])}.str.len_chars()"
            if name == "length"
            else super().call(name, args)
        )


class Exact(Dialect):
    """Python by hand with Decimal: numbers that are no whole numbers are constants made once."""

    def number(self, text: str) -> str:
        """Write a number."""
        return f'D("{text}")' if "." in text else text


def to_json_logic(dialect: Dialect, node: ast.expr) -> object:
    """Write a tree as json-logic."""
    inner = lambda child: to_json_logic(dialect, child)  # noqa: E731
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=code):
            parameter = dialect.plan.rulebook.parameters.get(code)
            if code in ("true", "false"):
                return code == "true"
            return float(parameter.text) if parameter else {"var": code}
        case ast.BinOp(left=left, op=op, right=right):
            return {OPERATORS[type(op)]: [inner(left), inner(right)]}
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return {OPERATORS[type(op)]: [inner(left), inner(right)]}
        case ast.BoolOp(op=op, values=values):
            return {"and" if isinstance(op, ast.And) else "or": [inner(value) for value in values]}
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return {"!": [inner(operand)]}
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return {"if": [inner(test), inner(body), inner(orelse)]}
        case ast.Call(func=ast.Name(id="sum"), args=[ast.Name(id=group)]):
            return {"+": [{"var": code} for code in dialect.plan.rulebook.groups[group].members]}
        case ast.Call(func=ast.Name(id="is_missing"), args=[arg]):
            return {"==": [inner(arg), None]}
        case ast.Call(func=ast.Name(id="length"), args=[arg]):
            return {"var": f"{arg.id}_length"}  # it has no function for the length of a text
        case ast.Call(func=ast.Name(id=name), args=args):
            return {name: [inner(arg) for arg in args]}
    raise TypeError(ast.dump(node))
