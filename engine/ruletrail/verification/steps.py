"""One step derived anew: what it reads, each formula and condition, and what follows from them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ruletrail.verification.derivations import derive, parse, skip
from ruletrail.verification.facts import (
    Fact,
    NonValue,
    count_decimals,
    find_worst,
    is_too_large,
    join_conditions,
    name_kind,
    round_number,
    write_fact,
)
from ruletrail.verification.grammar import Parsed
from ruletrail.verification.sentences import speaks
from ruletrail.verification.state import ABSENT, Failure, Json, State, compare


def check_step(step: Json, state: State) -> Fact:
    """Derive a step and return its fact; stops at the first difference from what is written."""
    clauses = [parse(text) for text in _texts(step)]
    _check_groups(step, clauses, state)
    codes = state.reads[step["id"]] = _codes_read(step, clauses)
    read = {code: state.read(code) for code in codes}
    reads = {code: {"value": write_fact(fact), "from": of} for code, (fact, of) in read.items()}
    compare("trail-step", step["reads"], reads, "reads")
    deriver = _Deriver(step, state, {code: fact for code, (fact, _) in read.items()})
    fact, derived = deriver.conclude()
    word = name_kind(fact) if step["kind"] == "rule" else _word(fact)
    derived |= {"outcome": word, "value": write_fact(fact)}
    compare("trail-step", {key: step[key] for key in sorted(derived) if key in step}, derived)
    _check_claims(step, state)
    if ("message" in step) != deriver.spoken:
        raise Failure("trail-sentence-lost" if deriver.spoken else "trail-sentence-unfounded")
    return fact


def _texts(step: Json) -> list[str]:
    """List the formulas and conditions of a step in the order they are evaluated."""
    clauses = [step.get("when", {}), step, *step.get("cases", [])]
    return [clause[key] for clause in clauses for key in ("formula", "condition") if key in clause]


def _codes_read(step: Json, clauses: list[Parsed]) -> list[str]:
    groups = step.get("groups", {})
    codes = [step["part_of"]] if "part_of" in step else []
    for clause in clauses:
        for name in clause.names:
            codes += groups.get(name, [name])
    return list(dict.fromkeys(codes))


def _check_groups(step: Json, clauses: list[Parsed], state: State) -> None:
    """Stop at a group that nothing uses, that differs between steps, or whose name is taken."""
    used = {name for clause in clauses for name in clause.names}
    for name, members in step.get("groups", {}).items():
        taken = name in state.kinds or name in state.parameters or name in state.document["fields"]
        if taken or name not in used or not step["groups"].keys().isdisjoint(members):
            raise Failure("trail-name", code=name)
        compare("trail-step", members, state.groups.setdefault(name, members), f"groups.{name}")


def _check_claims(step: Json, state: State) -> None:
    """Stop at an unknown source, at parts of no formula, at a rule without its field's unit."""
    clauses = [step, *step.get("cases", [])]
    for basis in [*clauses, step.get("message", {})]:
        check_sources(basis, state)
    for clause in [*clauses, step.get("when", {})]:
        if "not_encoded" in clause and "parts" in clause:
            compare("trail-step", clause["parts"], ABSENT, "parts")
    unit = state.document["fields"].get(step["id"], {}).get("unit")
    if step["kind"] == "rule" and unit is not None and "unit" not in step:
        compare("trail-step", {}, {"unit": unit})


def check_sources(basis: Json, state: State) -> None:
    """Stop at a source that the trail does not describe."""
    named = basis.get("source", [])
    for source in [named] if isinstance(named, str) else named:
        if source not in state.document["sources"]:
            raise Failure("trail-source", source=source)


def _word(fact: Fact) -> str:
    if isinstance(fact, str):
        return fact
    kind = name_kind(fact)
    return "undetermined" if kind == "missing" else kind


def _answer(truth: Fact, when_true: str, when_false: str) -> Fact:
    return truth if isinstance(truth, NonValue) else when_true if truth else when_false


class _Deriver:
    """One step; a method for each kind gives its fact and all that the trail must write of it.

    `spoken` tells afterwards whether the step shows a sentence.
    """

    def __init__(self, step: Json, state: State, facts: Mapping[str, Fact]) -> None:
        self.step, self.state, self.facts = step, state, facts
        self.groups: Mapping[str, list[str]] = step.get("groups", {})
        self.spoken = False

    def clause(self, written: Json, key: str = "condition") -> tuple[Fact, Json]:
        """Derive a formula or a condition, or take the reason why it is not encoded."""
        if "not_encoded" in written:
            return NonValue("not_encoded", (written["not_encoded"],)), {}
        fact, parts = derive(parse(written[key]), self.facts.__getitem__, self.groups)
        if key == "condition" and not isinstance(fact, bool | NonValue):
            raise Failure("trail-types", text=written[key])
        return fact, {"parts": parts}

    def conclude(self) -> tuple[Fact, Json]:
        """Derive the step according to its kind."""
        kinds = {"rule": self.rule, "decision": self.decision, "section": self.section}
        return {**kinds, "check": self.check, "message": self.message}[self.step["kind"]]()

    def rule(self) -> tuple[Fact, Json]:
        step, derived = self.step, {}
        truth: Fact = True
        if "when" in step:
            truth, parts = self.clause(step["when"])
            derived["when"] = {**step["when"], **parts, "value": write_fact(truth)}
        if truth is True:
            unrounded, parts = self.clause(step, "formula")
            fact = self.rounded(unrounded)
        else:
            skipped = NonValue("not_applicable", (step["id"],))
            fact = unrounded = skipped if truth is False else truth
            reason = "when_false" if truth is False else "when_unsettled"
            parts = {"parts": skip(parse(step["formula"]), reason)} if "formula" in step else {}
        derived |= parts
        if "rounding" in step:
            derived["rounding"] = {key: step["rounding"][key] for key in ("mode", "decimals")}
            if not isinstance(unrounded, NonValue):
                derived["rounding"]["from"] = write_fact(unrounded)
        return fact, {**derived, **self.declared(fact, unrounded)}

    def rounded(self, fact: Fact) -> Fact:
        if "rounding" not in self.step or isinstance(fact, NonValue):
            return fact
        if not isinstance(fact, Fraction):
            raise Failure("trail-types", text=self.step["formula"])
        rounding = self.step["rounding"]
        number = round_number(fact, rounding["decimals"], rounding["mode"])
        return NonValue("error", ("limit", self.step["id"])) if is_too_large(number) else number

    def declared(self, fact: Fact, unrounded: Fact) -> Json:
        written = self.state.document["report"]["fields"].get(self.step["id"])
        if written is None:
            compare("trail-step", self.step.get("declared", ABSENT), ABSENT, "declared")
            return {}
        text = written["text"] if isinstance(written, dict) else written
        if isinstance(written, bool):
            text = "true" if written else "false"
        agreement = find_agreement(self.state.reported[self.step["id"]], text, fact, unrounded)
        return {"declared": {"text": text, "value": written, "agreement": agreement}}

    def decision(self) -> tuple[Fact, Json]:
        step, cases = self.step, self.step["cases"]
        if "not_encoded" in step:
            compare("trail-step", cases, [], "cases")
            return NonValue("not_encoded", (step["not_encoded"],)), {}
        if any("otherwise" in case for case in cases[:-1]):
            compare("trail-step", True, ABSENT, "cases[].otherwise")
        clauses = [self.clause(case) for case in cases if "otherwise" not in case]
        truths = [truth for truth, _ in clauses]
        derived = [
            {**case, **parts, "value": write_fact(truth)}
            for case, (truth, parts) in zip(cases, clauses, strict=False)
        ]
        if len(cases) > len(clauses):
            truths.append(settle_otherwise(step["policy"], truths))
            derived.append({**cases[-1], "value": write_fact(truths[-1])})
        fact = choose(step["id"], step["policy"], cases, truths)
        judged = zip(cases, truths, strict=True)
        # the sentence shown is that of the first case left open which carries the outcome
        carriers = [case for case, at in judged if at is not False and case["outcome"] == fact]
        self.spoken = "sentence" in carriers[0] if carriers else False
        return fact, {"cases": derived}

    def section(self) -> tuple[Fact, Json]:
        step, reported = self.step, self.state.reported
        due, parts = self.clause(step)
        truth = due
        if "part_of" in step:
            parent = self.facts[step["part_of"]]
            if self.state.kinds.get(step["part_of"]) != "section":
                raise Failure("trail-read", code=step["part_of"])
            is_due = parent if isinstance(parent, NonValue) else parent == "due"
            truth = join_conditions([is_due, due], settled_by=False)
        for code in step["fields"]:
            if code not in self.state.document["fields"]:
                raise Failure("trail-read", code=code)
        fact = _answer(truth, "due", "not_due")
        self.spoken = speaks(step, fact)
        needless = {*reported, *step["optional"]}
        empty = [code for code in step["fields"] if code not in needless]
        filled = [code for code in step["fields"] if code in reported]
        return fact, {**parts, "due": write_fact(due), "empty": empty, "filled": filled}

    def check(self) -> tuple[Fact, Json]:
        truth, parts = self.clause(self.step)
        fact = _answer(truth, "passed", "failed")
        self.spoken = speaks(self.step, fact)
        return fact, parts

    def message(self) -> tuple[Fact, Json]:
        truth, parts = self.clause(self.step)
        fact = _answer(truth, "shown", "not_shown")
        if fact == "shown" and "text_not_encoded" in self.step:
            fact = NonValue("not_encoded", (self.step["text_not_encoded"],))
        self.spoken = speaks(self.step, fact)
        return fact, parts


def settle_otherwise(policy: str, others: Sequence[Fact]) -> Fact:
    """Return the truth of `otherwise`: with `first` true, else whether all others are false."""
    if policy == "first":
        return True
    any_other = join_conditions(others, settled_by=True)
    return any_other if isinstance(any_other, NonValue) else not any_other


def choose(code: str, policy: str, cases: Sequence[Json], truths: Sequence[Fact]) -> Fact:
    """Choose the outcome among cases, or say why there is none.

    A case that is not false stays open. Without an open case there is no outcome. An open case that
    is not true leaves the outcome in doubt, unless all open cases carry one outcome and one of them
    is true.
    """
    judged = zip(cases, truths, strict=True)
    still_open = [(case["outcome"], truth) for case, truth in judged if truth is not False]
    if not still_open:
        return NonValue("error", ("no_case", code))
    true = [outcome for outcome, truth in still_open if truth is True]
    alike = len({outcome for outcome, _ in still_open}) == 1
    if policy == "exclusive" and len(true) > 1:
        return NonValue("error", ("conflict", code))
    outcome, first = still_open[0]
    if (policy == "first" and first is True) or (true and alike):
        return str(outcome)
    worst = first if policy == "first" else find_worst(truth for _, truth in still_open)
    return worst if worst is not None else NonValue("error", ("conflict", code))


def find_agreement(declared: Any, text: str, fact: Fact, unrounded: Fact) -> str:
    """Say how a declared value, by the decimals it has, agrees with the computed one."""
    if isinstance(fact, NonValue):
        if fact.kind != "not_applicable":
            return "unverified"
        return "blank" if isinstance(declared, Fraction) and declared == 0 else "differs"
    if type(declared) is type(fact) and declared == fact:
        return "equal"
    if isinstance(declared, Fraction) and isinstance(unrounded, Fraction):
        decimals = count_decimals(text)
        for mode, word in (("half_up", "rounded"), ("down", "truncated")):
            if round_number(unrounded, decimals, mode) == declared:
                return word
    return "differs"
