"""`ruletrail new NAME/EDITION`: the files that a new rulebook begins with.

Rulebook, report schema and examples, in Italian or English, pass `check` without a finding and
`test` with full coverage. They are few and say each thing once, so that the first changes of an
author give problems about these changes and nothing else; a layout comes when it is asked for. The
schemas that editors complete by are put beside them, where they are found on any machine.
"""

import argparse
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from ruletrail.cli.consoles import Console, write_whole
from ruletrail.cli.schema import EDITED, read_schema
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.files import (
    is_folder,
    is_possible,
    is_there,
    leads_out,
    make_folder,
    remove_folders,
    show_path,
)
from ruletrail.formats import Locale
from ruletrail.library import Library, find_libraries, shipped_library
from ruletrail.library.listings import read_listing
from ruletrail.library.places import FOLDERS, find_nearest, library_to_begin
from ruletrail.library.sources import quote_path, real_path
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    quote,
    quote_to_write,
    refusal,
    unwritable,
)
from ruletrail.references import Reference, parse_reference
from ruletrail.schemas.meant_values import plain_edition, plain_name

_NEXT = {
    "it": "ora: ruletrail check {path} && ruletrail test {path}",
    "en": "now: ruletrail check {path} && ruletrail test {path}",
}


_FIRST_VERSION = "0.1.0"
_ANY_EDITION = "2025"
"""What stands for an edition that was not said."""
_END_OF_FILE = re.compile(r"(?:\.(?:test|layout))?(?:\.ya?ml)?$")
_BESIDE = (".test", ".layout")
"""How no edition ends: its file would be the examples, or the layout, of another."""
_BEFORE_YEAR = re.compile(r"(?<=\w)[ _-](?=[0-9]{4}(?:-[0-9]{2,4})?$)")
_PARTS = 2
"""Of a reference: name and edition."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("reference", metavar="NAME/EDITION")
    parser.add_argument("--folder", metavar="FOLDER", default="")
    parser.add_argument("--layout", action="store_true")
    parser.add_argument("--language", choices=tuple(_MORE), default=max(_MORE))
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the files; none is written when one of them is there already, or would not be read."""
    reference = _read_name(options.reference)
    if not is_possible(options.folder):
        raise unwritable(options.folder)
    # without a folder, where commands look: below a library a second one would be hidden by it
    start = Path.cwd() if not options.folder else None
    library = library_to_begin(Path(options.folder), start)
    _refuse_second(reference, library, Path(options.folder) if options.folder else None)
    kind = _Kind(console.language, options.language, has_layout=options.layout)
    files = _list_files(reference, library, kind)
    problems = [problem for path in files for problem in _refuse_place(path, library)]
    if problems:
        raise ProblemsError(problems)
    _write_all(files)
    console.write("".join(f"{show_path(path)}\n" for path in files))
    console.note(_NEXT[console.language].format(path=show_path(next(iter(files)))))
    return 0


def _write_all(files: Mapping[Path, str]) -> None:
    """Write all files or none: those of half a beginning would refuse the next try."""
    written: list[Path] = []
    made: list[Path] = []
    try:
        for path, text in files.items():
            try:
                made = [*make_folder(path.parent), *made]
            except OSError as error:
                raise unwritable(str(path.parent), error) from error
            write_whole(path, text.encode("utf-8"))
            written.append(path)
    except ProblemsError:
        for path in written:
            with suppress(OSError):
                path.unlink()
        remove_folders(made)
        raise


def _read_name(written: str) -> Reference:
    """Read the name of a new rulebook; one that is nearly right is offered as it must be."""
    reference = parse_reference(written)
    is_file = written.endswith((".yaml", ".yml", *_BESIDE))
    if reference is not None and not reference.version and not is_file:
        return reference
    details, near = {"text": quote(written)}, _name_meant(written)
    if not near:
        raise ProblemsError(
            [Problem("reference-form", Mark(written), details, advice="new-reference")]
        )
    plain = "_".join(_cut_way(written).replace("'", "-").split())
    details["instead"] = quote_to_write(near)
    suggestion, advice = (near, "") if near == plain else ("", "new-name")
    advice = "edition-lacks" if near == f"{plain}/{_ANY_EDITION}" else advice
    raise ProblemsError([Problem("reference-form", Mark(written), details, suggestion, advice)])


def _name_meant(written: str) -> str:
    """Write name and edition as they may be; without an edition, one for example."""
    name, _, edition = _cut_way(written).replace("'", "-").partition("/")
    near = f"{plain_name(name)}/{plain_edition(edition) or _ANY_EDITION}"
    return near if parse_reference(near) is not None else ""


def _cut_way(written: str) -> str:
    """Leave of a file's path the name and edition that it is of: its last folder, and its name."""
    named = _END_OF_FILE.sub("", written.casefold().replace("\\", "/").partition("@")[0])
    steps = [step for step in named.split("/") if step not in ("", ".")]
    is_way = "rulebooks" in steps or named != written.casefold() or named[:1] in ("/", ".")
    steps = steps[-_PARTS:] if is_way else steps[:_PARTS]
    return "/".join(steps) if len(steps) != 1 else _BEFORE_YEAR.sub("/", steps[0])


def _refuse_second(reference: Reference, library: Library, folder: Path | None) -> None:
    """Refuse the name of a rulebook that lies elsewhere too: it would be in two places.

    That is in another library, also the one of the working folder where a `folder` is named apart
    from it, and in another file of the same library if it has the version that a new one has.
    """
    others = [*find_libraries((), shipped_library(), nearest=library)]
    if folder is not None and (near := _nearest_beside(folder)) is not None:
        others.append(near)
    taken = [path for each in others if each != library for path in each.candidates(reference)]
    first = replace(reference, version=_FIRST_VERSION)
    own = library.rulebooks / reference.name / f"{reference.edition}.yaml"
    taken += [
        path
        for path in (library.candidates(reference) if is_folder(library.rulebooks) else ())
        if path != own
        and (found := read_listing(library.source(path))) is not None
        and found.reference == first
    ]
    for path in taken:
        details = {"text": quote(str(reference)), "file": quote_path(path)}
        raise refusal("rulebook-exists", str(reference), **details)


def _nearest_beside(folder: Path) -> Library | None:
    """Find the library of the working folder, unless one in a `folder` would be nearer to it."""
    try:
        own, begun = Path.cwd(), real_path(folder)
    except FileNotFoundError:  # the working folder was removed: nothing is looked for in it
        return None
    for each in (own, *own.parents):
        if real_path(each) == begun:
            return None
        library = find_nearest(each, is_needed=False)
        if library is not None and real_path(library.rulebooks).is_relative_to(real_path(each)):
            return library
    return None


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a new rulebook is like: its texts' language, the rulebook language's version."""

    locale: Locale
    version: str
    has_layout: bool


def _list_files(reference: Reference, library: Library, kind: _Kind) -> dict[Path, str]:
    """List what is written, by path: the rulebook's files, and what editors complete them by."""
    folders = dict(zip(FOLDERS, (library.rulebooks, library.schemas), strict=True))
    folder = library.rulebooks / reference.name
    beside = Path(os.path.relpath(library.schemas, folder)).as_posix()
    written = write_beginning(
        reference.name, reference.edition, kind.locale, beside, version=kind.version
    )
    if not kind.has_layout:
        del written[f"rulebooks/{reference.name}/{reference.edition}.layout.yaml"]

    def place(name: str) -> Path:
        first, _, rest = name.partition("/")
        return folders[first] / rest

    # of an earlier rulebook, or of the author's choice: what is there is left as it is
    schemas = _editor_schemas(kind.locale)
    edited = {name: text for name, text in schemas.items() if not is_there(place(name))}
    return {place(name): text for name, text in {**written, **edited}.items()}


def _refuse_place(path: Path, library: Library) -> Iterator[Problem]:
    """Refuse to write over what is there, and through a link where no library would be read."""
    shown = show_path(path)
    mark, text = Mark(shown), quote(shown)
    is_rulebook = path.is_relative_to(library.rulebooks)
    if is_there(path):
        yield Problem("file-exists", mark, {"file": text})
    elif leads_out(path, library.rulebooks if is_rulebook else library.schemas):
        yield Problem("path-outside", mark, {"text": text}, advice="link-outside")


def _editor_schemas(language: Locale) -> dict[str, str]:
    """Read the schemas that the first lines of the files name, by their path in a library."""
    schemas = {f"schemas/ruletrail/{kind}.schema.json": kind for kind in EDITED}
    return {path: read_schema(kind, language).decode() for path, kind in schemas.items()}


# -- The files: `beginning/` with these phrases in the place of each `«phrase»` ---------------

_TEMPLATES = Path(__file__).with_name("beginning")
_ITALIAN = {
    "about": "Un rulebook nuovo: sostituisci le voci con quelle del tuo modulo, una alla volta.",
    "draft": "una bozza valuta solo se chiesta per versione o per percorso", "locale": "it",
    "form": "modulo", "form_title": "Il modulo da cui viene", "threshold": "soglia",
    "threshold_label": "Livello minimo", "level": "livello",
    "level_label": "Utenti ogni cento abitanti", "people": "abitanti",
    "round": "tagliato: con `half_up` 9,996 diventerebbe 10,00, e raggiungerebbe il minimo",
    "when": "senza abitanti la regola non si applica", "users": "utenti", "outcome": "esito",
    "outcome_label": "Confronto con il minimo", "enough": "sufficiente",
    "enough_text": "Il livello ({livello}) raggiunge il minimo.", "short": "insufficiente",
    "short_text": "Il livello ({livello}) è sotto il minimo.",
    "body": "ente", "body_printed": "Ente", "persons": "persone", "users_label": "Numero di utenti",
    "people_label": "Numero di abitanti",
    "layout_about": "Dove stanno i valori nel modulo stampato (`ruletrail read`).",
    "number_style": 'thousands: ".", decimal: ","',
    "examples_about": "Esempi: una relazione e ciò che il rulebook deve rispondere.",
    "above": "sopra il minimo", "at": "pari al minimo", "below": "sotto il minimo",
    "nobody": "nessun abitante",
}  # fmt: skip
_ENGLISH = {
    "about": "A new rulebook: put the entries of your form in the place of these, one at a time.",
    "draft": "a draft evaluates only when asked for by version or by path", "locale": "en",
    "form": "form", "form_title": "The form it comes from", "threshold": "minimum",
    "threshold_label": "Least level", "level": "level",
    "level_label": "Users for every hundred inhabitants", "people": "inhabitants",
    "round": "cut: with `half_up` 9.996 would become 10.00, and reach the minimum",
    "when": "without inhabitants the rule does not apply", "users": "users", "outcome": "outcome",
    "outcome_label": "Comparison with the minimum", "enough": "sufficient",
    "enough_text": "The level ({level}) reaches the minimum.", "short": "insufficient",
    "short_text": "The level ({level}) is under the minimum.",
    "body": "body", "body_printed": "City of", "persons": "persons",
    "users_label": "Number of users", "people_label": "Number of inhabitants",
    "layout_about": "Where the values stand in the printed form (`ruletrail read`).",
    "number_style": 'thousands: ",", decimal: "."',
    "examples_about": "Examples: a report and what the rulebook must answer.",
    "above": "above the minimum", "at": "at the minimum", "below": "below the minimum",
    "nobody": "no inhabitants",
}  # fmt: skip
_MORE: Mapping[str, Mapping[Locale, str]] = {
    "1": {"it": "Sezioni del modulo, controlli, messaggi e gruppi: ruletrail help language",
          "en": "Sections of the form, checks, messages and groups: ruletrail help language"},
    "2": {"it": "Sezioni del modulo, controlli, messaggi e gruppi: ruletrail help language\n"
                "# Elenchi di righe, giorni, scaglioni, tabelle, eccezioni e valori che cambiano\n"
                "# con un giorno: ruletrail help language-2",
          "en": "Sections of the form, checks, messages and groups: ruletrail help language\n"
                "# Lists of rows, days, bands, tables, exceptions and values that change with a\n"
                "# day: ruletrail help language-2"},
}  # fmt: skip
"""What else a rulebook may hold, by the version of the language; the latest is the usual one."""
_PHRASES: Mapping[Locale, Mapping[str, str]] = {"it": _ITALIAN, "en": _ENGLISH}


def write_beginning(
    name: str,
    edition: str,
    language: Locale,
    schemas: str = "../../schemas",
    *,
    version: str = max(_MORE),
) -> dict[str, str]:
    """Write the files of a new rulebook, by their path in a library.

    `schemas` is the way from the rulebook's folder to that of schemas, `version` that of the
    rulebook language.
    """
    title = f"{name.replace('_', ' ').replace('-', ' ').capitalize()} {edition}"
    phrases = {
        **_PHRASES[language],
        "name": name,
        "edition": edition,
        "title": title,
        "schemas": schemas,
        "version": version,
        "first_version": _FIRST_VERSION,
        "more": _MORE[version][language],
    }
    files = {
        f"rulebooks/{name}/{edition}.yaml": "rulebook.yaml",
        f"schemas/reports/{name}/{edition}.schema.json": "report.schema.json",
        f"rulebooks/{name}/{edition}.layout.yaml": "layout.yaml",
        f"rulebooks/{name}/{edition}.test.yaml": "test.yaml",
    }
    return {path: _fill(_TEMPLATES / template, phrases) for path, template in files.items()}


def _fill(template: Path, phrases: Mapping[str, str]) -> str:
    text = template.read_text(encoding="utf-8")
    for key, phrase in phrases.items():
        text = text.replace(f"«{key}»", phrase)
    return text
