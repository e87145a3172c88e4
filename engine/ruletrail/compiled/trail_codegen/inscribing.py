"""Print the functions that write the steps of a trail: one row of bytes, values between constants, joined once.

Like the compiled plan, the printed code holds no text of anybody's; every piece of JSON is a named constant.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ruletrail.analysis.ir import LARGEST_SCALE, TypedRulebook
from ruletrail.compiled.slots import Results
from ruletrail.compiled.trail_codegen.filling import SMALL_DECIMALS, Filler, write_number_code
from ruletrail.compiled.trail_codegen.skeletons import StepText
from ruletrail.compiled.trail_codegen.variants import Cut, Notice, Value
from ruletrail.compiled.trail_codegen.wordings import (
    VALUES,
    quote_json,
    write_decimal,
    write_fact,
    write_pair,
    write_text,
)
from ruletrail.fast_dataclasses import dataclass
from ruletrail.rulebooks import Rule
from ruletrail.trails import canonical_json
from ruletrail.values import Missing, to_json

Row = tuple[bytes, ...]
Inscribed = tuple[Row, Row, Row, tuple[Notice | None, ...]]
"""What one function wrote of its steps, in their order: pieces, members of the result's words and values, notices.

A word is the member of a check, decision or section, a value that of a rule; it is empty where there is none.
"""


@dataclass(frozen=True, slots=True)
class Inscription:
    """One printed function, and where each step's pieces begin, are cut for the digest, and end."""

    function: Callable[[Results, Sequence[object], object, object, list[bytes], Any], Inscribed]
    bounds: tuple[tuple[int, int, int], ...]


_NAMES: Mapping[str, object] = {
    "__builtins__": {}, "int": int, "str": str, "divmod": divmod, "VALUES": VALUES, "EMPTY": b"", "QUOTE": b'"%d"',
    "TRUE": b"true", "FALSE": b"false", "DECIMAL": write_decimal, "PAIR": write_pair, "TEXT": write_text, "OTHER": write_fact,
    "DECLARED": lambda text: quote_json(text).encode(),
    **{f"FINE{decimals}": f'"%d.%0{decimals}d"'.encode() for decimals in range(SMALL_DECIMALS + 1, LARGEST_SCALE + 1)},
}  # fmt: skip


class _Printer:
    """Prints the function of one chunk of steps."""

    def __init__(
        self, form: TypedRulebook, places: Mapping[str, int], earlier: Mapping[str, int]
    ) -> None:
        """Begin; `earlier` says where facts of earlier functions are kept."""
        self.form, self.plan, self.places, self.earlier = form, form.linked, places, earlier
        self.fields = {code: at for at, code in enumerate(form.fields)}
        self.parameters = {
            code: parameter.value for code, parameter in self.plan.rulebook.parameters.items()
        }
        self.constants: dict[str, object] = {}
        self.lines: list[str] = []
        self.named: set[str] = set()
        self.known: dict[str, str] = {}
        self.flat: list[str] = []
        self.words: list[str] = []
        self.values: list[str] = []
        self.notices: list[str] = []
        self.bounds: list[tuple[int, int, int]] = []

    def name(self, value: object) -> str:
        """Name a constant."""
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def put(self, name: str, code: str) -> str:
        """Give a name its value, once."""
        if name not in self.named:
            self.named.add(name)
            self.lines.append(f" {name} = {code}")
        return name

    def position(self, code: str) -> int:
        """Say where a field stands among the inputs."""
        return self.fields[code]

    def read(self, code: str) -> Value | str:
        """Print the bytes of a fact that a step reads; a parameter's are constant text."""
        if code in self.known:
            return Value(self.known[code])
        if code in self.earlier:
            return Value(f"K[{self.earlier[code]}]")
        if code in self.parameters:
            return canonical_json(to_json(self.parameters[code]))
        return Value(self._field(code))

    def _field(self, code: str) -> str:
        at, field = self.fields[code], self.form.fields[code]
        held = f"S[{at}]"
        if field.kind == "number":
            text = write_number_code(held, 10**field.scale)
        else:
            text = f"TEXT({held})" if field.kind == "text" else f"(TRUE if {held} else FALSE)"
        if code not in self.form.assumed:
            missing = self.name(write_fact(Missing((code,))))
            text = f"{missing} if {held} is None else ({text})"
        return self.put(f"f{at}", text)

    def step(self, text: StepText) -> None:
        """Print one step."""
        entry, number = text.slots.entry, len(self.bounds)
        place, is_first = self.places[entry.code], text.slots.function == number == 0
        filler = Filler(self.plan, text, place, self, is_first=is_first)
        step = filler.step
        constants = [f"p{number}_{at}" for at in range(step.constants())]
        word, fact, notice = f"w{number}", f"t{text.slots.fact.position}", f"o{number}"
        is_rule = isinstance(entry, Rule)
        keys = list(step.decisive.values())
        key = keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
        self.lines.append(
            f" {', '.join([*constants, word, '_' if is_rule else fact, notice])} = {self.name(filler.variants)}[{key}]"
        )
        if filler.says:
            said = f"m{text.slots.fact.position}"
            self.lines.append(
                f" {said} = EMPTY if {notice} is None or {notice}.speech is None else W.say({notice}.speech)"
            )
        self._lay(step.pieces, constants)
        self.notices.append(notice)
        self.words.append(word)
        if is_rule:
            fact = filler.rule_fact()
            self._put_value(text, fact)
        self.known[entry.code] = fact

    def _put_value(self, text: StepText, fact: str) -> None:
        """Print a rule's member of the result's values."""
        slot = text.slots.fact
        head = self.name(f'"{text.slots.entry.code}":'.encode())
        is_value = "True" if slot.fact is not None else f"v{slot.position}.__class__ in VALUES"
        self.values.append(f"{head} + {fact} if {is_value} else EMPTY")

    def _lay(self, pieces: Sequence[object], constants: Sequence[str]) -> None:
        """Lay a step's pieces in a row after those of the steps before it."""
        start, cut, waiting = len(self.flat), 0, iter(constants)
        self.flat.append(next(waiting))
        for piece in pieces:
            if isinstance(piece, Cut):
                cut = len(self.flat)
            elif isinstance(piece, Value):
                self.flat.append(piece.code)
            else:
                continue
            self.flat.append(next(waiting))
        self.bounds.append((start, cut, len(self.flat)))

    def source(self, kept: Mapping[str, int], width: int) -> str:
        """Give the whole function; `kept` says which facts later functions read, and where they are kept."""
        # every result is a variable of its own: faster than looking each up where it is used
        names = ", ".join(["_", "_", *(f"v{at}" for at in range(2, width))])
        lines = ["def inscribe(R, S, A, F, K, W):", f" {names}, = R", *self.lines]
        lines += [f" K[{at}] = {self.known[code]}" for code, at in kept.items()]
        rows = [
            f"({''.join(f'{each}, ' for each in row)})"
            for row in (self.flat, self.words, self.values, self.notices)
        ]
        return "\n".join([*lines, f" return {', '.join(rows)}", ""])


def compile_inscriptions(
    form: TypedRulebook, steps: Sequence[StepText], widths: Sequence[int]
) -> tuple[tuple[Inscription, ...], int]:
    """Compile one function for each function of the plan, whose results are so many; and count what they keep for each other."""
    places = {code: place for place, code in enumerate(form.linked.rulebook.entries)}
    chunks: dict[int, list[StepText]] = {}
    for step in steps:
        chunks.setdefault(step.slots.function, []).append(step)
    last = _last_readers(form, steps)
    earlier: dict[str, int] = {}
    made = []
    for chunk, texts in chunks.items():
        printer = _Printer(form, places, dict(earlier))
        for text in texts:
            printer.step(text)
        codes = [text.slots.entry.code for text in texts]
        kept = {
            code: at
            for at, code in enumerate(
                [code for code in codes if last.get(code, 0) > chunk], len(earlier)
            )
        }
        earlier |= kept
        source = printer.source(kept, widths[chunk])
        space: dict[str, Any] = {**_NAMES, **printer.constants}
        exec(compile(source, "<trail>", "exec"), space)  # noqa: S102 - the code is printed above
        made.append(Inscription(space["inscribe"], tuple(printer.bounds)))
    return tuple(made), len(earlier)


def _last_readers(form: TypedRulebook, steps: Sequence[StepText]) -> dict[str, int]:
    """Find the last function whose steps read each code."""
    last: dict[str, int] = {}
    for step in steps:
        last.update(dict.fromkeys(form.linked.reads[step.slots.entry.code], step.slots.function))
    return last
