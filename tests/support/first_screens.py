"""Renders what a reader sees first, of the shipped examples and of small rulebooks."""

import re
from pathlib import Path
from typing import Any

from ruletrail.api import Plan
from ruletrail.rendering import read_wording, render_trail
from support.rulebooks import load_text, rulebook_text, schema_of

Q3 = {"R07_2017": "15000000.00", "R07_2021": "16000000.00"}
"""Spending below the need: Quadro 3 is due, and the printed sentences say the opposite."""


def change(path: Path, folder: Path, **changes: str | None) -> Path:
    """Write a report with some lines changed; None takes a line out."""
    text = path.read_text("utf-8")
    for code, value in changes.items():
        line = "" if value is None else f"  {code}: {value}\n"
        pattern = re.compile(rf"^  {code}: .*\n(?:    .*\n)*", re.MULTILINE)
        text, count = pattern.subn(lambda _, line=line: line, text)
        assert count == 1, code
    changed = folder / "report.yaml"
    changed.write_text(text, "utf-8")
    return changed


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def show(
    plan: Plan, report: Any, language: Any = None, form: str = "text", *, brief: bool = True
) -> str:
    """Render a report's answer with the rulebook at hand, as the command does."""
    evaluation = plan.evaluate(report)
    wording, document = read_wording(evaluation.record, language), evaluation.trail.to_dict()
    return render_trail(document, form, language, wording, brief=brief)


def ask(plan: Plan, printed: tuple[str, ...] = (), **fields: object) -> str:
    """Render the first screen of a small rulebook in one line of text."""
    report: dict[str, Any] = {"fields": fields}
    if printed:
        report["printed"] = {"messages": list(printed)}
    return in_one_line(show(plan, report))


def small(fields: Any, **sections: Any) -> Plan:
    return load_text(rulebook_text(sections), schema_of(fields))
