"""A table that `batch` wrote, given to another command: told by its columns.

Its bytes say that it is a workbook, or Parquet; only the readers of rows look at what it holds.
"""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from ruletrail.documents.recognising import is_of_answers, wrong_file
from ruletrail.files import is_file
from ruletrail.problems import Problem, ProblemsError

_FORMS = {"door-workbook": "xlsx", "door-parquet": "parquet"}


def name_answers(problems: Iterable[Problem]) -> list[Problem]:
    """Say of answers that they are answers, where a table was not what a command reads."""
    return [
        wrong_file("answers", each.mark.file)
        if each.code == "wrong-file" and each.advice in _FORMS and _holds_answers(each)
        else each
        for each in problems
    ]


def _holds_answers(problem: Problem) -> bool:
    written = problem.mark.file
    if not is_file(Path(written)):
        return False
    from ruletrail.batches.sources import open_source  # noqa: PLC0415 - rare

    try:
        source = open_source(written, _FORMS[problem.advice], BytesIO)
    except ProblemsError:  # an extra is not there, or the file is damaged
        return False
    return is_of_answers(source.header)
