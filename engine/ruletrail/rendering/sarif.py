"""Problems as SARIF 2.1.0, the form in which code hosts show findings beside the lines.

Sections are those of the standard (OASIS, 2020). A call that finds nothing out is a run all the
same, one that failed: who reads the form gets it whatever happened.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote as percent_encode

from ruletrail.formats import Locale
from ruletrail.problems import Problem
from ruletrail.versions import ENGINE_NAME, ENGINE_VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def to_sarif(problems: Sequence[Problem], language: Locale) -> dict[str, Any]:
    """Return a log of one run, with a rule for each code that was found."""
    codes = sorted({problem.code for problem in problems})
    rules = [_rule(code, problems, language) for code in codes]
    results = [
        {"ruleId": problem.code, "ruleIndex": codes.index(problem.code)}
        | _found(problem, language)
        | {"locations": [_place(problem)]}
        for problem in problems
    ]
    return _log({"tool": _tool(rules), "results": results})


def failure_to_sarif(problems: Iterable[Problem], language: Locale) -> dict[str, Any]:
    """Return a log of one run that failed (3.20.14): why stands among its notifications (3.20.21).

    They have no place: what was asked wrongly, as an option, lies in no file.
    """
    told = [
        {"descriptor": {"id": problem.code}} | _found(problem, language) for problem in problems
    ]
    failed = {"executionSuccessful": False, "toolConfigurationNotifications": told}
    return _log({"tool": _tool([]), "invocations": [failed], "results": []})


def _log(run: dict[str, Any]) -> dict[str, Any]:
    # columns count code points, as our marks do; SARIF would take UTF-16 units otherwise
    runs = [run | {"columnKind": "unicodeCodePoints"}]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}


def _tool(rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {"driver": {"name": ENGINE_NAME, "version": ENGINE_VERSION, "rules": rules}}


def _rule(code: str, problems: Sequence[Problem], language: Locale) -> dict[str, Any]:
    first = next(problem for problem in problems if problem.code == code)
    return {
        "id": code,
        "defaultConfiguration": {"level": _LEVELS[first.severity]},
        # its page has no address: a `helpUri` would have to be one, and absolute (3.49.12)
        "help": {"text": f"{first.hint(language)} (ruletrail help {code})"},
    }


def _found(problem: Problem, language: Locale) -> dict[str, Any]:
    hint = problem.hint(language)
    # two sentences here, which stand apart everywhere else
    text = f"{problem.message(language)}. {hint[:1].upper()}{hint[1:]}"
    return {"level": _LEVELS[problem.severity], "message": {"text": text}}


def _place(problem: Problem) -> dict[str, Any]:
    mark = problem.mark
    region: dict[str, Any] = {"startLine": max(mark.line, 1), "startColumn": max(mark.column, 1)}
    if mark.text:
        region["snippet"] = {"text": mark.text}
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": _locate(mark.file)}, "region": region}
    }
    if problem.pointer:
        # SARIF names a place in such a document by its JSON Pointer; the whole needs no name
        location["logicalLocations"] = [{"fullyQualifiedName": problem.pointer}]
    return location


def _locate(file: str) -> str:
    """Write a file's name as a URI: relative as it is shown, a whole path with its scheme."""
    written = percent_encode(file, safe="/")
    return f"file://{written}" if written.startswith("/") else written
