"""`ruletrail help [COMMAND | PAGE | CODE]`: the map of all commands, how one is used, the manual.

The pages are the Markdown files of `docs/`, which come with the package. Their marks are taken
away and nothing is lost: a link to a page names the command that shows it, others show their words,
tables are lines, code is indented.
"""

import argparse
import keyword
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from ruletrail.cli import COMMANDS
from ruletrail.cli.consoles import DONE, Console
from ruletrail.cli.help_texts import ABOUT, PAGES
from ruletrail.documents import decode_text
from ruletrail.formats import Locale
from ruletrail.formulas import LATEST_LANGUAGE, functions_of
from ruletrail.formulas.foreign_words import translate_function
from ruletrail.library.named_files import NamedFile
from ruletrail.library.sources import shipped_data
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.rendering.phrases import say
from ruletrail.schemas.meant_keys import is_word_of_ours, meanings_of
from ruletrail.suggestions import nearest_name

_TOPICS = "topics"
_GUIDE = "guide"
_PROBLEMS = "problems"
_OF_LANGUAGE = ("language", "language-2", "semantics")
_STATUSES = "statuses"
_PAGES_MEANT = {
    "problemi": _PROBLEMS, "guida": _GUIDE, "linguaggio": "language",
    **dict.fromkeys(
        (
            "stato", "stati", "completa", "completo", "complete", "da completare", "incompleta",
            "incompleto", "incomplete", "to be completed", "da correggere", "non valida",
            "non valido", "invalida", "invalido", "invalid", "to be corrected", "to correct",
        ),
        _STATUSES,
    ),
}  # fmt: skip
"""Pages by their Italian names, and by the words that they explain."""
_PASSAGES_MEANT = dict.fromkeys(("copertura", "coverage"), ("authoring", "coverage"))
"""Words that passages of an English page are about: the page, and the word that it has."""
_OF_REPORTS = {
    **dict.fromkeys(("euro", "€"), ("euro", "euro")),
    **dict.fromkeys(
        ("percentuale", "percentuali", "percento", "percent", "percentage", "percentages"),
        ("percentuale", "percentage"),
    ),
}  # fmt: skip
"""Words of what is written in a report, with those that its page has, in Italian and in English."""
_REPORT = "one-report"
_SIGNS = ("%",)
_ALSO = {
    "percentuale": ("%",), "percento": ("%",), "data": ("date",), "conteggio": ("count",),
    "contare": ("count",),
}  # fmt: skip
"""Words that mean what stands in rulebooks and is no key or function."""
_EVERYDAY = frozenset({
    "importo", "importi", "scadenza", "scadenze", "inizio", "fine", "ente", "enti", "anno", "anni",
    "modulo", "moduli", "relazione", "relazioni", "codice", "codici", "frase", "amount",
})  # fmt: skip
"""Words that mean a key where one is written, and to whoever asks for them something else."""
_MOST_WORDS = 3
_MOST_ALIKE = 0.7
"""How like the name of a page a word is that is taken for it."""
_LARGEST_PAGE = 1024 * 1024
_WIDTH = 100
_TEXTS: Mapping[Locale, str] = {
    "it": "Le pagine, con `ruletrail help PAGINA` (`docs/PAGINA` dove un comando ha lo stesso"
    " nome); per un problema, scrivi il suo codice.",
    "en": "The pages, by `ruletrail help PAGE` (`docs/PAGE` where a command has the same name); for"
    " a problem, write its code.",
}

_FROM = {"it": "Da `ruletrail help {}` (in inglese).", "en": "From `ruletrail help {}`."}
_IN_ENGLISH = "(in inglese)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("topic", metavar="TOPIC", nargs="*")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the map of commands, how one is used, the pages' titles, or a page."""
    # in quotes the words of one command are one
    topic = _split_action([part for word in options.topic for part in word.split()])
    language = console.language
    if topic == [_TOPICS]:
        lines = [f"  {name:20} {title}" for name, title in list_titles(language).items()]
        console.write("\n".join([_TEXTS[language], "", *lines, ""]))
    elif topic and topic[0] not in COMMANDS:
        console.write(to_plain(find_text(" ".join(topic), language), language))
    else:
        console.write(options.find_parser(topic, language).format_help())
    return DONE


def _split_action(topic: list[str]) -> list[str]:
    """Take `archive-verify` for the action of a command, as other programs name their pages."""
    command, dash, action = topic[0].partition("-") if len(topic) == 1 else ("", "", "")
    return [command, action] if dash and f"{command} {action}" in ABOUT else topic


def list_titles(language: Locale) -> dict[str, str]:
    """List the titles of the pages by name, without those of single problems."""
    pages = list_pages(language).items()
    return {name: _title(_read(path), name, language) for name, path in pages if "/" not in name}


def find_text(asked: str, language: Locale) -> str:
    """Find a page, or what the page on the language says of a word of it.

    `docs/NAME` is that page, also where a command has its name.
    """
    pages = list_pages(language)
    name = asked.removeprefix("docs/").removesuffix(".md")
    name = _PAGES_MEANT.get(name.casefold(), name)
    path = pages.get(name) or pages.get(f"{_PROBLEMS}/{name}")
    if name == _PROBLEMS:
        return _write_problems(_read(pages[name]), language)
    if path is not None:
        return _read(path)
    told = _find_passages(asked, pages, language) or _find_word(asked, pages, language)
    if not told and " " in asked:
        each = (_find_word(word, pages, language) for word in dict.fromkeys(asked.split()))
        told = "\n\n".join(filter(None, each))
    of_reports = _find_of_reports(asked, pages, language)
    rest = told.removeprefix(f"# {asked}\n\n") if of_reports else told
    told = "\n\n".join(filter(None, (of_reports, rest)))
    if told:
        return told
    from difflib import SequenceMatcher  # noqa: PLC0415 - only when nothing is found

    near = nearest_name(asked, _names_of(pages))
    near = near if SequenceMatcher(None, asked, near).ratio() >= _MOST_ALIKE else ""
    raise ProblemsError([Problem("page-unknown", Mark("help"), {"text": quote(asked)}, near)])


def _names_of(pages: Mapping[str, Path]) -> set[str]:
    """Name everything that there is a page of: pages, problems, commands."""
    return {*(name.removeprefix(f"{_PROBLEMS}/") for name in pages), *COMMANDS}


def _find_word(asked: str, pages: Mapping[str, Path], language: Locale) -> str:
    """Find what the manual says of one word: of the language, else of everyday use."""
    from ruletrail.cli.help_rulebooks import find_in_rulebooks  # noqa: PLC0415 - rare

    is_everyday = asked.casefold() in _EVERYDAY and not is_word_of_ours(asked)
    # a word alone is itself; one of the language has others that it means
    is_ours = not is_everyday and _list_words(asked) != (asked,)
    is_ours = is_ours or is_word_of_ours(asked) or asked in functions_of(LATEST_LANGUAGE)
    in_rulebooks = "" if is_ours else find_in_rulebooks(asked, language)
    is_of_language = is_ours or not (in_rulebooks or is_everyday)
    about = _find_about(asked, pages, language) if is_of_language else ""
    if about:
        return "\n\n".join(filter(None, (_find_in_guide(asked, language), about)))
    near = nearest_name(asked, _names_of(pages))
    spoken = (language,) if in_rulebooks else _spoken(language)
    told = _find_in_texts(asked, pages, language, spoken, is_near=bool(near))
    if not in_rulebooks:
        return told
    head = "" if told.startswith("# ") else f"# {asked}"
    whole, _, rest = told.partition("\n\n")
    return "\n\n".join(filter(None, (head or whole, in_rulebooks, rest)))


def _find_of_reports(asked: str, pages: Mapping[str, Path], language: Locale) -> str:
    """Find what whoever writes a report has to know of a word, before what rulebooks make of it."""
    word = _OF_REPORTS.get(asked.casefold(), ("", ""))[language == "en"]
    if not word:
        return ""
    from ruletrail.cli.help_search import find_spoken, name_whole  # noqa: PLC0415 - rare

    names = name_whole(word)
    told = "" if names is None else find_spoken(names, {_REPORT: _read(pages[_REPORT])}, language)
    return f"# {asked}\n\n{told}" if told else ""


def _find_passages(asked: str, pages: Mapping[str, Path], language: Locale) -> str:
    """Find the passages about a word of the page that is known to explain it."""
    page, word = _PASSAGES_MEANT.get(asked.casefold(), ("", ""))
    if not page:
        return ""
    from ruletrail.cli.help_search import find_word, name_whole  # noqa: PLC0415 - rare

    names = name_whole(word)
    return (
        "" if names is None else find_word(asked, names, {page: _read(pages[page])}, "en", language)
    )


def _list_words(asked: str) -> Sequence[str]:
    """List the words of the language that a word is, or means in Italian or in a spreadsheet."""
    functions = functions_of(LATEST_LANGUAGE)
    # a word of the language is itself, whatever else it is a word for
    if is_word_of_ours(asked) or asked in functions or keyword.iskeyword(asked):
        return (asked,)
    meant = translate_function(asked).split()
    of_formulas = [word for word in meant if word in functions or keyword.iskeyword(word)]
    words = (*of_formulas[:1], *meanings_of(asked), *_ALSO.get(asked.casefold(), ()), asked)
    return tuple(dict.fromkeys(words))


def _find_about(asked: str, pages: Mapping[str, Path], language: Locale) -> str:
    """Find what the language's pages say of a word, or of those that it means in Italian."""
    is_word = asked.isidentifier() or asked in _SIGNS
    texts = {page: _read(pages[page]) for page in _OF_LANGUAGE} if is_word else {}
    found = []
    for word in _list_words(asked):
        told = ((page, _cut_about(text, word)) for page, text in texts.items())
        page, about = next((each for each in told if each[1]), ("", ""))
        if about:
            found.append(f"# {word}\n\n{_FROM[language].format(page)}\n\n{about}")
    return "\n\n".join(found[:_MOST_WORDS])


def _find_in_guide(asked: str, language: Locale) -> str:
    """Find the section of the guide that is about a word, in the language before others."""
    from ruletrail.cli.help_search import (  # noqa: PLC0415 - rare
        find_headed,
        name_as_written,
        name_whole,
    )

    names = name_whole(asked)
    headed = name_as_written(asked) if is_word_of_ours(asked) else names
    guides = _read_guides(language).items() if names is not None else ()
    told = (
        find_headed(asked, (names, headed), guide, language)
        for _, guide in guides
        if names and headed
    )
    return next(filter(None, told), "")


def _read_guides(language: Locale) -> dict[Locale, dict[str, str]]:
    """Read the guide in each language, that of the reader first, by the words that show it."""
    guides: dict[Locale, dict[str, str]] = {}
    for spoken in _spoken(language):
        guide = _GUIDE if spoken == language else f"{_GUIDE} --lang {spoken}"
        guides[spoken] = {guide: _read(list_pages(spoken)[_GUIDE])}
    return guides


def _spoken(language: Locale) -> list[Locale]:
    """List the languages of the manual, that of the reader first."""
    return sorted(_TEXTS, key=lambda each: (each != language, each))


def _find_in_texts(
    asked: str,
    pages: Mapping[str, Path],
    language: Locale,
    spoken: Sequence[Locale],
    *,
    is_near: bool,
) -> str:
    """Find what the manual's texts say of a word in everyday use, in some languages by their order.

    A word that is nearly the name of a page is meant to be that, unless texts have it as it is.
    """
    from ruletrail.cli.help_search import find_word, name_stem, name_whole  # noqa: PLC0415 - rare

    ways = (name_whole(asked), None if is_near else name_stem(asked))
    texts = _read_guides(language)
    texts["en"] |= {page: _read(pages[page]) for page in _OF_LANGUAGE}
    for names in filter(None, ways):
        for each in spoken:
            told = find_word(asked, names, texts[each], each, language)
            if told:
                return told
    return ""


def _write_problems(page: str, language: Locale) -> str:
    """Write the page of all problems in one language, which the manual has in the rulebooks'."""
    from ruletrail.problem_texts import TEXTS  # noqa: PLC0415 - for this page only

    rows = []
    for code, text in sorted(TEXTS.items()):
        said = _PLACE.sub("…", text.sentences[language]).replace("|", "\\|")
        rows.append(f"| {code} | {say(f'severity_{text.severity}', language)} | {said} |")
    return "\n".join([*page.partition("\n|")[0].splitlines(), "", *rows])


def _cut_about(page: str, word: str) -> str:
    """Cut out the parts of a page that name a word as code, each under its heading.

    A section comes first whose table says what the word itself is: `day` is a key, before `day(d)`
    and what else has it.
    """
    sections: list[list[str]] = []
    heading = ""
    for part in page.split("\n\n"):
        if part.startswith("#"):
            heading = part
        elif _names(part, word):
            if heading or not sections:
                sections.append([heading])
            sections[-1].append(_leave_rows(part, word))
            heading = ""
    sections.sort(key=lambda parts: not any(_defines(part, word) for part in parts))
    return "\n\n".join(part for parts in sections for part in parts if part)


def _defines(part: str, word: str) -> bool:
    """Tell a table with a row of a word alone, or of it among others."""
    lines = part.splitlines() if part.startswith("|") else []
    return any(word in line.split("|")[1].split("`")[1::2] for line in lines)


def _names(part: str, word: str) -> bool:
    """Tell that a word stands whole in the code of a text."""
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    return any(whole.search(code) for code in part.split("`")[1::2])


def _leave_rows(part: str, word: str) -> str:
    """Leave of a table its head and the rows that name a word."""
    lines = part.splitlines()
    if not part.startswith("|"):
        return part
    return "\n".join([*lines[:2], *(line for line in lines[2:] if _names(line, word))])


def list_pages(language: Locale) -> dict[str, Path]:
    """List the pages by name, those of problems as `problems/CODE`; the guide is in a language."""
    docs = shipped_data() / "docs"
    pages = {path.stem: path for path in sorted(docs.glob("*.md"))}
    pages[_GUIDE] = docs / _GUIDE / f"{language}.md"
    problems = docs / _PROBLEMS
    pages[_PROBLEMS] = problems / "README.md"
    found = (path for path in sorted(problems.glob("*.md")) if path != pages[_PROBLEMS])
    return {**pages, **{f"{_PROBLEMS}/{path.stem}": path for path in found}}


def _read(path: Path) -> str:
    return decode_text(NamedFile(path, path.parent).read(path.name, _LARGEST_PAGE), path.name)


def _title(page: str, name: str, language: Locale) -> str:
    """Return a page's title, and that the page is in English where that was not asked for."""
    line = next(line for line in page.splitlines() if line.startswith("# "))
    title = _take_marks(line.removeprefix("# "))
    if " / " in title:
        return _choose_title(title, language)
    if language == "en" or name == _GUIDE:
        return title
    return f"{PAGES[name]} {_IN_ENGLISH}"


def _choose_title(title: str, language: Locale) -> str:
    """Return the part of a title in a language, where the title is in each of them."""
    both = title.split(" / ")
    return both[list(_TEXTS).index(language)] if len(both) == len(_TEXTS) else title


# -- Markdown as plain text ------------------------------------------------------------------------

_UNDER: Mapping[str, Any] = {
    "width": _WIDTH,
    "initial_indent": "    ",
    "subsequent_indent": "    ",
    "break_long_words": False,
    "break_on_hyphens": False,
}
_FENCES = ("```", "~~~")
_PLACE = re.compile(r"\{[a-z_]+\}")
_LINK = re.compile(r"(?P<opened>\()?!?\[(?P<words>[^\[\]]*)\]\((?P<target>[^()]*)\)")


def to_plain(page: str, language: Locale) -> str:
    """Write a page without the marks of Markdown; of a sentence in two languages, the one asked."""
    out: list[str] = []
    table: list[str] = []
    fence = ""
    for line in [*_choose(page.splitlines(), language), ""]:
        if line.startswith("|") and not fence:
            table.append(line)
            continue
        out += _write_table(table)
        table = []
        mark = line.lstrip()[:3]
        if mark in _FENCES and fence in ("", mark):
            fence = "" if fence else mark
        else:
            out += [f"    {line}".rstrip()] if fence else _write_line(line, language)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip("\n") + "\n"


def _write_line(line: str, language: Locale) -> list[str]:
    if line.startswith("<!--") and line.endswith("-->"):
        return []
    if line.startswith("*") and line.strip("*").isalpha():
        severity = f"severity_{line.strip('*')}"
        return [say(severity, language)]
    hashes = len(line) - len(line.lstrip("#"))
    if not hashes or not line[hashes:].startswith(" "):
        return [_take_marks(line)]
    title = _choose_title(_take_marks(line[hashes + 1 :]), language)
    return ["", title, ("=" if hashes == 1 else "-") * len(title)]


def _take_marks(line: str) -> str:
    """Take links and stress away, outside of code."""
    pieces = line.split("`")
    for at in range(0, len(pieces), 2):
        pieces[at] = pieces[at].replace("**", "")
    return _LINK.sub(_write_link, "`".join(pieces)).rstrip()


def _write_link(link: re.Match[str]) -> str:
    """Write a link to a page as the command that shows it, any other as its words."""
    opened, words = link["opened"] or "", link["words"]
    command = _name_page(link["target"].partition("#")[0])
    if not command:
        return f"{opened}{words}"
    bare = words.strip("`")
    if bare in (PurePosixPath(link["target"].partition("#")[0]).name, command.split()[2]):
        return f"{opened}`{command}`"
    # brackets stand in no other brackets
    return f"({words}: `{command}`" if opened else f"{words} (`{command}`)"


def _name_page(target: str) -> str:
    """Name the command that shows a file of the manual; empty for what no command shows."""
    path = PurePosixPath(target)
    if path.suffix != ".md" or path.parent.name not in ("", _GUIDE, _PROBLEMS, ".."):
        return ""
    if path.parent.name == _GUIDE or (not path.parent.name and path.stem in _TEXTS):
        return f"ruletrail help {_GUIDE} --lang {path.stem}"
    name = _PROBLEMS if path.stem == "README" else path.stem
    pages = _list_names()
    if name in COMMANDS and name in pages:
        return f"ruletrail help docs/{name}"
    return f"ruletrail help {name}" if {name, f"{_PROBLEMS}/{name}"} & pages else ""


@cache
def _list_names() -> frozenset[str]:
    return frozenset(list_pages("en"))


def _choose(lines: Sequence[str], language: Locale) -> Iterator[str]:
    """Leave out the paragraphs that begin with the name of another language."""
    is_other = False
    for line in lines:
        named = next((name for name in _TEXTS if line.startswith(f"**{name}** ")), None)
        is_other = bool(line) and (is_other if named is None else named != language)
        if not is_other:
            yield line.removeprefix(f"**{named}** ")


def _write_table(rows: Sequence[str]) -> list[str]:
    """Write rows in columns where they fit a line, else the cells of each under the first."""
    cells = [_split_row(row) for row in rows if set(row) - set("|-: ")]
    if not cells:
        return []
    widths = [max(map(len, column)) for column in zip(*cells, strict=False)]
    if sum(widths) + 2 * len(widths) <= _WIDTH:
        return [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
            for row in cells
        ]
    lines = []
    for first, *others in cells:
        lines += [first, *textwrap.wrap(" · ".join(filter(None, others)), **_UNDER)]
    return lines


def _split_row(row: str) -> list[str]:
    hidden = row.strip().strip("|").replace("\\|", "\0")
    return [_take_marks(cell.strip()).replace("\0", "|") for cell in hidden.split("|")]
