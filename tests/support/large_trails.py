"""Trails of any size in one shape, written without an engine: to see how long checking takes.

Each function gives a true trail of `size` things: steps, members of a group, cases, texts.
"""

from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
_DIGEST = "sha256:" + "0" * 64
_A = {"A": {"value": "3", "from": "report"}}


def _trail(steps: list[Json], numbers: Mapping[str, str], **result: Any) -> Json:
    """Put steps into a trail whose report states some numbers."""
    values = {step["id"]: step["value"] for step in steps if step["outcome"] == "value"}
    answers = {key: {} for key in ("decisions", "sections", "checks", "declared")}
    lists: Json = {key: [] for key in ("messages", "missing", "not_encoded", "errors")}
    printed = {"matched": 0, "unmatched": []}
    return {
        "trail": 1,
        "engine": {"name": "ruletrail", "version": "0.1.0"},
        "rulebook": {
            "name": "prova", "edition": "2024", "version": "1.0.0", "status": "draft",
            "title": "Prova", "locale": "it", "digest": _DIGEST,
        },
        "sources": {},
        "schema": {"id": "urn:prova", "digest": _DIGEST},
        "report": {"rulebook": "prova/2024", "subject": {}, "fields": dict(numbers)},
        "fields": {code: {"label": code, "type": "number"} for code in numbers},
        "parameters": {},
        "result": {"status": "complete", "values": values, **answers, **lists, "printed": printed,
                   **result},
        "steps": steps,
    }  # fmt: skip


def _step(place: int, kind: str, outcome: str, **more: Any) -> Json:
    value: Any = {"text": outcome}
    step = {"id": f"R{place}", "kind": kind, "place": place, "label": "x", "outcome": outcome}
    return {**step, "value": value, "reads": {}, "mark": "prova.yaml:1:1", **more}


def _rule(
    place: int, formula: str, value: str, parts: list[Json], reads: Json, **more: Any
) -> Json:
    about = {"formula": formula, "value": value, "parts": parts, "reads": reads}
    return _step(place, "rule", "value", **about, **more)


def _part(start: int, end: int, value: Any) -> Json:
    return {"span": [start, end], "value": value}


def of_steps(size: int) -> Json:
    """Make many small rules, each of the same fields."""
    parts = [_part(0, 5, "4")]
    return _trail([_rule(at, "A + 1", "4", parts, _A) for at in range(size)], {"A": "3"})


def of_a_chain(size: int) -> Json:
    """Make rules that each read the one before, written in the rulebook from the last one on."""
    steps = [_rule(size - 1, "A", "3", [], _A)]
    for at in range(1, size):
        before = f"R{size - at}"
        reads = {before: {"value": "3", "from": "rule"}}
        steps.append(
            _rule(size - 1 - at, f"{before} + 0", "3", [_part(0, len(before) + 4, "3")], reads)
        )
    return _trail(steps, {"A": "3"})


def of_full_formulas(size: int) -> Json:
    """Make rules whose formulas are as long as they may be, an eighth as many."""
    formula = "sum(" + ", ".join(["A + 1"] * 61) + ")"
    parts = [_part(4 + 7 * at, 9 + 7 * at, "4") for at in range(61)]
    parts.append(_part(0, len(formula), "244"))
    count = max(size // 8, 1)
    return _trail([_rule(at, formula, "244", parts, _A) for at in range(count)], {"A": "3"})


def of_reads(size: int) -> Json:
    """Make rules that each read all before them; as many reads as asked for, in all."""
    count = int((2 * size) ** 0.5)
    steps = [_rule(count - 1, "0", "0", [], {})]
    for at in range(1, count):
        earlier = [f"R{count - 1 - other}" for other in range(at)]
        reads = {code: {"value": "0", "from": "rule"} for code in earlier}
        name, place = f"g{at}", count - 1 - at
        parts = [_part(0, len(name) + 5, "0")]
        steps.append(_rule(place, f"sum({name})", "0", parts, reads, groups={name: earlier}))
    return _trail(steps, {"A": "3"})


def of_group_and_cases(size: int) -> Json:
    """Make a decision of many cases, each over one large group."""
    fields = {f"F{at}": "1" for at in range(size)}
    cases = []
    for at in range(size):
        text = f"sum(g, {at}) < 0"
        parts = [_part(0, len(text) - 4, str(size + at)), _part(0, len(text), value=False)]
        case = {"outcome": "a", "value": False, "condition": text, "parts": parts}
        cases.append({**case, "mark": f"prova.yaml:{at + 1}:1"})
    last = {"outcome": "b", "value": True, "otherwise": True}
    cases.append({**last, "mark": f"prova.yaml:{size + 1}:1"})
    reads = {code: {"value": "1", "from": "report"} for code in fields}
    about = {"policy": "first", "cases": cases, "groups": {"g": list(fields)}, "reads": reads}
    step = _step(0, "decision", "b", **about)
    return _trail([step], fields, decisions={"R0": "b"})


def of_missing_members(size: int) -> Json:
    """Make a sum over a group that is missing, with a part upon a part."""
    codes = sorted(f"F{at}" for at in range(size))
    gap = {"missing": codes}
    formula = "sum(g)" + "+1" * 20
    parts = [_part(0, 6 + 2 * at, gap) for at in range(21)]
    reads = {code: {"value": {"missing": [code]}, "from": "report"} for code in codes}
    rule = _rule(0, formula, "", parts, reads, groups={"g": codes})
    trail = _trail([{**rule, "value": gap, "outcome": "missing"}], {})
    trail["fields"] = {code: {"label": code, "type": "number"} for code in codes}
    trail["result"] |= {"missing": codes, "status": "incomplete"}
    return trail


def of_sections(size: int) -> Json:
    """Make many sections beside many fields."""
    about = {
        "condition": "true", "parts": [], "due": True, "fields": ["F0"], "optional": [],
        "empty": [], "filled": ["F0"], "sentences": [],
    }  # fmt: skip
    steps = [_step(at, "section", "due", **about) for at in range(size)]
    fields = {f"F{at}": "1" for at in range(size)}
    return _trail(steps, fields, sections={step["id"]: "due" for step in steps})


def of_sentences(size: int) -> Json:
    """Make many sentences, beside a paper that has none of them."""
    return _saying([f"a{at} b" for at in range(size)], "a a a a " * size)


def of_sentences_in_words(size: int) -> Json:
    """Make sentences that the paper has at every place, a letter beside each."""
    texts = ["a" * (at % 9 + 3) if at % 2 else "aa-" * (at % 50) + "a" for at in range(size)]
    times = min(50 * size, 8_000)  # as much paper as a report may have
    return _saying(texts, "aa-" * times + "a" * times)


def _saying(texts: list[str], paper: str) -> Json:
    steps = []
    for at, text in enumerate(texts):
        said = {"language": "it", "template": text, "arguments": {}, "text": text}
        steps.append(_step(at, "message", "shown", condition="true", parts=[], message=said))
    messages = [{"step": step["id"], "text": step["message"]["text"]} for step in steps]
    printed = {"matched": 0, "unmatched": [paper.strip()]}
    trail = _trail(steps, {"A": "3"}, messages=messages, printed=printed)
    trail["report"]["printed"] = {"messages": [paper]}
    return trail


SHAPES: Mapping[str, Callable[[int], Json]] = {
    "steps": of_steps, "a chain": of_a_chain, "full formulas": of_full_formulas,
    "reads": of_reads, "a group and cases": of_group_and_cases,
    "missing members": of_missing_members, "sections": of_sections, "sentences": of_sentences,
    "sentences in words": of_sentences_in_words,
}  # fmt: skip
