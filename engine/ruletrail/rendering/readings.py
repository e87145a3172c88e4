"""The trail's document, read: facts, labels, units, and how each number is shown.

All facts are the document's; a `Wording` adds only what the rulebook calls them.
"""

import shlex
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formats import (
    Format,
    Locale,
    show_called,
    show_date,
    show_fact,
    show_number,
    with_unit,
)
from ruletrail.formulas import Expression, parse_written
from ruletrail.rendering.blocks import mark_code
from ruletrail.rendering.phrases import say, say_count
from ruletrail.rendering.wordings import NO_WORDING, Wording
from ruletrail.rulebooks.entries import Template, fill_template, parse_template
from ruletrail.trails.conclusions import code_of_rows, cut_code, entry_of
from ruletrail.trails.steps import CENTS, least_decimals
from ruletrail.values import (
    ErrorValue,
    Fact,
    Missing,
    NotApplicable,
    NotEncoded,
    count_decimals,
    count_finite_decimals,
    is_non_value,
    read_number,
)

Step = Mapping[str, Any]
_FEWEST_UNENDING = 6
_YEAR_DIGITS = 4
_LONGEST_VALUE = 60
_UNSETTLED = frozenset({"undetermined", "not_applicable", "not_encoded", "error"})


@dataclass(frozen=True, slots=True)
class Known:
    """What is found once for one reader and said of many steps: all rows have the same formulas."""

    trees: dict[str, Expression | None] = field(default_factory=dict)
    """The tree of each formula, by its text."""
    names: dict[tuple[object, ...], str] = field(default_factory=dict)
    """Formulas and their parts, written with the codes that they name."""
    kinds: dict[str, tuple["Step", ...]] = field(default_factory=dict)
    """The steps of each kind in the order in which the author wrote them."""
    readers: dict[str, set[str]] = field(default_factory=dict)
    """Of each code that is read, the kinds of steps that read it."""
    rows: dict[tuple[str, int], str] = field(default_factory=dict)
    """What each row is called."""
    shapes: dict[str, Format] = field(default_factory=dict)
    """How the numbers of each code are shown."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A trail's document in the language of its reader."""

    document: Mapping[str, Any]
    language: Locale
    steps: Mapping[str, Step]
    wording: Wording = NO_WORDING
    known: Known = field(default_factory=Known, compare=False, repr=False)

    @property
    def lists(self) -> Mapping[str, Any]:
        """The lists of rows that the form has."""
        lists: Mapping[str, Any] = self.document.get("lists", {})
        return lists

    @property
    def checks(self) -> tuple[Step, ...]:
        """The checks as readers count them: of rows, those that fail, else all rows together."""
        is_told = ("failed", "error")
        return tuple(
            step
            for step in self.of_kind("check")
            if ("row" not in step or step["outcome"] in is_told)
            and ("all_rows" not in step or step["outcome"] not in is_told)
        )

    def of_kind(self, kind: str) -> tuple[Step, ...]:
        """Return the steps of a kind in the order in which the author wrote them."""
        kinds = self.known.kinds
        if kind not in kinds:
            steps = (step for step in self.steps.values() if step["kind"] == kind)
            kinds[kind] = tuple(sorted(steps, key=place_of))
        return kinds[kind]

    def kinds_reading(self, code: str) -> set[str]:
        """Return the kinds of the steps that read a code."""
        readers = self.known.readers
        for step in () if readers else self.steps.values():
            for read in step["reads"]:
                readers.setdefault(read, set()).add(step["kind"])
        return readers.get(code, set())

    def say(self, phrase: str, **details: object) -> str:
        """Say one of our phrases in the reader's language."""
        return say(phrase, self.language, **details)

    def say_count(self, phrase: str, count: int, **details: object) -> str:
        """Say a phrase about a number of things."""
        return say_count(phrase, self.language, count, **details)


def read_trail(
    document: Mapping[str, Any], language: Locale | None, wording: Wording = NO_WORDING
) -> Reading:
    """Read a trail's document; without a language the rulebook's is taken."""
    steps = {step["id"]: step for step in document["steps"]}
    return Reading(document, language or document["rulebook"]["locale"], steps, wording)


def parse_known(reading: Reading, text: str) -> Expression | None:
    """Parse a formula of the trail; None when it is none of ours."""
    trees = reading.known.trees
    if text not in trees:
        trees[text] = parse_written(text)
    return trees[text]


def name_report(reading: Reading) -> str:
    """Write what a command calls the report: its file, where that is known, else our word."""
    wording = reading.wording
    return ask_of(wording.file, wording.others) or reading.say("report_word")


def name_to_seal(reading: Reading) -> str:
    """Write what `seal`, which reads no nulls, calls the report: our word where they were read."""
    asked_with = shlex.split(reading.wording.others)
    return reading.say("report_word") if "--nulls" in asked_with else name_report(reading)


def ask_of(file: str, others: str) -> str:
    """Write a report, and the options that it is asked about with, as a command has them."""
    return " ".join(filter(None, (quote_word(file), others))) if file else ""


def quote_word(written: str) -> str:
    """Write a word of a command as a shell reads it back."""
    return shlex.quote(written) if written else ""


def place_of(step: Step) -> tuple[str, int, int]:
    """Return file, line and column of a step's mark, to sort by."""
    file, line, column = step["mark"].rsplit(":", 2)
    return file, int(line), int(column)


def fact_of(written: Any) -> Fact:
    """Read a value or non-value that a trail holds."""
    match written:
        case bool():
            return written
        case str():
            return _read_exact(written)
        case {"text": text}:
            return str(text)
        case {"date": str(day)}:
            return date.fromisoformat(day)
        case {"missing": codes}:
            return Missing(tuple(codes))
        case {"not_applicable": code}:
            return NotApplicable(code)
        case {"not_encoded": why}:
            return NotEncoded((why,))
        case {"error": {"cause": cause, "of": of}}:
            return ErrorValue(cause, of)
        case _:
            raise TypeError("no value of a trail")


def _read_exact(written: str) -> Fraction:
    """Read a number as trails write it, `12`, `10.32`, `1/3`; the library takes thrice as long."""
    whole, point, part = written.partition(".")
    if point:
        return Fraction(int(whole + part), 10 ** len(part))
    return Fraction(*map(int, written.split("/")))


def label_of(reading: Reading, code: str) -> str:
    """Return what the form or the author calls a code; empty when neither does.

    What the form prints and a rule computes too has the name that stands on the form: there it is
    told apart from its neighbours.
    """
    return next(iter(labels_of(reading, code)), "")


def labels_of(reading: Reading, code: str) -> list[str]:
    """List what the form and the author call a code."""
    places = (reading.document["fields"], reading.steps, reading.document["parameters"])
    found = [place[code] for place in (*places, reading.lists) if code in place]
    found += [cell] if (cell := cell_of(reading, code)) is not None else []
    own = (code, entry_of(code))
    return [str(each["label"]) for each in found if each.get("label", code) not in own]


def unit_of(reading: Reading, code: str) -> str:
    """Return the unit of a code; empty when none was declared."""
    entry = entry_of_code(reading, code)
    for place in ({code: entry} if entry else {}, reading.document["fields"]):
        if code in place:
            return str(place[code].get("unit", ""))
    return str((cell_of(reading, code) or {}).get("unit", ""))


def entry_of_code(reading: Reading, code: str) -> Mapping[str, Any]:
    """Return what the trail says of the rule or constant behind a code; of a field nothing.

    A code of rows, `LIST.NAME`, is that of the rule that they share.
    """
    places = (reading.steps, reading.document["parameters"])
    own = next((place[code] for place in places if code in place), None)
    shared = reading.steps.get(code_of_rows(code)) if own is None and "." in code else None
    return own or shared or {}


def cell_of(reading: Reading, code: str) -> Mapping[str, Any] | None:
    """Return what the form says of a cell of a row; None for any other code."""
    over, row, name = cut_code(code)
    if not row:
        over, _, name = code.partition(".")
    cell: Mapping[str, Any] | None = reading.lists.get(over, {"fields": {}})["fields"].get(name)
    return cell


def written_of(reading: Reading, code: str) -> Any:
    """Return what the report states under a code, also in a cell of a row; None for nothing."""
    over, row, name = cut_code(code)
    written = reading.document["report"]["fields"].get(over)
    if not row or written is None:
        return written
    return written[row - 1].get(name) if row <= len(written) else None


def name_row(reading: Reading, over: str, row: int) -> str:
    """Write what a row is called, its number first: `2. Bruno`; the number alone without a name."""
    rows = reading.known.rows
    if (over, row) not in rows:
        rows[over, row] = _name_row(reading, over, row)
    return rows[over, row]


def _name_row(reading: Reading, over: str, row: int) -> str:
    template = parse_template(reading.lists[over].get("row", ""))
    names = template.names if template is not None else ()
    shown = {
        name: show_in_name(reading, f"{over}[{row}].{name.partition('.')[2]}") for name in names
    }
    name = fill_template(template, shown) if template is not None else ""
    return f"{row}. {_cut(name)}" if name else str(row)


def show_in_name(reading: Reading, code: str) -> str:
    """Show what is of a row inside of its name: a text as it is called, without quotes.

    Where the report states nothing there are dots.
    """
    is_step = code in reading.steps
    written = reading.steps[code]["value"] if is_step else written_of(reading, code)
    if written is None:
        return "…"
    if not is_step and isinstance(written, str):
        return show_reported(reading, code)  # a report may write a number with an exponent
    fact = fact_of(written)
    if isinstance(fact, str):
        return _titles_of_choices(reading, code).get(fact) or fact
    return show(reading, code, fact) if is_step else show_reported(reading, code)


def shape_of(reading: Reading, code: str) -> Format:
    """Decide how a code's numbers are shown: as the author asks, as written, else as they are.

    Money, and what a rule rounds to a few decimals, shows these also where they are zeros, so that
    numbers of one kind are alike; a finer rounding says how exact a number is, not how it looks.
    Thousands are told apart everywhere, unless the author asks otherwise, or a field without a unit
    holds what may be a year. What a quantity looks like without them is a matter of the form's own
    sentence.
    """
    shapes = reading.known.shapes
    if code not in shapes:
        shapes[code] = _shape_of(reading, code)
    return shapes[code]


def _shape_of(reading: Reading, code: str) -> Format:
    unit = unit_of(reading, code)
    entry = entry_of_code(reading, code)
    least = least_decimals(unit, entry.get("rounding", {}).get("decimals", 0))
    display = entry.get("display")
    is_quantity = bool(unit) and code in reading.steps
    grouping = display["grouping"] or is_quantity if display else True
    decimals = display.get("decimals") if display else None
    if decimals is None and not entry:
        written = written_of(reading, code)
        decimals = max(count_decimals(written), least) if isinstance(written, str) else None
        grouping = bool(unit) or not _is_year_like(written)
    return Format(decimals, grouping, least)


def _is_year_like(written: Any) -> bool:
    """Tell whether what a report writes may be a year: a whole number of four digits."""
    return isinstance(written, str) and len(written) == _YEAR_DIGITS and written.isdecimal()


def show(reading: Reading, code: str, fact: Fact) -> str:
    """Show the value of a code; a non-value says what it is."""
    if is_non_value(fact):
        return describe_non_value(reading, fact)
    if isinstance(fact, str):
        return f'"{_cut(name_choice(reading, code, fact))}"'
    return show_fact(fact, shape_of(reading, code), reading.language)


def show_with_unit(reading: Reading, code: str, fact: Fact, *, in_brackets: bool = False) -> str:
    """Show a value with its unit; `in_brackets` where brackets stand around it."""
    unit = unit_of(reading, code) if isinstance(fact, Fraction) else ""
    return with_unit(show(reading, code, fact), unit, in_brackets=in_brackets)


def show_plain(reading: Reading, fact: Fact, unit: str = "") -> str:
    """Show a value that has no code of its own, such as a sub-expression's; money with cents."""
    if isinstance(fact, Fraction):
        return show_number(fact, Format(least=least_decimals(unit)), reading.language)
    if isinstance(fact, bool):
        return reading.say("true" if fact else "false")
    if isinstance(fact, date):
        return show_date(fact, reading.language)
    return f'"{_cut(fact)}"' if isinstance(fact, str) else describe_non_value(reading, fact)


def show_unrounded(reading: Reading, number: Fraction, decimals: int, *, grouping: bool) -> str:
    """Show a value before rounding, with two decimals more than it keeps; `…` if it goes on."""
    shown, finite = max(decimals + CENTS, _FEWEST_UNENDING), count_finite_decimals(number)
    if finite is not None and finite <= shown:
        return show_number(number, Format(None, grouping), reading.language)
    return show_number(number, Format(shown, grouping), reading.language) + "…"


def say_points(reading: Reading, shown: str) -> str:
    """Write how many percentage points, `shown`, two percentages differ."""
    return reading.say("points_1" if shown == "1" else "points", points=shown)


def show_declared(reading: Reading, code: str, written: Any, *, is_padded: bool = True) -> str:
    """Show what a report declares, a number with the decimals that it was written with.

    Those at least that other numbers of the code have, unless `is_padded` is false.
    """
    if isinstance(written, str):
        number = read_number(written)
        if number is None:
            return written
        shape = shape_of(reading, code)
        decimals = max(count_decimals(written), shape.least if is_padded else 0)
        return show_number(number, Format(decimals, shape.grouping), reading.language)
    fact = fact_of(written)
    if isinstance(fact, bool):
        return show_fact(fact, Format(), reading.language)  # as what a rule comes to is shown
    return show(reading, code, fact) if isinstance(fact, str) else show_plain(reading, fact)


def show_reported(reading: Reading, code: str) -> str:
    """Show what the report declares for a field, with its unit."""
    written = written_of(reading, code)
    if isinstance(written, list):
        return reading.say_count("rows_count", len(written))
    unit = unit_of(reading, code) if isinstance(written, str) else ""
    return with_unit(show_declared(reading, code, written), unit)


def show_in_table(reading: Reading, code: str, written: Any) -> str:
    """Show what the report states, in a table: a text whole, and without quotes."""
    if isinstance(written, dict) and "text" in written:
        return name_choice(reading, code, str(written["text"]))
    return show_reported(reading, code)


def describe_non_value(reading: Reading, fact: Fact) -> str:
    """Say which kind of non-value something is, and what causes it."""
    match fact:
        case Missing(codes):
            # a trail has them as texts are sorted, in which row 10 comes before row 2
            named = ", ".join(map(mark_code, sorted(codes, key=cut_code)))
            return reading.say_count("gap_missing", len(codes), codes=named)
        case NotApplicable(code):
            return reading.say("gap_not_applicable", code=mark_code(code))
        case NotEncoded():
            return reading.say("gap_not_encoded", why=fact.why)
        case ErrorValue("no_case", of) if of in reading.document["parameters"]:
            return reading.say("gap_not_in_force", of=of)
        case ErrorValue("no_case", of) if of not in reading.steps:
            return reading.say("gap_no_answer", of=of)  # a scale or a table
        case ErrorValue(cause, of):
            return reading.say(f"gap_{cause}", of=of.replace(" * ", " · "))
        case _:
            raise TypeError("a value is no non-value")


def say_sentence(reading: Reading, step: Step) -> str:
    """Write a step's sentence in the reader's language, where its author did, else as it was said.

    Where it has a gap, the reason stands in its place.
    """
    said, template, facts, shown = _find_sentence(reading, step)
    gaps = {
        name: reading.say("inside", gap=describe_non_value(reading, fact))
        for name, fact in facts.items()
        if is_non_value(fact)
    }
    return fill_template(template, {**shown, **gaps}) if gaps and template else said


def _find_sentence(
    reading: Reading, step: Step
) -> tuple[str, Template | None, dict[str, Fact], dict[str, str]]:
    """Return a step's sentence, its template, and of each name the fact and how it is shown."""
    message, told = step["message"], reading.wording.sentences.get(step["id"])
    if told is not None:
        facts = {argument.name: argument.fact for argument in told.arguments}
        texts = {argument.name: argument.text for argument in told.arguments}
        return told.text, told.sentence.templates[reading.language], facts, texts
    arguments = message["arguments"].items()
    facts = {name: fact_of(argument["value"]) for name, argument in arguments}
    texts = {name: str(argument["text"]) for name, argument in arguments}
    return str(message["text"]), parse_template(message["template"]), facts, texts


def language_of_sentence(reading: Reading, step: Step) -> str:
    """Return the language that a step's sentence is written in here."""
    is_told = step["id"] in reading.wording.sentences
    return reading.language if is_told else str(reading.document["rulebook"]["locale"])


def name_code(reading: Reading, code: str) -> str:
    """Write a code with what the form calls it."""
    label = label_of(reading, code)
    over, row, _ = cut_code(code)
    if row:
        named = name_row(reading, over, row)
        label = f"{label}, {named}" if label else named
    return f"{mark_code(code)} ({label})" if label else mark_code(code)


def title_of(reading: Reading, code: str) -> str:
    """Write what an entry is called, its code beside."""
    label = label_of(reading, code)
    over, row, _ = cut_code(code)
    if row:
        named = name_row(reading, over, row)
        label = f"{label}, {named}" if label else named
    return f"{label} ({mark_code(code)})" if label else mark_code(code)


def name_outcome(reading: Reading, code: str, outcome: str) -> str:
    """Write an outcome as its author calls it, its code beside where that is another word.

    Of sections and checks, and of what is not settled, the words are ours.
    """
    kind = reading.steps[code]["kind"] if code in reading.steps else ""
    if outcome in _UNSETTLED or kind in ("section", "check", "message"):
        return reading.say(outcome)
    label = reading.wording.outcomes.get((code, outcome), "") or _label_in(reading, code, outcome)
    words = outcome.replace("_", " ")
    return f"{label} ({outcome})" if label and label.lower() != words else label or words


def _label_in(reading: Reading, code: str, outcome: str) -> str:
    """Return the label of an outcome that the trail itself holds, as those of language 2 do."""
    cases = reading.steps[code].get("cases", ()) if code in reading.steps else ()
    own = (case for case in cases if case.get("outcome") == outcome)
    return next((str(case["label"]) for case in own if "label" in case), "")


def quote_text(reading: Reading, code: str, text: str) -> str:
    """Write the text that a code holds, in quotes: outcomes and choices as they are called."""
    kind = reading.steps[code]["kind"] if code in reading.steps else "rule"
    name = name_choice if kind == "rule" else name_outcome
    return f'"{_cut(name(reading, code, text))}"'


def name_choice(reading: Reading, code: str, text: str) -> str:
    """Write a text that the form lists as the form calls it, the text itself beside."""
    return show_called(text, _titles_of_choices(reading, code))


def _titles_of_choices(reading: Reading, code: str) -> Mapping[str, str]:
    """Return what the form calls the texts of a field, or of a cell of a row."""
    declared = reading.document["fields"].get(code) or cell_of(reading, code) or {}
    titles: Mapping[str, str] = declared.get("choices", {})
    return titles


def list_sources(entry: Mapping[str, Any]) -> str:
    """Write the sources that an entry cites, by the names that the rulebook gives them."""
    written = entry.get("source", [])
    return written if isinstance(written, str) else ", ".join(written)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
