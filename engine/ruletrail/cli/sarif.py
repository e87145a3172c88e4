"""Problems as SARIF 2.1.0, the form in which code hosts show findings beside the lines."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote as percent_encode

from ruletrail.formats import Locale
from ruletrail.problems import Problem
from ruletrail.versions import ENGINE_NAME, ENGINE_VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def write_sarif(problems: Sequence[Problem], language: Locale) -> str:
    """Write one run with a rule for each code that was found."""
    codes = sorted({problem.code for problem in problems})
    driver = {
        "name": ENGINE_NAME,
        "version": ENGINE_VERSION,
        "rules": [_rule(code, problems, language) for code in codes],
    }
    results = [_result(problem, codes.index(problem.code), language) for problem in problems]
    # columns count code points, as our marks do; SARIF would take UTF-16 units otherwise
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return (
        json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False)
        + "\n"
    )


def _rule(code: str, problems: Sequence[Problem], language: Locale) -> dict[str, Any]:
    first = next(problem for problem in problems if problem.code == code)
    return {
        "id": code,
        "defaultConfiguration": {"level": _LEVELS[first.severity]},
        "help": {"text": first.hint(language)},
        "helpUri": f"docs/problems/{code}.md",
    }


def _result(problem: Problem, index: int, language: Locale) -> dict[str, Any]:
    mark = problem.mark
    region: dict[str, Any] = {"startLine": max(mark.line, 1), "startColumn": max(mark.column, 1)}
    if mark.text:
        region["snippet"] = {"text": mark.text}
    location = {"artifactLocation": {"uri": percent_encode(mark.file, safe="/")}, "region": region}
    return {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": _LEVELS[problem.severity],
        "message": {"text": f"{problem.message(language)}. {problem.hint(language)}"},
        "locations": [{"physicalLocation": location}],
    }
