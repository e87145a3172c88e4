"""Problems for people, with a line, a caret and a hint, and for programs, as JSON."""

from collections.abc import Iterable

from ruletrail.formats import Locale
from ruletrail.problems import Problem, make_inert

_WIDEST = 160
_SEVERITIES = {
    "it": {"error": "errore", "warning": "avviso", "info": "nota"},
    "en": {"error": "error", "warning": "warning", "info": "info"},
}


def problems_json(problems: Iterable[Problem], language: Locale) -> list[dict[str, str | int]]:
    """Write problems for programs; `pointer`, `field` and `absent` only where there is one."""
    return [
        {
            "code": problem.code,
            "severity": problem.severity,
            "file": problem.mark.file,
            "line": max(problem.mark.line, 1),
            "column": max(problem.mark.column, 1),
            **_where(problem),
            "message": problem.message(language),
            "hint": problem.hint(language),
        }
        for problem in problems
    ]


def _where(problem: Problem) -> dict[str, str]:
    absent = problem.absent or None
    found = {"pointer": problem.pointer, "field": problem.field, "absent": absent}
    return {key: value for key, value in found.items() if value is not None}


def problems_text(problems: Iterable[Problem], language: Locale) -> str:
    """Write problems for people: where, what, the line with a caret, and what to do."""
    return "".join(_write(problem, language) for problem in problems)


def _write(problem: Problem, language: Locale) -> str:
    severity = _SEVERITIES[language][problem.severity]
    mark = problem.mark
    lines = [f"{make_inert(str(mark))}: {severity}: {problem.message(language)} [{problem.code}]"]
    if mark.text.strip() and mark.column <= len(mark.text) + 1:
        start = max(0, mark.column - 1 - _WIDEST // 2) if mark.column > _WIDEST - 20 else 0
        shown = mark.text[start : start + _WIDEST]
        lines += [f"  {make_inert(shown)}", "  " + " " * (mark.column - 1 - start) + "^"]
    lines.append(f"  → {problem.hint(language)}")
    return "\n".join(lines) + "\n"
