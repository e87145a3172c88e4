"""What the manual says of an everyday word, by its texts: there is no table of words.

The guide and the problems are in both languages, the pages on the language in English only.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from ruletrail.cli.help_texts import ABOUT
from ruletrail.formats import Locale
from ruletrail.suggestions import LONGEST_NAME, plain_word

_MOST_SECTIONS, _MOST_PROBLEMS = 4, 12
_MOST_PARAGRAPHS = 3
"""Of a section."""
_LEAST_STEM, _ENDING = 5, 3
"""Letters that words of one stem share at least, and that one may have beyond them."""
_LETTERS = re.compile(r"[^\W\d_]+")
_MARKED = re.compile(r"`[^`]*`|\]\([^()]*\)")
_ITEM = re.compile(r"(?:[-*]|[0-9]{1,3}\.) ")
_PLURALS = ({"a", "e"}, {"o", "i"}, {"e", "i"})
"""The endings of Italian words, of one and of more."""
_PLACE = re.compile(r"\{[a-z_]+\}")
_TEXTS: Mapping[Locale, Mapping[str, str]] = {
    "it": {"page": "Da `ruletrail help {}`", "english": " (in inglese)", "problems": "Problemi",
           "commands": "Comandi", "code": "`ruletrail help CODICE` spiega come si correggono."},
    "en": {"page": "From `ruletrail help {}`", "english": "", "problems": "Problems",
           "commands": "Commands", "code": "`ruletrail help CODE` explains how they are mended."},
}  # fmt: skip

Names = Callable[[str], bool]
"""Tells whether a text names the word."""


def name_whole(asked: str) -> Names | None:
    """Tell texts that have a word, in the singular or the plural; None of what is no word."""
    word = plain_word(asked)
    if len(word) > LONGEST_NAME or not _LETTERS.fullmatch(word):
        return None
    return lambda text: any(_is_same(each, word) for each in _words_in(text))


def name_as_written(asked: str) -> Names | None:
    """Tell texts that have a word as it is: a key such as `day` is not what `days` are about."""
    word = plain_word(asked)
    if name_whole(asked) is None:
        return None
    return lambda text: word in _words_in(text)


def name_stem(asked: str) -> Names | None:
    """Tell texts that have a word of the same stem: `arrotondare`, `arrotondamento`."""
    word = plain_word(asked)
    stem = word[: max(_LEAST_STEM, len(word) - _ENDING)]
    if not _LEAST_STEM < len(word) <= LONGEST_NAME or not _LETTERS.fullmatch(word):
        return None
    return lambda text: any(each.startswith(stem) for each in _words_in(text))


def find_word(
    asked: str, names: Names, pages: Mapping[str, str], spoken: Locale, language: Locale
) -> str:
    """Write what the pages, the problems and the commands say of a word; empty for nothing.

    `pages` are texts of the manual by name, each in the language in which the word is looked for.
    What is said of them, and all that both languages have, is in the reader's.
    """
    parts = [
        *_write_sections(names, pages, language),
        *_write_problems(names, spoken, language),
        *_write_commands(names, spoken, language),
    ]
    return "\n\n".join([f"# {asked}", *parts]) if parts else ""


def find_headed(
    asked: str, named: tuple[Names, Names], pages: Mapping[str, str], language: Locale
) -> str:
    """Write the sections of the pages that are about a word, as their headings say.

    `named` tells the paragraphs that have the word, and the headings.
    """
    names, heads = named
    found = [each for each in _find_sections(names, pages) if heads(each[1])]
    parts = list(_tell_sections(found, language))
    return "\n\n".join([f"# {asked}", *parts]) if parts else ""


def find_spoken(names: Names, pages: Mapping[str, str], language: Locale) -> str:
    """Write the passages about a word of pages that say all in both languages, in one of them."""
    own = {page: _leave_spoken(text, language) for page, text in pages.items()}
    said = _TEXTS[language]["page"]
    parts = []
    for page, heading, told in _find_sections(names, own)[:_MOST_SECTIONS]:
        head = heading.split(" / ")[language == "en" and " / " in heading]
        parts += [f"## {head}", f"{said.format(page)}:", *told[:_MOST_PARAGRAPHS]]
    return "\n\n".join(parts)


def _leave_spoken(page: str, language: Locale) -> str:
    """Leave of a page its headings and the paragraphs of one language, without the mark of it."""
    parts = (part for part in page.split("\n\n") if part.startswith(("#", f"**{language}** ")))
    return "\n\n".join(part.removeprefix(f"**{language}** ") for part in parts)


def _words_in(text: str) -> list[str]:
    """List the words of a text, without those of its code and the addresses of its links."""
    return _LETTERS.findall(plain_word(_MARKED.sub(" ", text)))


def _is_same(one: str, other: str) -> bool:
    """Tell whether two words are one, in the singular or the plural of either language."""
    one, other = one.removesuffix("s"), other.removesuffix("s")
    # `esempio`, `esempi`
    if (one.endswith("i") and f"{one}o" == other) or (other.endswith("i") and f"{other}o" == one):
        return True
    return one == other or (one[:-1] == other[:-1] and {one[-1:], other[-1:]} in _PLURALS)


def _write_sections(names: Names, pages: Mapping[str, str], language: Locale) -> Iterator[str]:
    found = _find_sections(names, pages)
    # a section that is about it says so in its heading
    found.sort(key=lambda each: not names(each[1]))
    return _tell_sections(found, language)


_Section = tuple[str, str, list[str]]
"""The page, the heading, and the paragraphs that have the word."""


def _find_sections(names: Names, pages: Mapping[str, str]) -> list[_Section]:
    return [
        (page, heading, told)
        for page, text in pages.items()
        for heading, paragraphs in _cut_sections(text)
        if (told := [each for each in paragraphs if names(each)])
    ]


def _tell_sections(found: Sequence[_Section], language: Locale) -> Iterator[str]:
    for page, heading, told in found[:_MOST_SECTIONS]:
        yield f"## {heading}"
        # the guide is in both languages, and its name says in which
        where = "" if page.startswith("guide") else _TEXTS[language]["english"]
        yield f"{_TEXTS[language]['page'].format(page)}{where}:"
        yield from told[:_MOST_PARAGRAPHS]


def _cut_sections(page: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Cut a page at its headings into paragraphs; code is none."""
    heading, paragraphs, fenced = "", [""], False
    for line in page.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
            paragraphs.append("")
        elif not fenced and line.startswith("#"):
            yield heading, paragraphs
            heading, paragraphs = line.lstrip("# "), [""]
        elif not fenced and _ITEM.match(line):
            paragraphs.append(line)
        elif not fenced and line.strip():
            paragraphs[-1] = f"{paragraphs[-1]}\n{line}".strip("\n")
        elif not fenced:
            paragraphs.append("")
    yield heading, paragraphs


def _write_problems(names: Names, spoken: Locale, language: Locale) -> Iterator[str]:
    """Write the problems that say the word, before those that advise it."""
    from ruletrail.problem_texts import TEXTS  # noqa: PLC0415 - for this page only

    say, advise = [], []
    for code, text in sorted(TEXTS.items()):
        sentence, hint = (_PLACE.sub("…", each[language]) for each in (text.sentences, text.hints))
        if names(_PLACE.sub("…", text.sentences[spoken])):
            say.append((code, sentence))
        elif names(_PLACE.sub("…", text.hints[spoken])):
            advise.append((code, f"{sentence} → {hint}"))
    found = [*say, *advise]
    if found:
        yield f"## {_TEXTS[language]['problems']}"
        yield _write_table(found[:_MOST_PROBLEMS])
        yield _TEXTS[language]["code"]


def _write_commands(names: Names, spoken: Locale, language: Locale) -> Iterator[str]:
    rows = [
        (name, text[language])
        for name, text in ABOUT.items()
        if " " not in name and names(text[spoken])
    ]
    if rows:
        yield f"## {_TEXTS[language]['commands']}"
        yield _write_table([(f"ruletrail help {name}", text) for name, text in rows])


def _write_table(rows: Sequence[tuple[str, str]]) -> str:
    cells = [(name, text.replace("|", "\\|")) for name, text in rows]
    return "\n".join(f"| {name} | {text} |" for name, text in cells)
