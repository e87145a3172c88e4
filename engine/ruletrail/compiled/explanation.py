"""What is known of each expression before any report, and which evaluator each step has."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from ruletrail.analysis.field_domains import read_fields
from ruletrail.analysis.inference import infer_rulebook
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.ir import Node, TypedRulebook, TypedStep
from ruletrail.formats import Locale
from ruletrail.linking import LinkedRulebook, clauses_of, kind_of_entry
from ruletrail.rulebooks import Message, Rule
from ruletrail.values import NotEncoded, write_number

_WHOLE_BITS = 63
_LONGEST = 60

_EVALUATORS: Mapping[Locale, str] = {
    "it": """\
valutatori
  colonne              numeri interi sotto i 63 bit; i quozienti si prendono in float64 dove tutto
                       resta sotto i 53 bit, il che è esatto. Quanto sono grandi i numeri si legge
                       da ogni blocco di righe, non dallo schema.
  funzione compilata   numeri interi di ogni grandezza: le righe i cui numeri passano i 63 bit
                       lungo la via, e le frasi.
  riferimento          un numero con più decimali della scala del suo campo, o da 10**15 in su: non
                       ce l'ha nessun documento, e può darlo solo chi costruisce relazioni da sé.
""",
    "en": """\
evaluators
  columns            whole numbers under 63 bits; quotients are taken in float64 where all stays
                     under 53 bits, which is exact. How large the numbers are is read off each
                     block of rows, not off the schema.
  compiled function  whole numbers of any size: rows whose numbers pass 63 bits on the way, and
                     sentences.
  reference          a number with more decimals than its field's scale, or of 10**15 and more,
                     which no document holds and only a caller who builds reports can pass in.
""",
}
_PHRASES: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "plan": "piano {}: {} campi, {} passi", "fields": "campi", "steps": "passi",
        "reference": "riferimento, perché un gruppo può restare senza nulla",
        "gathers": "colonne, o funzione compilata dove i quozienti raccolti hanno denominatori "
                   "propri",
        "sentences": "funzione compilata, perché le colonne lasciano fuori le frasi",
        "columns": "colonne",
        "large": "colonne fino a {} bit, poi funzione compilata, perché lo schema ammette numeri "
                 "che ne vogliono {}",
        "decimals": ", al più {} decimali", "choices": ", uno di {}", "required": ", non manca mai",
        "not_encoded": "(non codificato)", "condition": "la condizione", "outcome": "un esito",
        "rounded": ", arrotondato {}", "never": "mai un valore",
        "quotient": "quoziente di numeri interi", "whole": "intero alla scala {}",
        "watched": ", con le cifre contate", "may": "; può essere {}", "and": " e",
        "number": "numero", "boolean": "vero o falso", "string": "testo", "text": "testo",
        "date": "data",
        "rule": "regola", "decision": "decisione", "section": "sezione", "check": "controllo",
        "message": "messaggio",
    },
    "en": {
        "plan": "plan {}: {} fields, {} steps", "fields": "fields", "steps": "steps",
        "reference": "reference, because a group may have nothing left",
        "gathers": "columns, or compiled function where quotients gathered have denominators of "
                   "their own",
        "sentences": "compiled function, because columns leave sentences out",
        "columns": "columns",
        "large": "columns up to {} bits, then compiled function, because the schema admits numbers "
                 "that need {}",
        "decimals": ", {} decimals at most", "choices": ", one of {}",
        "required": ", never missing",
        "not_encoded": "(not encoded)", "condition": "the condition", "outcome": "an outcome",
        "rounded": ", rounded {}", "never": "never a value",
        "quotient": "quotient of whole numbers", "whole": "whole at scale {}",
        "watched": ", its digits counted", "may": "; may be {}", "and": " and",
    },
}  # fmt: skip


def explain_plan(linked: LinkedRulebook, language: Locale = "en") -> str:
    """Write the fields, and for each step its expressions with what is known of them.

    Scale, interval and possible non-values of each, and what evaluates the step. The schema's
    bounds are the widest that a step can need; columns take it wherever a block's own numbers fit.
    """
    fields = read_fields(linked.schema).values()
    required = frozenset(field.code for field in fields if field.required)
    typed, words = infer_rulebook(linked, required), _PHRASES[language]
    identity = linked.rulebook.identity
    lines = [
        words["plan"].format(identity, len(typed.fields), len(typed.steps)),
        "",
        *_EVALUATORS[language].splitlines(),
        "",
        words["fields"],
        *(f"  {line}" for line in _write_fields(typed, words)),
        "",
        words["steps"],
    ]
    for step in typed.steps:
        evaluator = _name_evaluator(step, words) if typed.is_covered else words["reference"]
        kind = kind_of_entry(step.entry)
        lines.append(f"  {step.entry.code}: {words.get(kind, kind)}; {evaluator}")
        lines += [f"    {line}" for line in _write_expressions(step, words)]
    return "\n".join(lines) + "\n"


def _write_fields(typed: TypedRulebook, words: Mapping[str, str]) -> Iterator[str]:
    for field in typed.fields.values():
        scale = ""
        if field.kind == "number":
            scale = words["decimals"].format(field.scale)
        elif field.choices:
            scale = words["choices"].format(len(field.choices))
        required = words["required"] if field.required else ""
        kind = words.get(field.kind, field.kind)
        known = _write_range(field.range, words, field.kind)
        yield f"{field.code}: {kind}{scale}{known}{required}"


def _write_expressions(step: TypedStep, words: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each expression that is computed, inner first, and one for the fact."""
    rows: list[tuple[str, str]] = []
    for clause, written in zip(step.clauses, clauses_of(step.entry), strict=True):
        if isinstance(clause, NotEncoded):
            rows.append((words["not_encoded"], clause.why))
            continue
        parts = (node for node in _all_nodes(clause) if node.part >= 0)
        rows += [(node.text, _describe(node, words)) for node in parts]
        if clause.part < 0:
            is_condition = not isinstance(step.entry, Rule) or not step.entry.computes(written)
            known = words["condition"] if is_condition else _describe(clause, words)
            rows.append((clause.text, known))
    if step.fact is not None and isinstance(step.entry, Rule):
        rounding = step.entry.rounding
        rounded = words["rounded"].format(rounding.mode) if rounding is not None else ""
        rows.append((f"= {step.entry.code}", _describe(step.fact, words, rounded)))
    elif step.fact is not None and step.fact.non_values:
        told = f"{words['outcome']}{_write_non_values(step.fact, words)}"
        rows.append((f"= {step.entry.code}", told))
    width = min(max((len(text) for text, _ in rows), default=0), _LONGEST)
    for text, known in rows:
        shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        yield f"{shown:<{width}}  {known}"


def _all_nodes(node: Node) -> Iterator[Node]:
    for arg in node.args:
        yield from _all_nodes(arg)
    yield node


def _describe(node: Node, words: Mapping[str, str], rounded: str = "") -> str:
    """Say what is known of a value: its scale, its interval, its possible non-values."""
    size = node.size
    if node.kind == "none":
        kind = words["never"]
    elif node.kind != "number" or size is None:
        kind = words.get(node.kind, node.kind)
    else:
        kind = words["quotient"] if size.scale is None else words["whole"].format(size.scale)
    watched = words["watched"] if node.watched else ""
    known = _write_range(node.range, words, node.kind)
    return f"{kind}{rounded}{known}{watched}{_write_non_values(node, words)}"


def _write_non_values(node: Node, words: Mapping[str, str]) -> str:
    return words["may"].format(", ".join(sorted(node.non_values))) if node.non_values else ""


def _write_range(known: Interval, words: Mapping[str, str], kind: str) -> str:
    """Write the ends of an interval; those of dates, which are counted in days, as days."""
    ends = []
    for end, is_open, signs in (
        (known.low, known.low_open, (">=", ">")),
        (known.high, known.high_open, ("<=", "<")),
    ):
        if end is not None:
            ends.append(f" {signs[is_open]} {_write_end(end, kind)}")
    return f",{words['and'].join(ends)}" if ends else ""


def _write_end(end: Fraction, kind: str) -> str:
    """Write an end; of days those that the calendar has as days."""
    is_day = kind == "date" and end.denominator == 1 and 1 <= end <= date.max.toordinal()
    return date.fromordinal(int(end)).isoformat() if is_day else write_number(end)


def _name_evaluator(step: TypedStep, words: Mapping[str, str]) -> str:
    if isinstance(step.entry, Message):
        return words["sentences"]
    clauses = [clause for clause in step.clauses if isinstance(clause, Node)]
    nodes = [node for clause in clauses for node in _all_nodes(clause)]
    if any(_gathers_quotients(node) for node in nodes):
        return words["gathers"]
    bits = _most_bits([*nodes, *([step.fact] if step.fact is not None else [])])
    return words["columns"] if bits <= _WHOLE_BITS else words["large"].format(_WHOLE_BITS, bits)


def _gathers_quotients(node: Node) -> bool:
    size = node.args[0].size if node.over else None
    return size is not None and size.scale is None


def _most_bits(nodes: Sequence[Node]) -> int:
    sizes = [node.size for node in nodes if node.size is not None]
    return max((max(size.top, size.bottom) for size in sizes), default=0)
