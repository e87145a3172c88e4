"""What a rulebook answers for a report (sections 9 to 16)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from .documents import KINDS, Report, Rulebook, written_out
from .formulas import Reading, codes_read, junction, skipped
from .grammar import parse
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
        self.groups = rulebook.entries("groups")
        self.parameters = {
            code: _parameter(entry["value"])
            for code, entry in rulebook.entries("parameters").items()
        }
        self.entries = {
            code: (kind, entry)
            for kind in KINDS
            for code, entry in written_out(rulebook.entries(kind))
        }
        self.reads = {code: list(self._reads(code)) for code in self.entries}
        self.order = self._order()

    def codes(self, kind: str) -> list[str]:
        """Return the codes of one kind, in the order of steps."""
        return [code for code in self.order if self.entries[code][0] == kind]

    def _reads(self, code: str) -> Iterator[str]:
        """List what a step reads, in reading order (section 9.5)."""
        kind, entry = self.entries[code]
        if kind == "sections" and "part_of" in entry:
            yield entry["part_of"]
        for clause in clauses(kind, entry):
            yield from codes_read(parse(clause).tree, self.groups)

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
    if kind == "decisions":
        found = [case.get("when") for case in entry.get("cases", [])]
    else:
        found = [entry.get(key) for key in ("when", "formula", "due", "expect")]
    for clause in found:
        if clause is not None and not isinstance(clause, dict):
            yield formula_text(clause)


def formula_text(clause: object) -> str:
    """Return a formula's text, also where it stands as a number or boolean of YAML."""
    if isinstance(clause, bool):
        return "true" if clause else "false"
    return clause.text if isinstance(clause, Num) else clause


def _parameter(value: object) -> Value:
    """Return the value of a parameter."""
    if isinstance(value, Num):
        return value.value
    return composed(value) if isinstance(value, str) else value


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
        self.report = {
            code: composed(value) if isinstance(value, str) else value
            for code, value in report.items()
        }
        self.as_needed = as_needed
        self.facts: dict[str, Value] = dict(oracle.parameters)
        for code in oracle.rulebook.fields:
            self.facts[code] = Missing(frozenset([code]))
        for code, value in self.report.items():
            self.facts[code] = value.value if isinstance(value, Num) else value
        self.answered = Answer()
        self.shown: dict[str, dict] = {}
        self.bad = self.open = False

    def run(self) -> Answer:
        """Conclude every step, then the result."""
        answer = self.answered
        for code in self.oracle.order:
            kind, entry = self.oracle.entries[code]
            step = {"id": code, "kind": kind[:-1]}
            getattr(self, f"_{kind}")(code, entry, step)
            answer.steps.append(step)
        answer.status = "invalid" if self.bad else "incomplete" if self.open else "complete"
        answer.missing = sorted(set(answer.missing))
        answer.facts = self.facts
        showing = Showing(self.oracle.rulebook, self.facts, self.report)
        for code in self.oracle.entries:
            if code in self.shown:
                text = sentence(self.shown[code], showing)
                answer.messages.append({"step": code, "text": text})
        return answer

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
        return Reading(parse(formula_text(clause)), self.facts, self.oracle.groups)

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
        if not is_gap(value):
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
        if truth is True:
            clause = entry.get("formula", {"not_encoded": entry.get("not_encoded")})
            return self._clause(clause, step)
        if "formula" in entry:
            tree = parse(formula_text(entry["formula"])).tree
            reason = "when_false" if truth is False else "when_unsettled"
            step["parts"] = list(skipped(tree, reason))
        return NotApplicable(code) if truth is False else truth

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
        fields = entry.get("fields", [])
        if "fields" in entry:
            step["filled"] = [name for name in fields if name in self.report]
            step["empty"] = [n for n in fields if n not in self.report and n not in optional]
            if value == "due" and step["empty"]:
                self.open = True
                self.answered.missing.extend(step["empty"])
        if "not_encoded" in entry and value == "due":
            self.open = True
            reason = composed(entry["not_encoded"])
            self.answered.not_encoded.append({"step": code, "why": reason})
        if not is_gap(value) and value in entry.get("message", {}):
            self.shown[code] = entry["message"][value]

    def _checks(self, code: str, entry: dict, step: dict) -> None:
        """Conclude a check (section 12)."""
        clause = entry.get("expect", {"not_encoded": entry.get("not_encoded")})
        truth = self._clause(clause, step)
        value = truth if is_gap(truth) else ("passed" if truth else "failed")
        severe = entry.get("severity", "error") == "error"
        self._conclude(code, value, step, counts=severe)
        self.answered.checks[code] = word(value)
        self.bad = self.bad or (severe and value == "failed")
        if value == "failed" and "message" in entry:
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
