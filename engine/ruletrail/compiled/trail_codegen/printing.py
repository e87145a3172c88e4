"""Print the functions that fill the templates of steps: one list of bytes, to be joined once.

Like a rulebook's own functions they see no builtins and no text of anybody's: every piece of JSON
is a named constant. Names and code follow from the slots alone, so that the cache may keep the
code.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import CodeType, FunctionType

from ruletrail.analysis.ir import LARGEST_SCALE
from ruletrail.compiled.trail_codegen.templates import LARGE, SMALL_DECIMALS, Notices, StepTemplate
from ruletrail.digests import quote_text
from ruletrail.rulebooks import Rule, Section
from ruletrail.values import write_ratio, write_scaled

Fill = Callable[..., tuple[list[bytes], tuple[bytes, ...], tuple[Notices, ...]]]
"""Gives the pieces of steps, their members of the result, and their notices."""

_NAMES: Mapping[str, object] = {
    "__builtins__": {}, "int": int, "str": str, "divmod": divmod, "EMPTY": b"",
    "TRUE": b"true", "FALSE": b"false", "WHOLE": b'"%d"',
    "SMALL": [b'"%d"' % number for number in range(LARGE)],
    "DECIMAL": lambda whole, power: f'"{write_scaled(whole, power)}"'.encode(),
    "PAIR": lambda top, bottom: f'"{write_ratio(top, bottom)}"'.encode(),
    "QUOTE": lambda text: quote_text(text).encode(),
    "DAY": lambda day: f'{{"date":"{date.fromordinal(day).isoformat()}"}}'.encode(),
    "TEXT": lambda text: f'{{"text":{quote_text(text)}}}'.encode(),
    **{
        f"FINE{at}": f'"%d.%0{at}d"'.encode()
        for at in range(SMALL_DECIMALS + 1, LARGEST_SCALE + 1)
    },
}  # fmt: skip


def bind_code(code: CodeType, steps: Sequence[StepTemplate]) -> Fill:
    """Make a function of its code and of the constants that its steps and the fields are."""
    space = {**_NAMES, **steps[0].frame.names}
    for step in steps:
        space[f"k{step.number}"] = step
        if isinstance(step.entry, Section):
            space[f"s{step.number}"] = frozenset(step.entry.fields)
    return FunctionType(code, space)


def compile_fill(steps: Sequence[StepTemplate]) -> CodeType:
    """Print and compile the function of some steps.

    It keeps their facts for the functions after it.
    """
    known: dict[str, str] = {}
    lines: list[str] = []
    row: list[str] = []
    members: list[str] = []
    for step in steps:
        n, constants = step.number, [f"p{step.number}_{at}" for at in range(len(step.holes) + 1)]
        new = {name: code for name, code in step.definitions.items() if name not in known}
        known |= new
        lines += [f"{name} = {code}" for name, code in new.items()]
        keys = list(step.decisive.values())
        key = keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
        lines.append(f"{', '.join(constants)}, w{n}, t{n}, o{n}, q{n} = k{n}[{key}]")
        if step.fills_sentences:
            lines.append(f"m{n} = EMPTY if q{n} is None else W(q{n})")
        if step.fact:
            lines.append(f"t{n} = {step.fact} or t{n}")
        if step.frame.is_split:
            lines.append(f"K[{n}] = t{n}")
        for constant, (_, code) in zip(constants, step.holes, strict=False):
            row += (constant, code)
        row.append(constants[-1])
        members.append(f"w{n} and w{n} + t{n}" if isinstance(step.entry, Rule) else f"w{n}")
    notices = [f"o{step.number}" for step in steps]
    lines.append(f"return [{', '.join(row)}], ({', '.join(members)},), ({', '.join(notices)},)")
    # every result is a variable of its own: faster than looking each up where it is used
    width = max([1, *map(int, re.findall(r"\bv(\d+)", "\n".join(lines)))]) + 1
    results = "".join([f"v{at}, " for at in range(width)])
    source = "\n ".join(["def fill(R, S, A, F, K, W):", f"{results} = R[:{width}]", *lines, ""])
    module = compile(source, "<trail>", "exec")
    return next(constant for constant in module.co_consts if isinstance(constant, CodeType))
