"""What no example shows, in words of its reader."""

import re
from collections.abc import Mapping
from datetime import date

from ruletrail.examples import Point
from ruletrail.examples.expectations import OTHERWISE
from ruletrail.formats import Format, Locale, show_date, show_number
from ruletrail.rendering.phrases import say
from ruletrail.values import read_number

_SINCE = r"(?: since (?P<since>[0-9]{4}-[0-9]{2}-[0-9]{2}))?"
_BAND = re.compile(r"(?P<begins>from|above) (?P<number>\S+)" + _SINCE)
_DAYS = re.compile(r"from (?P<since>[0-9-]+)")
_ROW = re.compile(r"(?P<row>.*?)" + _SINCE, re.DOTALL)
_LONG_TABLE = re.compile(r"since (?P<since>[0-9-]+)")
_BASE = re.compile(rf"[0-9]+ {OTHERWISE}")
"""The forms that a point's `what` has, of each kind; programs are given them as they are."""

_TEXTS: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "one_dated": "il valore di {}",
        "in_force": "in vigore",
        "on_first_day": "nel suo primo giorno",
        "one_band": "la scala {}",
        "one_row": "la tabella {}",
        "reached": "che risponde",
        "on_threshold": "con il numero proprio sulla soglia",
        "one_rule": "la regola {}",
        "one_case": "il caso {}",
        "one_section": "la sezione {}",
        "one_check": "il controllo {}",
        "one_threshold": "il confronto in {}",
        "value": "con un valore",
        "not_applicable": "che non si applica",
        "true": "vero",
        "false": "falso",
        "with_outcome": "con l'esito «{}»",
        "passed_side": "superato",
        "failed": "non superato",
        "below": "con il primo minore",
        "at": "con i due uguali",
        "above": "con il primo maggiore",
        "inside": "con un valore dell'elenco",
        "outside": "con un valore fuori dall'elenco",
        "equal": "con i due uguali",
        "different": "con i due diversi",
        "band_from": "da {}",
        "band_above": "oltre {}",
        "since": "dal {}",
        "other_keys": "ogni altra chiave",
        "row_where": "riga {} ({})",
        "base": "nessuna eccezione",
    },
    "en": {
        "one_dated": "the value of {}",
        "in_force": "in force",
        "on_first_day": "on its first day",
        "one_band": "the scale {}",
        "one_row": "the table {}",
        "reached": "answering",
        "on_threshold": "with the number on the threshold itself",
        "one_rule": "the rule {}",
        "one_case": "the case {}",
        "one_section": "the section {}",
        "one_check": "the check {}",
        "one_threshold": "the comparison in {}",
        "value": "with a value",
        "not_applicable": "not applying",
        "true": "true",
        "false": "false",
        "with_outcome": "with the outcome “{}”",
        "passed_side": "passed",
        "failed": "failed",
        "below": "with the first one less",
        "at": "with both equal",
        "above": "with the first one greater",
        "inside": "with a value of the list",
        "outside": "with a value outside the list",
        "equal": "with both equal",
        "different": "with the two different",
        "band_from": "from {}",
        "band_above": "above {}",
        "since": "from {} on",
        "other_keys": "any other key",
        "row_where": "row {} ({})",
        "base": "no exception",
    },
}  # fmt: skip


def describe_point(point: Point, language: Locale) -> str:
    """Say in words what no example shows."""
    texts = _TEXTS[language]
    named = texts[f"one_{point.kind}"].format(point.code)
    if point.kind == "section":
        # in the very word that answers show: it agrees with no noun around it
        side = texts["with_outcome"].format(say(point.side, language))
    else:
        side = texts["passed_side" if point.side == "passed" else point.side]
    what = _describe_what(point, language)
    return f"{named}: {what}, {side}" if what else f"{named}, {side}"


def _describe_what(point: Point, language: Locale) -> str:
    """Say which band, row, value, case or comparison of an entry a point is about."""
    texts, what = _TEXTS[language], point.what
    match point.kind:
        case "threshold":
            return f"`{what}`"
        case "band" if (band := _BAND.fullmatch(what)) is not None:
            begins = texts[f"band_{band['begins']}"].format(_number(band["number"], language))
            return begins + _since(band["since"], language)
        case "dated" if (days := _DAYS.fullmatch(what)) is not None:
            return _since(days["since"], language).removeprefix(", ")
        case "row" if (days := _LONG_TABLE.fullmatch(what)) is not None:
            return _since(days["since"], language).removeprefix(", ")
        case "row" if (row := _ROW.fullmatch(what)) is not None:
            at, _, keys = row["row"].partition(" ")
            named = texts["row_where"].format(at, keys) if keys else row["row"]
            named = texts["other_keys"] if row["row"] == OTHERWISE else named
            return named + _since(row["since"], language)
        case "case" if _BASE.fullmatch(what):
            return texts["base"]
        case _:
            return what


def _since(day: str | None, language: Locale) -> str:
    if day is None:
        return ""
    return ", " + _TEXTS[language]["since"].format(show_date(date.fromisoformat(day), language))


def _number(written: str, language: Locale) -> str:
    number = read_number(written)
    return written if number is None else show_number(number, Format(), language)
