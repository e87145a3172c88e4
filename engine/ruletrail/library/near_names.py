"""A reference that names no rulebook: which of those that are there was meant.

Nothing here finds rulebooks; it is given the references of those that a library has.
"""

import re
from collections.abc import Collection, Sequence

from ruletrail.library.named_files import blame_quotes
from ruletrail.problems import Mark, Problem, quote, quote_to_write
from ruletrail.references import Reference, parse_reference
from ruletrail.suggestions import MOST_LISTED, nearest_name, within_printed_quotes

_SHORT_VERSION = re.compile(r"(?P<edition>[^@]+)@v?(?P<version>[0-9]{1,4}(?:\.[0-9]{1,4})?)")

_PARTING = str.maketrans("/\\", "  ")
"""What stands between name and edition, or what people write there."""


def tell_unknown(reference: Reference, known: Collection[Reference], mark: Mark) -> Problem:
    """Return the problem of a reference that none has: the one like it, or those of its name."""
    names = {each.name for each in known}
    name = reference.name if reference.name in names else nearest_name(reference.name, names)
    same = [each for each in known if each.name == name]
    of_edition = [each for each in same if each.edition == reference.edition]
    if not reference.version or not of_edition:
        same = list(dict.fromkeys(each.edition_only for each in same))
    wanted = Reference(name, reference.edition, reference.version if of_edition else "")
    texts = [str(each) for each in same]
    near = str(wanted) if str(wanted) in texts else nearest_name(str(wanted), texts)
    details = {"text": quote(str(reference))}
    if near:
        return Problem("rulebook-unknown", mark, details, near)
    shown = [str(each) for each in of_edition] or texts
    return Problem("rulebook-unknown", mark, {**details, **_list(shown)}, "", _advise(shown))


def tell_no_reference(written: str, known: Sequence[Reference], mark: Mark) -> Problem:
    """Return the problem of a text that is no reference: what it lacks, as far as it is known."""
    details = {"text": quote(written)}
    if parse_reference(within_printed_quotes(written)[0]) is not None:
        return blame_quotes(Problem("reference-form", mark, details), written)
    short = _SHORT_VERSION.fullmatch(written)
    if short is not None:
        edition = parse_reference(short["edition"])
        there = [each.version for each in known if each.edition_only == edition]
        padded = ".".join([*short["version"].split("."), "0", "0"][:3])
        found = [each for each in there if each == padded] or there or [padded]
        details["instead"] = quote_to_write(f"@{found[0]}")
        return Problem("reference-form", mark, details, "", "version-numbers")
    parted = "/".join(written.translate(_PARTING).split()).casefold()
    plain, _, edition_text = parted.partition("/")
    names = {each.name for each in known}
    name = plain if plain in names or edition_text else nearest_name(plain, names)
    same = list(dict.fromkeys(str(each.edition_only) for each in known if each.name == name))
    if f"{plain}/{edition_text}" in same:
        return Problem("reference-form", mark, details, f"{plain}/{edition_text}")
    return Problem("reference-form", mark, {**details, **_list(same)}, "", _advise(same))


def name_bases(written: str, known: Sequence[Reference], own: str) -> tuple[str, dict[str, str]]:
    """Return the hint for what cannot be extended: the versions that can, of that edition or name.

    None is made up: `1.0.0` may never have been. An edition alone, or the path of a file, is one
    of the rulebook's `own` name, if there is one.
    """
    plain = written.partition("@")[0]
    called = [
        each for each in known if each.edition == plain or plain.endswith(f"/{each.edition_only}")
    ]
    if called:
        listed = [str(each) for each in called if each.name == own] or list(map(str, called))
        return _advise(listed), _list(listed)
    name = plain.partition("/")[0]
    same = [str(each) for each in known if str(each.edition_only) == plain]
    if same and "@" not in written:
        return "version-lacks", {"instead": quote_to_write(same[-1])}
    alike = [str(each) for each in known if _letters(str(each)) == _letters(written)]
    alike = alike or [
        str(each) for each in known if _letters(str(each.edition_only)) == _letters(plain)
    ]
    names = {each.name for each in known}
    name = name if name in names else nearest_name(name, names)
    listed = same or alike or [str(each) for each in known if each.name == name]
    return (_advise(listed), _list(listed)) if listed else ("base-of-none", {"base": quote(plain)})


def _letters(text: str) -> str:
    """Return what is left of a reference without its signs, which people write otherwise."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _list(references: Sequence[str]) -> dict[str, str]:
    shown = ", ".join(quote(each) for each in references[:MOST_LISTED])
    return {"known": shown + (" …" if len(references) > MOST_LISTED else "")}


def _advise(references: Sequence[str]) -> str:
    return ("there-are" if len(references) > 1 else "there-is") if references else ""
