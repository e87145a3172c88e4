"""What a rulebook answers for a report (sections 9 to 16, 23 and 27)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .documents import KINDS, Cell, Report, Rulebook, flat, written_out
from .formulas import (
    Known,
    Reading,
    cell_code,
    codes_read,
    is_left_out,
    junction,
    skipped,
)
from .grammar import parse
from .lookups import Dated, Scale, Table, constant
from .showing import Showing, sentence
from .values import (
    Failure,
    Missing,
    NotApplicable,
    NotEncoded,
    Num,
    Value,
    composed,
    finite_decimals,
    is_gap,
    measured,
    rounded,
    why,
    worst,
    written,
)

WORDS = ((Missing, "undetermined"), (NotApplicable, "not_applicable"), (NotEncoded, "not_encoded"))


@dataclass
class Answer:
    """Everything that an evaluation says, written as in a trail's `result`."""

    status: str = "complete"
    values: dict[str, object] = field(default_factory=dict)
    lists: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)
    messages: list[dict[str, str]] = field(default_factory=list)
    declared: dict[str, list[str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    not_encoded: list[dict[str, str]] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)
    steps: list[dict[str, object]] = field(default_factory=list)
    facts: dict[str, Value] = field(default_factory=dict)
    unrounded: dict[str, Value] = field(default_factory=dict)


class Oracle:
    """A rulebook, ready to answer."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Write the rulebook out and put its steps in order."""
        self.rulebook = rulebook
        self.known = _known(rulebook)
        self.entries = {
            code: (kind, entry)
            for kind in KINDS
            for code, entry in written_out(rulebook.entries(kind))
        }
        self.reads = {code: list(self._reads(code)) for code in self.entries}
        self.order = self._order()

    def codes(self, kind: str, *, of_rows: bool = False) -> list[str]:
        """Return the codes of one kind, in the order of steps; rules of rows only if asked for."""
        codes = [code for code in self.order if self.entries[code][0] == kind]
        return [code for code in codes if kind != "rules" or ("." in code) is of_rows]

    def _reads(self, code: str) -> Iterator[str]:
        """List what a step reads, in reading order (section 9.5)."""
        kind, entry = self.entries[code]
        if kind == "sections" and "part_of" in entry:
            yield entry["part_of"]
        for clause in clauses(kind, entry):
            yield from codes_read(parse(clause).tree, self.known)

    def _order(self) -> list[str]:
        """Return the steps in their order (section 9.5)."""
        found: dict[str, None] = {}

        def add(code: str) -> None:
            if code in found or code not in self.entries:
                return
            for read in self.reads[code]:
                add(read)
            found[code] = None

        for code in self.entries:
            add(code)
        return list(found)

    def answer(self, report: Report, *, as_needed: bool = False) -> Answer:
        """Answer a report; `as_needed`: numbers were declared with the decimals that they need."""
        return _Evaluation(self, report, as_needed=as_needed).run()


def clauses(kind: str, entry: dict) -> Iterator[str]:
    """List the formulas of an entry in reading order, as texts."""
    found = [entry.get(key) for key in ("when", "formula", "due", "expect")]
    for case in entry.get("cases" if kind == "decisions" else "exceptions", []):
        found += [case.get("when"), case.get("formula")]
    for clause in found:
        if clause is not None and not isinstance(clause, dict):
            yield formula_text(clause)


def formula_text(clause: object) -> str:
    """Return a formula's text, also where it stands as a number or boolean of YAML."""
    if isinstance(clause, bool):
        return "true" if clause else "false"
    return clause.text if isinstance(clause, Num) else clause


def _known(rulebook: Rulebook) -> Known:
    """Return what formulas of a rulebook are read with, whatever the report."""
    known = Known({}, rulebook.entries("groups"), rulebook.language)
    for code, entry in rulebook.entries("parameters").items():
        if "values" in entry:
            known.dated[code] = Dated(code, entry.get("day", rulebook.day), entry["values"])
        else:
            known.facts[code] = constant(entry["value"])
    for code, entry in rulebook.entries("tables").items():
        day = entry.get("day", rulebook.day) if "versions" in entry else None
        known.lookups[code] = Table(code, entry, day, rulebook.files)
    for code, entry in rulebook.entries("scales").items():
        scale = Scale(code, entry, None)
        days = {known.dated[read].day for read in scale.reads() if read in known.dated}
        day = entry.get("day", rulebook.day) if "versions" in entry else min(days, default=None)
        known.lookups[code] = Scale(code, entry, day)
    return known


@dataclass
class _Case:
    """A case of a decision, with its truth."""

    truth: Value
    entry: dict
    step: dict


class _Evaluation:
    """One evaluation."""

    def __init__(self, oracle: Oracle, report: Report, *, as_needed: bool) -> None:
        self.oracle = oracle
        self.report: dict[str, Cell] = {
            code: composed(value) if isinstance(value, str) else value
            for code, value in flat(report).items()
        }
        self.as_needed = as_needed
        self.rows = {
            code: len(report[code]) if code in report else None for code in oracle.rulebook.lists
        }
        self.facts: dict[str, Value] = dict(oracle.known.facts)
        self.known = replace(oracle.known, facts=self.facts, rows=self.rows, gathered={})
        self._take()
        self.answered = Answer()
        self.shown: dict[str, dict] = {}
        self.at: int | None = None
        self.bad = self.open = False

    def _take(self) -> None:
        """Take in what fields stand for (sections 1.5 and 27.1)."""
        codes = [*self.oracle.rulebook.fields]
        for name, cells in self.oracle.rulebook.lists.items():
            places = range(1, (self.rows[name] or 0) + 1)
            codes += [f"{name}[{at}].{cell}" for at in places for cell in cells]
        for code in codes:
            self.facts[code] = Missing(frozenset([code]))
        for name, size in self.rows.items():
            if size is not None:
                self.facts[name] = Fraction(size)
        for code, value in self.report.items():
            self.facts[code] = value.value if isinstance(value, Num) else value

    def run(self) -> Answer:
        """Conclude every step, then the result."""
        answer = self.answered
        answer.lists = {
            name: [{} for _ in range(size)] for name, size in self.rows.items() if size is not None
        }
        for code in self.oracle.order:
            kind, entry = self.oracle.entries[code]
            if "." in code:
                self._all_rows(code, kind, entry)
            else:
                self._step(code, kind, entry)
        answer.status = "invalid" if self.bad else "incomplete" if self.open else "complete"
        answer.missing = sorted(set(answer.missing))
        answer.facts = self.facts
        self._sentences()
        return answer

    def _step(self, code: str, kind: str, entry: dict, at: int | None = None) -> None:
        """Conclude a step, perhaps of a row."""
        self.at = at
        code = code if at is None else cell_code(code, at)
        step = {"id": code, "kind": kind[:-1]}
        getattr(self, f"_{kind}")(code, entry, step)
        self.answered.steps.append(step)

    def _all_rows(self, code: str, kind: str, entry: dict) -> None:
        """Conclude an entry of rows: once for each, and a check for all (27.2, 27.7, 27.9)."""
        name, _, cell = code.partition(".")
        size = self.rows[name]
        whole = Missing(frozenset([name])) if size is None else Fraction(size)
        head = {"id": f"{name}[*].{cell}", "kind": "rows", "value": written(whole)}
        self.answered.steps.append(head)
        for at in range(1, (size or 0) + 1):
            self._step(code, kind, entry, at)
        if kind == "rules":
            for at, row in enumerate(self.answered.lists.get(name, []), 1):
                value = self.facts[cell_code(code, at)]
                row.update({} if is_gap(value) else {cell: written(value)})
            return
        codes = [cell_code(code, at) for at in range(1, (size or 0) + 1)]
        truths = [self.answered.checks.pop(row) and self.facts[row] for row in codes]
        kept = [t for at, t in enumerate(truths, 1) if not is_left_out(t, name, at)]
        truth = junction("and", [t if is_gap(t) else t == "passed" for t in kept])
        self.at, step = None, {"id": code, "kind": "check"}
        self._checked(code, whole if is_gap(whole) else truth, entry, step)
        self.answered.steps.append(step)

    def _sentences(self) -> None:
        """Fill the templates of what is shown (section 13.2)."""
        rulebook = self.oracle.rulebook
        for code in self.oracle.entries:
            name, _, cell = code.partition(".")
            rows = range(1, (self.rows[name] or 0) + 1) if cell else [None]
            for at in rows:
                step = code if at is None else cell_code(code, at)
                if step in self.shown:
                    showing = Showing(rulebook, self.known, self.report, at)
                    text = sentence(self.shown[step], showing)
                    self.answered.messages.append({"step": step, "text": text})

    def _clause(self, clause: object, step: dict) -> Value:
        """Evaluate a condition or formula, and note its parts."""
        if isinstance(clause, dict):
            return NotEncoded(frozenset([composed(clause["not_encoded"])]))
        reading = self._reading(clause)
        value = reading.value(reading.formula.tree)
        step["parts"] = reading.parts
        return value

    def _reading(self, clause: object) -> Reading:
        """Begin to read a formula."""
        return Reading(parse(formula_text(clause)), self.known, self.at)

    def _note(self, code: str, value: Value) -> None:
        """Note a step's non-value in the result's lists (section 16.4)."""
        answer = self.answered
        if isinstance(value, Missing):
            answer.missing.extend(value.codes)
        elif isinstance(value, NotEncoded):
            answer.not_encoded.append({"step": code, "why": why(value)})
        elif isinstance(value, Failure):
            answer.errors.append({"step": code, "cause": value.cause, "of": value.of})

    def _conclude(self, code: str, value: Value, step: dict, *, counts: bool = True) -> None:
        """Keep a fact, and what it means for the status (section 16)."""
        self.facts[code] = value
        step["value"] = written(value)
        self._note(code, value)
        self.bad = self.bad or isinstance(value, Failure)
        self.open = self.open or (counts and isinstance(value, Missing | NotEncoded))

    # rules

    def _rules(self, code: str, entry: dict, step: dict) -> None:
        """Conclude a rule (section 9)."""
        declared = self.report.get(code)
        raw = value = self._applied(code, entry, step)
        rounding = entry.get("round")
        if rounding and isinstance(raw, Fraction):
            decimals = int(formula_text(rounding["decimals"]))
            value = measured(rounded(raw, decimals, rounding["mode"]), code)
            step["rounding.from"] = written(raw)
        self._conclude(code, value, step)
        self.answered.unrounded[code] = raw
        if not is_gap(value) and self.at is None:
            self.answered.values[code] = written(value)
        if declared is not None:
            agreement = self._agreement(declared, value, raw)
            step["agreement"] = agreement
            self.answered.declared.setdefault(agreement, []).append(code)
            self.bad = self.bad or agreement == "differs"

    def _applied(self, code: str, entry: dict, step: dict) -> Value:
        """Return a rule's value before rounding."""
        truth: Value = True
        if "when" in entry:
            step["when"] = {}
            truth = self._clause(entry["when"], step["when"])
            step["when"]["value"] = written(truth)
        own = {key: entry[key] for key in ("formula", "not_encoded") if key in entry}
        cases = entry.get("exceptions", [])
        if truth is True and cases:
            return self._excepted(code, own, cases, step)
        if truth is True:
            return self._clause(own.get("formula", own), step)
        reason = "when_false" if truth is False else "when_unsettled"
        self._skip(own, step, reason)
        return NotApplicable(code) if truth is False else truth

    def _skip(self, given: dict, step: dict, reason: str) -> None:
        """Note a formula that is not evaluated."""
        if "formula" in given:
            tree = parse(formula_text(given["formula"])).tree
            step["parts"] = list(skipped(tree, reason))

    def _excepted(self, code: str, own: dict, cases: list[dict], step: dict) -> Value:
        """Choose between a rule's formula and its exceptions (section 23.1)."""
        noted: list[dict] = [{} for _ in cases]
        truths = [self._clause(c["when"], n) for c, n in zip(cases, noted, strict=True)]
        gap = worst(truths)
        chosen = own if True not in truths else cases[truths.index(True)]
        if truths.count(True) > 1:
            chosen, gap = None, Failure("conflict", code)
        for given, note, truth in zip(cases, noted, truths, strict=True):
            note["value"] = written(truth)
            note["then"] = {}
            if given is not chosen or gap is not None:
                self._skip(given, note["then"], "not_chosen")
        other = junction("or", truths)
        own_truth = other if is_gap(other) else not other
        step["cases"] = [*noted, {"otherwise": True, "value": written(own_truth)}]
        if gap is not None or chosen is not own:
            self._skip(own, step, "not_chosen")
        if gap is not None:
            return gap
        target = step if chosen is own else noted[truths.index(True)]["then"]
        return self._clause(chosen.get("formula", chosen), target)

    def _agreement(self, declared: object, value: Value, raw: Value) -> str:
        """Say how a declared value agrees (section 14.1)."""
        stated = declared.value if isinstance(declared, Num) else declared
        numeric = isinstance(declared, Num)
        if isinstance(value, NotApplicable):
            return "blank" if numeric and stated == 0 else "differs"
        if is_gap(value):
            return "unverified"
        if type(stated) is type(value) and stated == value:
            return "equal"
        if not numeric or not isinstance(value, Fraction):
            return "differs"
        decimals = finite_decimals(stated) if self.as_needed else declared.decimals
        if rounded(raw, decimals, "half_up") == stated:
            return "rounded"
        return "truncated" if rounded(raw, decimals, "down") == stated else "differs"

    # decisions

    def _decisions(self, code: str, entry: dict, step: dict) -> None:
        """Conclude a decision (section 10)."""
        if "not_encoded" in entry:
            reason = NotEncoded(frozenset([composed(entry["not_encoded"])]))
            step["cases"] = []
            self._conclude(code, reason, step)
            self.answered.decisions[code] = word(reason)
            return
        first = entry.get("policy") == "first"
        cases: list[_Case] = []
        for case in entry["cases"]:
            noted: dict = {"outcome": case["outcome"]}
            truth = self._truth(case, [other.truth for other in cases], noted, first=first)
            noted["value"] = written(truth)
            cases.append(_Case(truth, case, noted))
        step["cases"] = [case.step for case in cases]
        value = (_first if first else _exclusive)(cases, code)
        self._conclude(code, value, step)
        self.answered.decisions[code] = word(value)
        if isinstance(value, str):
            carrying = [case.entry for case in cases if case.entry["outcome"] == value]
            opened = [
                case.entry
                for case in cases
                if case.truth is not False and case.entry["outcome"] == value
            ]
            if carrying and "message" in opened[0]:
                self.shown[code] = opened[0]["message"]

    def _truth(self, case: dict, others: list[Value], noted: dict, *, first: bool) -> Value:
        """Return the truth of a case."""
        if "otherwise" in case:
            if first or not others:
                return True
            truth = junction("or", others)
            return truth if is_gap(truth) else not truth
        if "not_encoded" in case:
            return self._clause({"not_encoded": case["not_encoded"]}, noted)
        return self._clause(case["when"], noted)

    # sections, checks, messages

    def _sections(self, code: str, entry: dict, step: dict) -> None:
        """Conclude a section (section 11)."""
        own = truth = self._clause(entry["due"], step)
        step["due"] = written(own)
        if "part_of" in entry:
            whole = self.facts[entry["part_of"]]
            truth = junction("and", [whole if is_gap(whole) else whole == "due", own])
        value = truth if is_gap(truth) else ("due" if truth else "not_due")
        self._conclude(code, value, step)
        self.answered.sections[code] = word(value)
        optional = entry.get("optional", [])
        if "fields" in entry:
            step["filled"], step["empty"] = self._demanded(entry["fields"], optional)
            if value == "due" and step["empty"]:
                self.open = True
                self.answered.missing.extend(step["empty"])
        if "not_encoded" in entry and value == "due":
            self.open = True
            reason = composed(entry["not_encoded"])
            self.answered.not_encoded.append({"step": code, "why": reason})
        if not is_gap(value) and value in entry.get("message", {}):
            self.shown[code] = entry["message"][value]

    def _demanded(self, fields: list[str], optional: list[str]) -> tuple[list[str], list[str]]:
        """List what is filled, and what is empty and not optional (sections 11.3 and 27.8)."""
        filled: list[str] = []
        empty: dict[str, None] = {}
        for field_name in fields:
            name, _, cell = field_name.partition(".")
            size = self.rows.get(name, 0)
            if size is None:
                if name not in optional and field_name not in optional:
                    empty[name] = None
                continue
            codes = [cell_code(field_name, at) for at in range(1, size + 1)]
            for code in codes if cell else [name]:
                if code in self.report or (not cell and name in self.rows):
                    filled.append(code)
                elif field_name not in optional:
                    empty[code] = None
        return filled, list(empty)

    def _checks(self, code: str, entry: dict, step: dict) -> None:
        """Conclude a check (section 12)."""
        clause = entry.get("expect", {"not_encoded": entry.get("not_encoded")})
        self._checked(code, self._clause(clause, step), entry, step)

    def _checked(self, code: str, truth: Value, entry: dict, step: dict) -> None:
        """Keep a check's outcome."""
        value = truth if is_gap(truth) else ("passed" if truth else "failed")
        severe = entry.get("severity", "error") == "error"
        self._conclude(code, value, step, counts=severe)
        self.answered.checks[code] = word(value)
        self.bad = self.bad or (severe and value == "failed")
        if value == "failed" and "message" in entry and "." not in code.partition("[")[0]:
            self.shown[code] = entry["message"]

    def _messages(self, code: str, entry: dict, step: dict) -> None:
        """Conclude a message (section 13.2)."""
        clause = entry.get("when", {"not_encoded": entry.get("not_encoded")})
        value = self._clause(clause, step)
        if value is True and "text" not in entry:
            value = NotEncoded(frozenset([composed(entry["not_encoded"])]))
        step["outcome"] = word(value, ("shown", "not_shown"))
        self._note(code, value)
        if value is True:
            self.shown[code] = entry["text"]


def word(value: Value, truths: tuple[str, str] | None = None) -> str:
    """Return the word of an outcome or a non-value (section 10.4)."""
    for kind, name in WORDS:
        if isinstance(value, kind):
            return name
    if isinstance(value, Failure):
        return "error"
    return value if truths is None else truths[0 if value else 1]


def _exclusive(cases: list[_Case], code: str) -> Value:
    """Choose where exactly one case must be true (section 10.1)."""
    opened = [case for case in cases if case.truth is not False]
    true = [case for case in opened if case.truth is True]
    if len(true) > 1:
        return Failure("conflict", code)
    if not opened:
        return Failure("no_case", code)
    if true and len({case.entry["outcome"] for case in opened}) == 1:
        return true[0].entry["outcome"]
    return worst(case.truth for case in opened)


def _first(cases: list[_Case], code: str) -> Value:
    """Choose by the order of the cases (section 10.2)."""
    opened = [case for case in cases if case.truth is not False]
    if not opened:
        return Failure("no_case", code)
    if opened[0].truth is True:
        return opened[0].entry["outcome"]
    outcomes = {case.entry["outcome"] for case in opened}
    if any(case.truth is True for case in opened) and len(outcomes) == 1:
        return opened[0].entry["outcome"]
    return opened[0].truth
