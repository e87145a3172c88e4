"""What a value of our own documents should have been, where its form says it: names, days, lists.

What is written here is always of the form that is asked for, so whoever writes it has no second
problem with it.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from ruletrail.documents.document_shapes import VARIABLE
from ruletrail.normal_forms import normalise_text
from ruletrail.problems import quote, quote_to_write
from ruletrail.schemas.keywords import matches
from ruletrail.suggestions import (
    day_like,
    days_of_either_order,
    days_of_short_year,
    writes_no_day,
)

NAME_FORM = "^[a-z][a-z0-9_-]*$"
EDITION_FORM = "^[A-Za-z0-9][A-Za-z0-9._-]*$"
_QUOTES = "“”„‟«»‘’\"' "
_RANGE = re.compile(r"(?P<first>[0-9]{1,3}) ?(?:\.{2,3}|…|-|–|:) ?(?P<last>[0-9]{1,3})")
_CODE_RANGE = re.compile(
    r"(?P<stem>[A-Za-z][A-Za-z_]{0,40})(?P<low>[0-9]{1,6}) ?(?:\.{2,3}|…|[-‐‑‒–—−:]) ?"
    r"(?P<again>[A-Za-z_]{0,41})(?P<high>[0-9]{1,6})"
)
_MOST_VALUES = 12


def find_form(form: str, written: str) -> tuple[str, dict[str, str]]:
    """Return the hint for a text of another form than is asked for; an empty one where none is."""
    if form == "date" and writes_no_day(written):
        return "not-in-calendar", {}
    if form == "date" and _YEAR.fullmatch(written):
        return "day-of-year", {
            "first": quote(f"{written}-01-01"),
            "last": quote(f"{written}-12-31"),
        }
    if form == "date" and (doubt := doubt_day(written)) is not None:
        return doubt
    repair = _REPAIRS.get(form)
    meant = repair(written) if repair is not None else ""
    if not meant and form == "date" and _is_beyond_years(written):
        return "beyond-years", {}
    if not meant or (form != "date" and not matches(form, meant)):
        return "", {}
    is_reference = form == NAME_FORM and "/" in written
    shown = f'"{meant}"' if form == EDITION_FORM else meant
    return "name-alone" if is_reference else "write-instead", {"instead": quote_to_write(shown)}


def doubt_day(written: str) -> tuple[str, dict[str, str]] | None:
    """Return the hint for a text that may be one of several days, which it names; else None."""
    if years := days_of_short_year(written):
        return "year-in-full", {"days": " / ".join(map(quote, years))}
    if days := days_of_either_order(written):
        return "day-or-month-first", {"first": quote(days[0]), "second": quote(days[1])}
    return None


def plain_edition(text: str) -> str:
    """Write a text without quotes, accents, and signs that no name holds."""
    decomposed = normalise_text(text.strip(_QUOTES), "NFKD")
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"\s+", "_", plain).replace("/", "-").replace("\\", "-").strip("-_")


def plain_name(written: str) -> str:
    """Write a text as the name of a rulebook may be; one with an edition without it."""
    return plain_edition(written.partition("/")[0]).lower()


def _version(written: str) -> str:
    numbers = written.strip(_QUOTES).removeprefix("v").split(".")
    is_short = all(number.isdecimal() for number in numbers)
    return ".".join([*numbers, "0", "0"][:3]) if is_short else ""


def _is_beyond_years(written: str) -> bool:
    """Tell whether a text is a day of no year from 1 to 9999, or the number that counts to one."""
    if _FAR_DAY.fullmatch(written):
        return True
    return bool(_COUNT.fullmatch(written)) and not _FIRST <= int(written) <= _LAST


_FAR_DAY = re.compile(r"-[0-9]{4,}-[0-9]{2}-[0-9]{2}|[+]?[0-9]{5,}-[0-9]{2}-[0-9]{2}")
_COUNT = re.compile(r"-?[0-9]{1,12}")
_FIRST, _LAST = (each.toordinal() - date(1970, 1, 1).toordinal() for each in (date.min, date.max))
"""Days that tables of Arrow and Parquet count from 1970."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"[12][0-9]{3}")

_REPAIRS: Mapping[str, Callable[[str], str]] = {
    NAME_FORM: plain_name,
    EDITION_FORM: plain_edition,
    r"^(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})$": _version,
    "date": day_like,
}


_CHOICES = {
    "draft": "bozza",
    "published": "pubblicato pubblicata",
    "error": "errore bloccante",
    "warning": "avviso attenzione avvertimento",
    "info": "nota informazione",
    "seed": "modulo form visto",
    "quoted": "letto citato fonte read",
    "inferred": "dedotto dedotta derived",
    "assumed": "supposto ipotizzato presunto",
    "half_up": "vicino nearest round",
    "up": "eccesso per_eccesso",
    "down": "difetto per_difetto tronca troncato truncate",
    "law": "legge decreto",
    "step": "gradini a_gradini fasce a_fasce",
    "marginal": "progressiva progressivo marginale",
    "linear": "lineare",
}
"""What authors write, in their own language or as another program does, for values of ours."""


def find_choice(written: str, choices: Collection[str]) -> str:
    """Return the choice that a word of an author's own means; else nothing."""
    word = plain_name(written)
    meant = {choice for choice, words in _CHOICES.items() if word in words.split()}
    return next((each for each in choices if each in meant), "") if meant else ""


def list_range(written: str) -> str:
    """Write the values of a range one by one, in brackets; empty where none is written."""
    match = _RANGE.fullmatch(written.strip())
    if match is None or not int(match["first"]) < int(match["last"]):
        return ""
    return _bracket(int(match["first"]), int(match["last"]))


def list_codes(written: str) -> str:
    """Write the codes of a range one by one, `R03–R05` or `R03-05`; empty where none is written."""
    match = _CODE_RANGE.fullmatch(written.strip())
    if match is None or match["again"] not in ("", match["stem"]):
        return ""
    low, high, width = match["low"], match["high"], len(match["low"])
    numbers = range(int(low), int(high) + 1)
    if width != len(high) or not 1 < len(numbers) <= _MOST_VALUES:
        return ""
    return ", ".join(f"{match['stem']}{number:0{width}}" for number in numbers)


_PAIR = re.compile(
    r"(?:(?:da|from) )?(?P<first>[A-Za-z]\w*)"
    r"(?:[-‐‑‒–—−]| ?(?:\.{2,3}|…|:) ?| (?:a|to|fino a|up to) )(?P<last>[A-Za-z]\w*)"
)
"""Two codes, and what says from one to the other if it is not a part of one."""


def pair_of_codes(written: str) -> tuple[str, ...]:
    """Return the two codes of a range in which all between them are meant; nothing for others."""
    pair = _PAIR.fullmatch(written.strip())
    return (pair["first"], pair["last"]) if pair is not None else ()


def list_count(written: str) -> str:
    """Write the values that a number in the place of a list counts; empty where none is."""
    is_count = re.fullmatch(r"[1-9][0-9]{0,2}", written) is not None
    return _bracket(1, int(written)) if is_count else list_range(written)


def _bracket(first: int, last: int) -> str:
    if last - first >= _MOST_VALUES:
        return ""
    return f"[{', '.join(map(str, range(first, last + 1)))}]"


def name_values(code: str, values: Sequence[str]) -> str:
    """Write a list in the place of `for_each` with the variable that its code has."""
    variables = dict.fromkeys(VARIABLE.findall(code))
    if len(variables) != 1 or not values:
        return ""
    return f"{{{next(iter(variables))}: [{', '.join(values)}]}}"
