"""One step derived anew: what it reads, each formula and condition, and what follows from them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ruletrail.verification.dated_lookups import day_of, read_lookup, with_days
from ruletrail.verification.derivations import (
    Accept,
    Beside,
    Facts,
    derive,
    derive_shared,
    parse,
    skip,
)
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
from ruletrail.verification.failures import ABSENT, Failure, compare
from ruletrail.verification.grammar import Parsed, is_code
from ruletrail.verification.lookups import constants_of
from ruletrail.verification.rows import (
    check_list_fields,
    compare_formulas,
    join_rows,
    read_in_rows,
    written_in_report,
)
from ruletrail.verification.sentences import speaks
from ruletrail.verification.signatures import (
    Signature,
    check_rows,
    infer,
    infer_condition,
    join_formulas,
)
from ruletrail.verification.state import Json, State, entry_of

_WORDS = {"section": ("due", "not_due"), "check": ("passed", "failed")}
"""What a step of the kind may come to, beside the words of non-values."""

_NEVER_BESIDE = {"condition": ("cases", "when", "unit"), "not_encoded": ("parts",)}
"""What a step of all rows does not say: of a check what rules have, of no formula its parts."""


def check_step(step: Json, state: State) -> Fact:
    """Derive a step and return its fact; stops at the first difference from what is written."""
    for said, others in _NEVER_BESIDE.items() if step["kind"] == "rows" else ():
        for key in others if said in step else ():
            compare("trail-step", step.get(key, ABSENT), ABSENT, key)
    clauses = [parse(text, state.language) for text in _texts(step)]
    _check_groups(step, clauses, state)
    _check_lookups(step, clauses, state)
    codes, entry = _codes_read(step, clauses, state), entry_of(step["id"])
    for clause in clauses:
        check_rows(clause, step.get("list", ""))
    if "." in entry or state.lists:
        if "all_rows" not in step:
            state.reads[entry] = codes
        codes = read_in_rows(step, clauses, state)
    else:
        state.reads[entry] = codes
    compare("trail-step", step["reads"], {code: state.write_read(code) for code in codes}, "reads")
    if "row" in step:
        compare_formulas(step, state.first_steps[entry])
    signature = _type_step(step, state)
    deriver = _Deriver(step, {code: state.read(code)[0] for code in codes}, state)
    fact = deriver.conclude()
    word = name_kind(fact) if step["kind"] in ("rule", "rows") else _word(fact)
    compare("trail-step", step["outcome"], word, "outcome")
    compare("trail-step", step["value"], write_fact(fact), "value")
    _check_claims(step, state)
    if ("message" in step) != deriver.spoken:
        raise Failure("trail-sentence-lost" if deriver.spoken else "trail-sentence-unfounded")
    # a check of rows is read by nobody; of a rule of rows the first step says what it is
    if "list" not in step or (step["kind"] == "rows" and "condition" not in step):
        state.signatures[entry] = signature
    return fact


def _clauses(step: Json) -> list[Json]:
    """List what may hold a formula or a condition, in the order of evaluation."""
    cases = [each for case in step.get("cases", []) for each in (case, case.get("then", {}))]
    return [step.get("when", {}), step, *cases]


def _texts(step: Json) -> list[str]:
    clauses = _clauses(step)
    return [clause[key] for clause in clauses for key in ("formula", "condition") if key in clause]


def _codes_read(step: Json, clauses: list[Parsed], state: State) -> list[str]:
    groups = step.get("groups", {})
    codes = [step["part_of"]] if "part_of" in step else []
    # each name once, so that a group is written out once, however many cases name it
    for name in dict.fromkeys(name for clause in clauses for name in clause.names):
        codes += with_days(groups.get(name, constants_of(step, name)), state)
        codes += day_of(step, name)
    return list(dict.fromkeys(codes))


def _check_lookups(step: Json, clauses: list[Parsed], state: State) -> None:
    """Stop at a scale or table that nothing calls, that differs between steps, that is none."""
    used = {name for clause in clauses for name in clause.names}
    for kind in ("scales", "tables"):
        for name, written in step.get(kind, {}).items():
            is_taken = (
                name in state.kinds
                or name in state.parameters
                or name in state.document["fields"]
                or name in state.lists
                or name in state.groups
                or name in step.get("groups", {})
            )
            if is_taken or name not in used or not is_code(name, state.language):
                raise Failure("trail-name", code=name)
            known = state.written_lookups.setdefault(name, (kind, written))
            compare("trail-step", kind, known[0], name)
            compare("trail-step", written, known[1], f"{kind}.{name}")
            if name not in state.lookups:
                for basis in (written, *written.get("versions", ())):
                    check_basis(basis, state)
                state.lookups[name] = read_lookup(name, kind, written, state)


def _check_groups(step: Json, clauses: list[Parsed], state: State) -> None:
    """Stop at a group that nothing uses, that differs between steps, or whose name is taken."""
    used = {name for clause in clauses for name in clause.names}
    for name, members in step.get("groups", {}).items():
        taken = name in state.kinds or name in state.parameters or name in state.document["fields"]
        taken = taken or name in state.lists or name in state.lookups
        is_right = (
            is_code(name, state.language)
            and name in used
            and step["groups"].keys().isdisjoint(members)
        )
        if taken or not is_right:
            raise Failure("trail-name", code=name)
        compare("trail-step", members, state.groups.setdefault(name, members), f"groups.{name}")


def _type_step(step: Json, state: State) -> Signature:
    """Stop where kinds or units do not fit; returns what later steps read of this one."""

    def lookup(code: str) -> Signature:
        # of a list without rows nothing is read, and what its formulas name must be there still
        if code not in state.signatures:
            raise Failure("trail-read", code=code)
        return state.signatures[code]

    groups = {name: state.group(name) for name in step.get("groups", {})}
    calls = {
        name: state.lookups[name] for kind in ("scales", "tables") for name in step.get(kind, {})
    }
    for clause in _clauses(step):
        if "condition" in clause:
            infer_condition(parse(clause["condition"], state.language), lookup, groups, calls)
    if step["kind"] not in ("rule", "rows") or "condition" in step:
        words = [case["outcome"] for case in step.get("cases", [])]
        return Signature("text", None, frozenset(_WORDS.get(step["kind"], words)))
    texts = [clause["formula"] for clause in _clauses(step) if "formula" in clause]
    each = [infer(parse(text, state.language), lookup, groups, calls) for text in texts]
    found = join_formulas(step["id"], each, is_whole=len(texts) == _count_formulas(step))
    declared = _field_of(step, state).get("type", found.kind)
    needed = "number" if "rounding" in step else declared
    if found.kind not in (declared, "any") or found.kind not in (needed, "any"):
        raise Failure("trail-types", text=texts[0])
    return Signature(found.kind, step.get("unit"), found.words)


def _count_formulas(step: Json) -> int:
    """Count the formulas of a rule, those that are not encoded too."""
    return 1 + sum("then" in case for case in step.get("cases", []))


def _field_of(step: Json, state: State) -> Json:
    """Return what the form declares under a step's code; empty for nothing."""
    if "list" not in step:
        return dict(state.document["fields"].get(step["id"], {}))
    name = entry_of(step["id"]).partition(".")[2]
    return dict(state.lists[step["list"]]["fields"].get(name, {}))


def _check_claims(step: Json, state: State) -> None:
    """Stop at an unknown source, at cases out of order, at a rule without its field's unit."""
    for basis in [step, *step.get("cases", []), step.get("message", {})]:
        check_basis(basis, state)
    _check_marks([case for case in step.get("cases", []) if "mark" in case])
    unit = _field_of(step, state).get("unit")
    if step["kind"] == "rule" and unit is not None and "unit" not in step:
        compare("trail-step", ABSENT, unit, "unit")


def _check_marks(cases: Sequence[Json]) -> None:
    """Stop at a case that does not stand after the one before: they are one list of one file."""
    places = [_place_of(case["mark"]) for case in cases]
    for at, (before, after) in enumerate(pairwise(places), start=1):
        if before[0] != after[0] or before[1:] >= after[1:]:
            raise Failure("trail-mark", found=cases[at]["mark"], before=cases[at - 1]["mark"])


def _place_of(mark: str) -> tuple[str, int, int]:
    file, line, column = mark.rsplit(":", 2)
    return file, int(line), int(column)


def check_basis(basis: Json, state: State) -> None:
    """Stop at a source that the trail does not describe, or a supposition in what is published."""
    named = basis.get("source", [])
    for source in [named] if isinstance(named, str) else named:
        if source not in state.document["sources"]:
            raise Failure("trail-source", source=source)
    if basis.get("evidence") == "assumed" and state.document["rulebook"]["status"] == "published":
        raise Failure("trail-report", place="evidence", found="assumed")


def _word(fact: Fact) -> str:
    if isinstance(fact, str):
        return fact
    kind = name_kind(fact)
    return "undetermined" if kind == "missing" else kind


def _answer(truth: Fact, when_true: str, when_false: str) -> Fact:
    return truth if isinstance(truth, NonValue) else when_true if truth else when_false


def _accept_parts(clause: Json, place: str) -> Accept:
    """Compare each part of a clause with the written one as soon as it is derived."""
    written = clause["parts"]

    def accept(at: int, part: Json) -> None:
        found = written[at] if at < len(written) else ABSENT
        compare("trail-step", found, part, f"{place}parts[{at}]")

    return accept


def _beside(clause: Json) -> Beside:
    """Give what is written beside a part: a long table is not in the trail, only a row of it."""
    written = clause["parts"]

    def beside(at: int, row: int) -> Json | None:
        part = written[at] if at < len(written) else {}
        rows = part.get("rows")
        if rows is not None:
            part = rows[row - 1] if 0 < row <= len(rows) else {}
        answer: Json | None = part.get("answer")
        return answer

    return beside


def _check_end(clause: Json, parsed: Parsed, place: str) -> None:
    """Stop at a part that the formula does not have."""
    count = len(parsed.parts)
    if len(clause["parts"]) > count:
        compare("trail-step", clause["parts"][count], ABSENT, f"{place}parts[{count}]")


class _Deriver:
    """One step; a method for each kind gives its fact and compares all that it derives.

    `spoken` tells afterwards whether the step shows a sentence.
    """

    def __init__(self, step: Json, facts: Mapping[str, Fact], state: State) -> None:
        self.step, self.state = step, state
        row = step.get("row", 0)
        shared = state.shared[entry_of(step["id"])] if row else None
        groups = step.get("groups", {})
        self.facts = Facts(
            facts.__getitem__, groups, state.lookups, language=state.language, row=row,
            shared=shared,
        )  # fmt: skip
        self.spoken = False

    def clause(self, written: Json, place: str = "", key: str = "condition") -> Fact:
        """Derive a formula or a condition, or take the reason why it is not encoded."""
        if "not_encoded" in written:
            return NonValue("not_encoded", (written["not_encoded"],))
        parsed, accept = parse(written[key], self.state.language), _accept_parts(written, place)
        fact = derive(parsed, self.facts, accept, _beside(written))
        _check_end(written, parsed, place)
        return fact

    def conclude(self) -> Fact:
        """Derive the step according to its kind."""
        kinds = {"rule": self.rule, "decision": self.decision, "section": self.section}
        others = {"check": self.check, "message": self.message, "rows": self.rows}
        return {**kinds, **others}[self.step["kind"]]()

    def rows(self) -> Fact:
        """Derive the aggregates that the rows of an entry share; returns how many rows it has."""
        step, found = self.step, dict[tuple[str, int], Fact]()
        clauses = [
            ("when.", "condition", step.get("when", {})),
            ("", "formula", step),
            ("", "condition", step),
        ]
        self.check_last()
        for at, case in enumerate(step.get("cases", [])):
            compare("trail-step", case.get("value", ABSENT), ABSENT, f"cases[{at}].value")
            clauses.append((f"cases[{at}].", "condition", case))
            clauses.append((f"cases[{at}].then.", "formula", case.get("then", {})))
        for place, key, written in clauses:
            if key in written:
                parsed = parse(written[key], self.state.language)
                shared = derive_shared(
                    parsed, self.facts, _accept_parts(written, place), _beside(written)
                )
                _check_end(written, parsed, place)
                found |= {(parsed.text, at): fact for at, fact in shared.items()}
        self.state.shared[entry_of(step["id"])] = found
        self.state.first_steps[entry_of(step["id"])] = step
        return self.facts.read(step["list"])

    def rule(self) -> Fact:
        step = self.step
        self.check_last()
        truth: Fact = True
        if "when" in step:
            truth = self.clause(step["when"], "when.")
            compare("trail-step", step["when"]["value"], write_fact(truth), "when.value")
        if truth is True:
            unrounded = self.chosen() if "cases" in step else self.clause(step, key="formula")
            fact = self.rounded(unrounded)
        else:
            unsettled = isinstance(truth, NonValue)
            fact = truth if unsettled else NonValue("not_applicable", (step["id"],))
            unrounded = fact
            reason = "when_unsettled" if unsettled else "when_false"
            self.skip(step, reason)
            self.skip_cases(reason)
        self.check_rounding(unrounded)
        self.check_declared(fact, unrounded)
        return fact

    def check_last(self) -> None:
        """Stop where the case for a rule's own formula is not the last, or not the only one."""
        is_base = ["otherwise" in case for case in self.step.get("cases", [])]
        if is_base and is_base != [*[False] * (len(is_base) - 1), True]:
            compare("trail-step", True, ABSENT, "cases[].otherwise")

    def chosen(self) -> Fact:
        """Derive a rule with exceptions: their truths, and the one formula that these choose."""
        step = self.step
        exceptions = step["cases"][:-1]
        truths = [self.clause(case, f"cases[{at}].") for at, case in enumerate(exceptions)]
        for at, truth in enumerate([*truths, settle_otherwise("exclusive", truths)]):
            found = step["cases"][at].get("value", ABSENT)
            compare("trail-step", found, write_fact(truth), f"cases[{at}].value")
        fact = choose_formula(step["id"], truths)
        formulas = [(f"cases[{at}].then.", case["then"]) for at, case in enumerate(exceptions)]
        for at, (place, written) in enumerate([*formulas, ("", step)]):
            if fact == at and not isinstance(fact, NonValue):
                value = self.clause(written, place, "formula")
            else:
                self.skip(written, "not_chosen", place)
        return fact if isinstance(fact, NonValue) else value

    def skip_cases(self, reason: str) -> None:
        """Compare the exceptions of a rule that does not come so far as to judge them."""
        for at, case in enumerate(self.step.get("cases", [])):
            compare("trail-step", case.get("value", ABSENT), ABSENT, f"cases[{at}].value")
            if "otherwise" not in case:
                self.skip(case, reason, f"cases[{at}].", "condition")
                self.skip(case["then"], reason, f"cases[{at}].then.")

    def skip(self, written: Json, reason: str, place: str = "", key: str = "formula") -> None:
        """Compare the parts of a formula that was not evaluated."""
        if key in written:
            parsed = parse(written[key], self.state.language)
            skip(parsed, reason, _accept_parts(written, place))
            _check_end(written, parsed, place)

    def rounded(self, fact: Fact) -> Fact:
        if "rounding" not in self.step or not isinstance(fact, Fraction):
            return fact
        rounding = self.step["rounding"]
        number = round_number(fact, rounding["decimals"], rounding["mode"])
        return NonValue("error", ("limit", self.step["id"])) if is_too_large(number) else number

    def check_rounding(self, unrounded: Fact) -> None:
        if "rounding" in self.step:
            found = self.step["rounding"].get("from", ABSENT)
            before = ABSENT if isinstance(unrounded, NonValue) else write_fact(unrounded)
            compare("trail-step", found, before, "rounding.from")

    def check_declared(self, fact: Fact, unrounded: Fact) -> None:
        code, derived = self.step["id"], ABSENT
        written = written_in_report(code, self.state)
        if written is not None:
            text = written
            if isinstance(written, dict):
                text = written["date" if "date" in written else "text"]
            if isinstance(written, bool):
                text = "true" if written else "false"
            agreement = find_agreement(self.state.reported[code], text, fact, unrounded)
            derived = {"text": text, "value": written, "agreement": agreement}
        compare("trail-step", self.step.get("declared", ABSENT), derived, "declared")

    def decision(self) -> Fact:
        step, cases = self.step, self.step["cases"]
        if "not_encoded" in step:
            return NonValue("not_encoded", (step["not_encoded"],))
        if any("otherwise" in case for case in cases[:-1]):
            compare("trail-step", True, ABSENT, "cases[].otherwise")
        truths: list[Fact] = []
        for at, case in enumerate(cases):
            if "otherwise" in case:
                truth = settle_otherwise(step["policy"], truths)
            else:
                truth = self.clause(case, f"cases[{at}].")
            compare("trail-step", case["value"], write_fact(truth), f"cases[{at}].value")
            truths.append(truth)
        fact = choose(step["id"], step["policy"], cases, truths)
        judged = zip(cases, truths, strict=True)
        # the sentence shown is that of the first case left open which carries the outcome
        carriers = [case for case, at in judged if at is not False and case["outcome"] == fact]
        self.spoken = "sentence" in carriers[0] if carriers else False
        return fact

    def section(self) -> Fact:
        step = self.step
        due = truth = self.clause(step)
        compare("trail-step", step["due"], write_fact(due), "due")
        if "part_of" in step:
            parent = self.facts.read(step["part_of"])
            if self.state.kinds.get(step["part_of"]) != "section":
                raise Failure("trail-read", code=step["part_of"])
            is_due = parent if isinstance(parent, NonValue) else parent == "due"
            truth = join_conditions([is_due, due], settled_by=False)
        self.check_fields()
        fact = _answer(truth, "due", "not_due")
        self.spoken = speaks(step, fact)
        return fact

    def check_fields(self) -> None:
        """Compare a section's fields with the form's and the report's."""
        step, reported = self.step, self.state.reported
        if self.state.lists:
            check_list_fields(step, self.state)
            return
        for code in step["fields"]:
            if code not in self.state.document["fields"]:
                raise Failure("trail-read", code=code)
        if "fields_not_encoded" in step:
            compare("trail-step", step["fields"], [], "fields")
        listed, optional = set(step["fields"]), set(step["optional"])
        known = [code for code in step["optional"] if code in listed]
        compare("trail-step", step["optional"], known, "optional")
        needed = [code for code in step["fields"] if code not in optional]
        empty = [code for code in needed if code not in reported]
        compare("trail-step", step["empty"], empty, "empty")
        filled = [code for code in step["fields"] if code in reported]
        compare("trail-step", step["filled"], filled, "filled")

    def check(self) -> Fact:
        if "all_rows" in self.step:
            return join_rows(self.step, self.facts.read, self.state)
        fact = _answer(self.clause(self.step), "passed", "failed")
        self.spoken = speaks(self.step, fact)
        return fact

    def message(self) -> Fact:
        fact = _answer(self.clause(self.step), "shown", "not_shown")
        if fact == "shown" and "text_not_encoded" in self.step:
            fact = NonValue("not_encoded", (self.step["text_not_encoded"],))
        self.spoken = speaks(self.step, fact)
        return fact


def choose_formula(code: str, truths: Sequence[Fact]) -> int | NonValue:
    """Choose the place of the only exception that is true, or the one after the last.

    Two are a conflict; where none or one is true, one that has no truth leaves it open.
    """
    true = [at for at, truth in enumerate(truths) if truth is True]
    if len(true) > 1:
        return NonValue("error", ("conflict", code))
    worst = find_worst(truths)
    return worst if worst is not None else [*true, len(truths)][0]


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
