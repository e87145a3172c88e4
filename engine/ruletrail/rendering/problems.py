"""Problems for people, with a line, a caret and a hint, and for programs, as JSON."""

from collections import Counter
from collections.abc import Iterable

from ruletrail.formats import Locale
from ruletrail.problems import MOST_PROBLEMS, Problem, make_inert

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
    """Write problems for people: where, what, the line with a caret, and what to do.

    Where a file has as many as are told, there may be more of them.
    """
    told = list(problems)
    of_files = Counter(problem.mark.file for problem in told)
    is_full = any(count >= MOST_PROBLEMS for count in of_files.values())
    return "".join(_write(problem, language) for problem in told) + _FULL[language] * is_full


_FULL = {
    "it": f"Di ogni file si dicono i primi {MOST_PROBLEMS} problemi: se ce ne sono altri, si "
    "vedono quando questi sono corretti.\n",
    "en": f"The first {MOST_PROBLEMS} problems of each file are told: if there are more, they are "
    "seen once these are mended.\n",
}


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
