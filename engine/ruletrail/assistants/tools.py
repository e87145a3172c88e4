"""Every tool: what it takes, what it gives, what it says of itself, and the function that does it.

The lists that assistants get are written from this table and calls are read by it, so neither can
say what the other does not know. A new tool is a row, a shape and a function.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from ruletrail.assistants import answering, shapes
from ruletrail.assistants.answering import Answer
from ruletrail.assistants.arguments import Argument, Asked
from ruletrail.assistants.desks import Desk
from ruletrail.assistants.settings import (
    LARGEST_LIST,
    LARGEST_REPORT,
    LARGEST_RULEBOOK,
    LARGEST_SCHEMA,
)
from ruletrail.formats import LOCALES
from ruletrail.service.shapes import Shape

REPORT = Argument(
    "report",
    "The report: a text in YAML or JSON with the keys `rulebook`, `subject`, `fields`. An object "
    "is read too, unless it holds numbers with decimals, which only a text keeps exactly.",
    required=True, is_document=True, largest=LARGEST_REPORT,
    example="{rulebook: sociale/2024, fields: {R03: 39301}}",
)  # fmt: skip
CODE = Argument(
    "code", "What to explain: the code of a value, decision, section, check or field.",
    required=True, example="R04",
)  # fmt: skip
RULEBOOK = Argument(
    "rulebook", "The rulebook, as `sociale/2024`, or with its version as `sociale/2024@1.0.0`.",
    required=True, example="sociale/2024",
)  # fmt: skip
AS_OF = Argument("as_of", "The version in force on that day; else the latest.", is_day=True)
NULLS = Argument(
    "nulls", "Whether a null in the report is a problem (`refused`) or a key that is not there.",
    choices=("refused", "absent"),
)  # fmt: skip
TARGET = Argument(
    "target", "What is asked about: the code of a value, decision, section or check; without, the "
    "whole report.", example="livello",
)  # fmt: skip
OUTCOME = Argument(
    "target", "What is asked about: the code of a decision, a section or a check.",
    required=True, example="livello",
)  # fmt: skip
SET = Argument(
    "set", "Other values, as `R03=80000` with commas: the answer with them, beside the report's. "
    "With nothing behind `=` the field is taken away.", largest=LARGEST_LIST, example="R03=80000",
)  # fmt: skip
WANT = Argument(
    "want", "An outcome of the target to bring about: what would have to be moved for it.",
    example="fascia_2",
)  # fmt: skip
VARY = Argument(
    "vary", "The fields that may be moved for `want`, with commas; else all that are read.",
    largest=LARGEST_LIST, example="R03,R05",
)  # fmt: skip
PAIRS = Argument(
    "pairs", "Whether two fields, neither of which changes it alone, are moved together, too.",
    is_truth=True,
)  # fmt: skip
PRECISION = Argument(
    "precision", "Whether the outcome survives what the printed numbers were rounded by.",
    is_truth=True,
)  # fmt: skip
LANG = Argument("lang", "The language of texts: Italian or English.", choices=LOCALES)
ONE = Argument(
    "rulebook", "A rulebook of the libraries, as `sociale/2024`.", example="sociale/2024"
)
TEXT = Argument(
    "text", "In its place: the text of a rulebook, in YAML, which need lie nowhere.",
    largest=LARGEST_RULEBOOK,
)  # fmt: skip
SCHEMA = Argument(
    "schema", "Beside `text`: the JSON Schema of its reports; else the one of the libraries that "
    "the rulebook names is taken.", largest=LARGEST_SCHEMA,
)  # fmt: skip
EXAMPLES = Argument(
    "examples", "Beside `text`: its examples, as a file `EDITION.test.yaml` holds them.",
    largest=LARGEST_RULEBOOK,
)  # fmt: skip
FILE = Argument(
    "file", "In its place: a file of the folder, as `rulebooks/NAME/EDITION.yaml`.",
    example="rulebooks/prova/2025.yaml",
)  # fmt: skip
PROPERTY = Argument(
    "property", "A condition over the rulebook's codes that must hold for every report.",
    example="R04 <= 100",
)  # fmt: skip
WHERE = Argument(
    "file",
    "Where: `rulebooks/NAME/EDITION.yaml`, its examples `rulebooks/NAME/EDITION.test.yaml`, or a "
    "schema below `schemas/`, as `schemas/reports/NAME/EDITION.schema.json`.",
    required=True, example="rulebooks/prova/2025.yaml",
)  # fmt: skip
CONTENT = Argument(
    "content", "The whole text of the file.", required=True, largest=LARGEST_RULEBOOK
)
_OF_REPORT = (REPORT, AS_OF, NULLS, LANG)
_OF_RULEBOOK = (ONE, TEXT, SCHEMA, EXAMPLES, FILE, LANG)


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing that an assistant can do."""

    name: str
    title: str
    says: str
    arguments: tuple[Argument, ...]
    gives: type[Shape]
    act: Callable[[Desk, Asked], Awaitable[Answer]]
    is_writing: bool = False
    """Whether it changes files; then it is there only with a folder to write to."""

    def takes(self, *, has_folder: bool) -> tuple[Argument, ...]:
        """Return its arguments; those that name a file need a folder."""
        return tuple(each for each in self.arguments if has_folder or each is not FILE)

    def describe_input(self, *, has_folder: bool) -> dict[str, Any]:
        """Write the schema of its arguments."""
        taken = self.takes(has_folder=has_folder)
        return {
            "type": "object",
            "properties": {each.name: each.describe() for each in taken},
            "required": [each.name for each in taken if each.required],
            "additionalProperties": False,
        }


TOOLS = (
    Tool(
        "list_rulebooks", "The rulebooks",
        "List the rulebooks that can be asked here: reference, title, status, when each is in "
        "force, and what is wrong with the files of those that do not load.",
        (LANG,), shapes.RulebookList, answering.list_rulebooks),
    Tool(
        "report_schema", "What a report holds",
        "Tell which fields a report of a rulebook has, with type, unit and label, and give the "
        "JSON Schema. Ask before you write a report.",
        (RULEBOOK, AS_OF, LANG), shapes.ReportSchema, answering.report_schema),
    Tool(
        "evaluate", "Evaluate a report",
        "Evaluate a report: what is decided, what is due, what is missing. Numbers come as texts "
        "and are exact. What is missing, does not apply, or is not encoded is told apart and is "
        "never 0 or no: do not fill it in. The trail says why, and its digest names it.",
        _OF_REPORT, shapes.Evaluated, answering.evaluate),
    Tool(
        "explain", "Explain a value",
        "Explain where one value, decision, section, check or field of a report comes from: every "
        "condition and number, the source of the rule and its evidence.",
        (CODE, *_OF_REPORT), shapes.Explained, answering.explain),
    Tool(
        "needed", "What is still to be asked",
        "Tell of a report that is not finished which missing inputs can still change an answer, "
        "which to ask for first, which groups of them may be enough, and which cannot matter any "
        "more. Ask the person for `next`, never make it up; stop where it is `settled`.",
        (TARGET, *_OF_REPORT), shapes.Needed, answering.needed),
    Tool(
        "whatif", "What would change an outcome",
        "Tell how firm an outcome is: of each field the nearest values that change it, by how "
        "much, and the comparison that decides; which fields cannot change it alone, which is "
        "proved; and those that are not settled. `set` compares the answer with other values; "
        "`want` looks for what brings an outcome about. It says what the rules would answer, not "
        "that a report may be changed.",
        (OUTCOME, SET, WANT, VARY, PAIRS, PRECISION, *_OF_REPORT), shapes.WhatIf,
        answering.whatif),
    Tool(
        "check", "Check a rulebook",
        "Find all that is wrong with a rulebook, its schema and its examples: each problem with "
        "its place and a way out. Give one of `rulebook`, `text`, `file`.",
        _OF_RULEBOOK, shapes.Checked, answering.check),
    Tool(
        "test", "Test a rulebook",
        "Run the examples of a rulebook: which fail and why, and what no example shows yet, with "
        "a suggestion. Give one of `rulebook`, `text`, `file`.",
        _OF_RULEBOOK, shapes.Tested, answering.test),
    Tool(
        "prove", "Prove what holds for all reports",
        "Prove, over all reports that the schema and the checks of severity error admit, that no "
        "decision has a gap or an overlap, no case is dead, no error can be reached, no rounding "
        "flips an outcome; or show a report that says otherwise, which `evaluate` takes. "
        "`property` is a condition of your own, as `R04 <= 100`. What is `unsettled` is not "
        "proved. Give one of `rulebook`, `text`, `file`.",
        (PROPERTY, ONE, TEXT, SCHEMA, EXAMPLES, FILE, LANG), shapes.Proofs, answering.prove),
    Tool(
        "write_file", "Write a file",
        "Write a rulebook, its examples or a schema into the folder that the user gave, or "
        "replace it. Files of published versions are never changed.",
        (WHERE, CONTENT, LANG), shapes.Written, answering.write_file, is_writing=True),
)  # fmt: skip


def list_tools(*, has_folder: bool) -> tuple[Tool, ...]:
    """List the tools of a server; those that write are there only with a folder."""
    return tuple(each for each in TOOLS if has_folder or not each.is_writing)
