"""The form of one catalogue entry."""

from collections.abc import Mapping
from typing import Literal

from ruletrail.structures import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """How bad a problem is, what it says and what to do, by language."""

    severity: Literal["error", "warning", "info"]
    sentences: Mapping[str, str]
    hints: Mapping[str, str]


def error(it: str, en: str, hint_it: str, hint_en: str) -> Text:
    """Make the entry of an error."""
    return Text("error", {"it": it, "en": en}, {"it": hint_it, "en": hint_en})


def warning(it: str, en: str, hint_it: str, hint_en: str) -> Text:
    """Make the entry of a warning."""
    return Text("warning", {"it": it, "en": en}, {"it": hint_it, "en": hint_en})
