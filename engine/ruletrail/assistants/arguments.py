"""What tools and prompts take: each argument with the JSON Schema that tells it, and its reading.

What an assistant sends is hostile: of a known name, of a known kind, of so many bytes, or refused.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ruletrail.api import check_day
from ruletrail.assistants.settings import LONGEST_WORD
from ruletrail.documents import REPORT_LIMITS
from ruletrail.fast_dataclasses import replace
from ruletrail.formats import LOCALES, Locale
from ruletrail.problems import Mark, ProblemsError, quote, refusal, sort_problems, term
from ruletrail.values import show_large

_MOST_BITS = 256
"""Whole numbers of an object up to this size are read; no report admits larger ones."""


def mark_of(name: str) -> Mark:
    """Mark an argument of a call, which has a name and stands in no line."""
    return Mark("arguments", 1, 1, path=("arguments", name))


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument: a text, one of a few, a day, a truth, or a document as a text or an object."""

    name: str
    says: str
    required: bool = False
    choices: tuple[str, ...] = ()
    is_day: bool = False
    is_truth: bool = False
    is_document: bool = False
    largest: int = LONGEST_WORD
    """Bytes of it in UTF-8."""
    example: str = ""

    def describe(self) -> dict[str, Any]:
        """Write the argument as JSON Schema has it."""
        if self.is_truth:
            return {"type": "boolean", "description": self.says, "default": False}
        schema: dict[str, Any] = {"type": ["string", "object"] if self.is_document else "string"}
        schema["description"] = self.says
        if self.choices:
            return {**schema, "enum": list(self.choices)}
        schema |= {"format": "date"} if self.is_day else {}
        return {**schema, "minLength": 1, "maxLength": self.largest}

    def read(self, value: object) -> str:
        """Return a value as text, no for a truth being none; raises `ProblemsError`."""
        mark = mark_of(self.name)
        if self.is_truth and isinstance(value, bool):
            return "true" if value else ""
        if self.is_document and isinstance(value, dict):
            value = _write_object(value, mark)
        if not isinstance(value, str) or self.is_truth:
            known = "text|object" if self.is_document else "boolean" if self.is_truth else "text"
            details = {
                "text": quote(self.name),
                "found": _name_kind(value),
                "expected": term(known),
            }
            raise refusal("wrong-type", mark, **details)
        if len(value) > self.largest or len(value.encode("utf-8", "replace")) > self.largest:
            raise refusal("document-too-large", mark, limit=str(self.largest))
        if (self.choices and value not in self.choices) or not value:
            expected = ", ".join(map(quote, self.choices or (self.example or "…",)))
            details = {"name": quote(self.name), "text": quote(value), "expected": expected}
            raise refusal("parameter-wrong", mark, **details)
        return _read_day(value, mark) if self.is_day else value


def _read_day(value: str, mark: Mark) -> str:
    try:
        return check_day(value)
    except ProblemsError as error:
        raise ProblemsError(replace(each, mark=mark) for each in error.problems) from error


def _name_kind(value: object) -> str:
    kinds = {
        str: "text",
        bool: "boolean",
        int: "number",
        float: "number",
        list: "array",
        dict: "object",
    }
    return term(kinds.get(type(value), "other"))


def _write_object(document: dict[str, Any], mark: Mark) -> str:
    """Write an object as JSON; one whose numbers were floats on their way here is refused.

    The protocol's reader makes a float of a number with a point, and what was written is lost.
    """
    waiting: list[tuple[object, int]] = [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > REPORT_LIMITS.depth:
            raise refusal("document-too-deep", mark, limit=str(REPORT_LIMITS.depth))
        if isinstance(value, float):
            raise refusal("number-in-object", mark, text=quote(repr(value)))
        if isinstance(value, int) and value.bit_length() > _MOST_BITS:
            raise refusal("number-in-object", mark, text=quote(show_large(value)))
        inner: Iterable[object] = ()
        if isinstance(value, dict):
            inner = value.values()
        elif isinstance(value, list):
            inner = value
        waiting += [(each, depth + 1) for each in inner]
    return json.dumps(document, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of a call as texts, empty where one was left out."""

    given: Mapping[str, str]
    language: Locale
    """Of problems and sentences: the one asked for, else the server's."""
    spoken: Locale | None
    """Of pages: the one asked for, else the rulebook's own."""

    def __getitem__(self, name: str) -> str:
        """Return an argument's text."""
        return self.given.get(name, "")


def read_arguments(
    arguments: Iterable[Argument], given: Mapping[str, object], default: Locale
) -> Asked:
    """Read a call's arguments; all that is wrong with them raises one `ProblemsError`."""
    known = {each.name: each for each in arguments}
    found: dict[str, str] = {}
    problems = [
        problem
        for name in given
        if name not in known
        for problem in _refuse_unknown(str(name), known).problems
    ]
    for name, argument in known.items():
        try:
            # a null says that it is left out, as some clients send it
            if given.get(name) is not None:
                found[name] = argument.read(given[name])
            elif argument.required:
                expected = quote(argument.example or "…")
                raise refusal(
                    "parameter-missing", mark_of(name), name=quote(name), expected=expected
                )
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(sort_problems(problems))
    return Asked(found, *_choose_language(found.get("lang"), default))


def _refuse_unknown(name: str, known: Iterable[str]) -> ProblemsError:
    listed = ", ".join(map(quote, known))
    return refusal(
        "parameter-unknown", mark_of(name), advice="arguments-known", text=quote(name), known=listed
    )


def _choose_language(asked: str | None, default: Locale) -> tuple[Locale, Locale | None]:
    chosen = next((locale for locale in LOCALES if locale == asked), None)
    return chosen or default, chosen
