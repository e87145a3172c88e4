"""What a rulebook extends, from file to file, and the files that it is made of in all."""

from collections.abc import Iterator
from pathlib import Path

from ruletrail.fast_dataclasses import replace
from ruletrail.files import as_text, is_folder
from ruletrail.library.listings import as_listing, find_repeated, list_rulebooks
from ruletrail.library.named_files import split_name
from ruletrail.library.places import SETTINGS
from ruletrail.library.remembering import remember
from ruletrail.library.sources import (
    COMPANIONS,
    MANIFEST,
    Head,
    Source,
    beside,
    find_head,
    find_schema,
    head_of_bytes,
    is_rulebook_file,
    list_folder,
    read_head,
    real_path,
)
from ruletrail.library.unclear import tell_unclear
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal
from ruletrail.references import SUFFIX, Reference, parse_reference

LONGEST_CHAIN = 16
"""Rulebooks that may extend one another in a row."""


def find_base(reference: Reference, source: Source, mark: Mark) -> Source:
    """Find the rulebook that another extends: in a library, or beside it."""
    found = [(base, read_head(base)) for base in _list_held(reference, source)]
    listed = [as_listing(base, head) for base, head in found if _is_headed(head, reference)]
    held = [listing for listing in listed if listing is not None]
    # a library that is not asked otherwise, as that of an exported record, answers for itself alone
    is_apart = source.library is not None and source.library not in source.libraries
    if held and not (is_apart and held[0].source.library == source.library):
        problem = next(find_repeated(held, reference, mark), None)
        if problem is not None:
            raise ProblemsError([problem])
    if held:
        return held[0].source
    for base, head in found:
        problems = tell_unclear(base, head)
        if problems:  # it may be the one, and is not said to be none
            raise ProblemsError(problems)
    # one that cannot be read, or a link that leads out of the folder, is not among those beside
    near = [base for base, head in _list_beside(source) if _is_headed(head, reference)]
    if len(near) == 1:
        return near[0]
    text = quote(str(reference))
    if near:
        names = ", ".join(quote(base.path.name) for base in near)
        raise refusal("extends-ambiguous", mark, text=text, files=names)
    # one whose text breaks off is told as it loads
    unsaid = next((base for base, head in found if as_listing(base, head) is None), None)
    if unsaid is not None:
        return unsaid
    own = read_head(source)
    problem = Problem("extends-unknown", mark, {"text": text})
    raise ProblemsError(
        [advise_base(problem, str(reference), own.reference if own else reference, source)]
    )


def advise_base(problem: Problem, written: str, own: Reference, source: Source) -> Problem:
    """Say of what a rulebook extends, and is not there, which of those that are there fit."""
    from ruletrail.library.near_names import name_bases  # noqa: PLC0415 - rare

    beside_it = [head for _, head in _list_beside(source) if head is not None]
    reach = source.reach
    held = remember(("references", reach), lambda: list_rulebooks(*reach))
    listed = [(each.reference, each.is_published) for each in held]
    listed += [(head.reference, head.status == "published") for head in beside_it]
    known = {each: is_final for each, is_final in listed if each != own}
    # a draft changes still: it is named where nothing of its name is published
    final = {each.name for each, is_final in known.items() if is_final}
    known = {
        each: is_final for each, is_final in known.items() if is_final or each.name not in final
    }
    advice, details = name_bases(written, list(known), own.name)
    # of an unknown base the code's own hint says where to put it
    is_own = advice == "base-of-none" and problem.code == "extends-unknown"
    return replace(problem, details={**problem.details, **details}, advice="" if is_own else advice)


def _list_held(reference: Reference, source: Source) -> Iterator[Source]:
    """Yield the files of libraries that may hold what a rulebook extends, itself left out."""
    for library in source.reach:
        for path in library.candidates(reference):
            if real_path(path) != real_path(source.path):
                base = library.source(path, source.libraries)
                yield base.by_path() if source.shows_path else base


def _list_beside(source: Source) -> Iterator[tuple[Source, Head | None]]:
    """Yield the rulebooks in the folder of another, itself included, and what each says of itself.

    Of hundreds that lie together each looks for its base among all: what they say is read once.
    """
    folder = source.path.parent
    for name, head in remember(("beside", folder), lambda: _read_heads(source)):
        shown = beside(source.shown, as_text(name))
        yield Source(folder / name, shown, source.library, folder, source.libraries), head


def _read_heads(source: Source) -> list[tuple[str, Head | None]]:
    folder = source.path.parent
    # a text that lies in no folder has nothing beside it
    names = list_folder(folder, source.shown) if is_folder(folder) else ()
    paths = [folder / name for name in names if is_rulebook_file(folder / name)]
    return [(path.name, find_head(Source(path, path.name, None, folder))) for path in paths]


def _is_headed(head: Head | None, reference: Reference) -> bool:
    """Tell whether a file says that it is this rulebook; it is not checked."""
    return head is not None and head.reference == reference


def follow_extends(source: Source) -> Iterator[tuple[Source, bytes, Head | None]]:
    """Yield a rulebook's file and those that it extends, each with its bytes and its head.

    It ends where a head names no further one, or one past the longest chain.
    """
    here = source
    for _ in range(LONGEST_CHAIN + 1):
        data = here.read()
        head = head_of_bytes(data, here.shown)
        yield here, data, head
        base = parse_reference(head.extends) if head is not None else None
        if base is None:
            return
        here = find_base(base, here, Mark(here.shown, 1, 1))


def list_files(source: Source) -> Iterator[Path]:
    """Yield the files of a rulebook that loads, which are there or may be.

    Its own and those it extends, the other versions of their editions, the layouts and examples
    beside them, the record of what their library has published and its settings, and the reports'
    schema.
    """
    report = ""
    for here, _, head in follow_extends(source):
        yield here.path
        stem = here.path.name.removesuffix(SUFFIX)
        yield from (here.path.with_name(stem + companion) for companion in COMPANIONS)
        if here.library is not None:
            yield here.library.rulebooks / MANIFEST
            yield from (folder / SETTINGS for folder in here.library.rulebooks.parents)
            yield from _list_versions(here)
        report = report or (head.report if head is not None else "")
        for name in head.table_files if head is not None else ():
            steps = split_name(name)
            yield from (each.path.joinpath(*steps) for each in here.near if steps)
    yield find_schema(report, Mark(source.shown, 1, 1), source).path


def _list_versions(source: Source) -> Iterator[Path]:
    """Yield the files from which a version of a rulebook's edition is chosen."""
    edition = source.path.name.removesuffix(SUFFIX).partition("@")[0]
    for name in list_folder(source.path.parent, source.shown):
        if name == f"{edition}{SUFFIX}" or name.startswith(f"{edition}@"):
            yield source.path.with_name(name)
