"""What the rulebooks of the libraries here say of a word: the codes whose titles have it.

Whoever asks for help by a word of a form means what that form calls so. Nothing here knows a form:
the words are those of the rulebooks that are found, and of their reports' schemas.
"""

from collections.abc import Iterator, Mapping

from ruletrail.cli.help_search import Names, name_stem, name_whole
from ruletrail.formats import Locale
from ruletrail.library import find_libraries, list_rulebooks, load_linked, shipped_library
from ruletrail.library.listings import Listing, leave_misplaced, list_answering
from ruletrail.linking import LinkedRulebook
from ruletrail.linking.linked_rulebook import label_of
from ruletrail.problems import ProblemsError

_MOST_RULEBOOKS, _MOST_CODES = 40, 12
"""Rulebooks that are looked through, and codes of one of them that are listed."""
_TEXTS: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "heading": "Nel rulebook {}",
        "more": "… e altri {}",
        "whole": "`ruletrail docs {}` dice tutto ciò che il rulebook dice di loro.",
        "itself": "`ruletrail docs {}` dice che cosa il rulebook chiede e calcola.",
    },
    "en": {
        "heading": "In the rulebook {}",
        "more": "… and {} more",
        "whole": "`ruletrail docs {}` says all that the rulebook says of them.",
        "itself": "`ruletrail docs {}` says what the rulebook asks for and computes.",
    },
}


def find_in_rulebooks(asked: str, language: Locale) -> str:
    """Write what rulebooks call by a word: the rulebook itself, codes, and what has it in a title.

    Titles are as their authors wrote them. Empty where none has the word, nor one of its stem.
    """
    books = list(_list_books())
    # by its code alone what is no word is found
    ways: list[Names | None] = [each for each in (name_whole(asked), name_stem(asked)) if each]
    for names in ways or [None]:
        told = [_tell(listing, _find(asked, names, linked), language) for listing, linked in books]
        if any(told):
            return "\n\n".join(filter(None, told))
    return ""


def _list_books() -> Iterator[tuple[Listing, LinkedRulebook]]:
    """List the rulebooks that answer reports here; one that does not load says nothing."""
    libraries = find_libraries((), shipped_library())
    answering = list_answering(leave_misplaced(list_rulebooks(*libraries)))
    for listing in answering[:_MOST_RULEBOOKS]:
        try:
            yield listing, load_linked(listing.source)
        except ProblemsError:
            continue


def _find(asked: str, names: Names | None, linked: LinkedRulebook) -> dict[str, str] | None:
    """Find the codes that a word is, begins, or is in the title of; None where nothing is.

    Empty, it is the rulebook that is called so.
    """
    titles = {code: label_of(linked, code) for code in _list_codes(linked)}
    codes = {code: title for code, title in titles.items() if _is_code(asked, code)}
    said = {code: title for code, title in titles.items() if names is not None and names(title)}
    found = codes | said
    identity = linked.rulebook.identity
    is_itself = asked.casefold() in (identity.name, f"{identity.name}/{identity.edition}")
    if is_itself or (not found and names is not None and names(linked.rulebook.title)):
        return {}
    return found or None


def _list_codes(linked: LinkedRulebook) -> list[str]:
    named = (linked.schema.fields, linked.schema.lists, linked.schema.cells)
    codes = [code for each in named for code in each]
    return list(dict.fromkeys([*codes, *linked.rulebook.entries, *linked.rulebook.parameters]))


def _is_code(asked: str, code: str) -> bool:
    """Tell a code, or the first part of one: of `R07` those are `R07_2017` and `R07_2021`."""
    wanted, own = asked.casefold(), code.casefold()
    return own == wanted or own.startswith((f"{wanted}_", f"{wanted}."))


def _tell(listing: Listing, found: Mapping[str, str] | None, language: Locale) -> str:
    if found is None:
        return ""
    texts, reference = _TEXTS[language], str(listing.reference.edition_only)
    parts = [f"## {texts['heading'].format(f'`{reference}`')}", listing.title]
    rows = list(found.items())
    if rows:
        parts.append("\n".join(_write_row(*row) for row in rows[:_MOST_CODES]))
    if len(rows) > _MOST_CODES:
        parts.append(texts["more"].format(len(rows) - _MOST_CODES))
    parts.append(texts["whole" if rows else "itself"].format(reference))
    return "\n\n".join(parts)


def _write_row(code: str, title: str) -> str:
    shown = " ".join(title.split()).replace("|", "\\|")
    return f"| {code} | {shown} |"
