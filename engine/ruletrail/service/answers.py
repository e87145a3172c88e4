"""An evaluation as the JSON of its answer, numbers as texts, as the trail's result has them."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ruletrail.answers import Evaluation
from ruletrail.values import ExactValue, write_number

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
JsonValue = str | bool | dict[str, str]


def write_answer(evaluation: Evaluation, digest: str, trail: str = "") -> bytes:
    """Write an answer; a trail stands in it as the bytes that it is."""
    sentences = evaluation.sentences
    answer = {
        "status": evaluation.status,
        "values": {code: write_value(value) for code, value in evaluation.values.items()},
        **({"lists": _write_lists(evaluation)} if evaluation.has_lists else {}),
        "decisions": evaluation.decisions,
        "sections": evaluation.sections,
        "checks": evaluation.checks,
        "messages": [{"step": step, "text": text} for step, text in sentences],
        "missing": evaluation.missing,
        "rulebook": evaluation.reference,
        "digest": digest,
    }
    text = _write(answer)
    if trail:
        text = f'{text[:-1]},"trail":{trail}}}'
    return text.encode("utf-8", "replace")


def _write_lists(evaluation: Evaluation) -> dict[str, list[dict[str, JsonValue]]]:
    return {
        code: [{name: write_value(value) for name, value in row.items()} for row in rows]
        for code, rows in evaluation.lists.items()
    }


def write_value(value: ExactValue) -> JsonValue:
    """Write a value as the trail does: a number as its text, a text as an object of one key."""
    match value:
        case bool():
            return value
        case Decimal():
            return format(value, "f")
        case Fraction():
            return write_number(value)
        case date():
            return {"date": value.isoformat()}
        case _:
            return {"text": str(value)}
