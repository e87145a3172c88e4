"""`ruletrail list`: the rulebooks available, by reference, with status, first day and place."""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruletrail.cli.consoles import Console
from ruletrail.files import show_path
from ruletrail.formats import Locale, show_date
from ruletrail.library import Library, Listing, find_libraries, list_rulebooks, shipped_library
from ruletrail.library.listings import (
    find_all_misplaced,
    find_closed,
    find_repeated,
    list_answering,
)
from ruletrail.problems import sort_problems
from ruletrail.values import read_date

_STATUSES = {
    "it": {"published": "pubblicato", "draft": "bozza"},
    "en": {"published": "published", "draft": "draft"},
}
_FORCE: Mapping[Locale, Mapping[str, str]] = {
    "it": {"from": "dal {first}", "from_to": "dal {first} al {last}", "to": "fino al {last}",
           "never": ""},
    "en": {"from": "since {first}", "from_to": "{first} to {last}", "to": "until {last}",
           "never": ""},
}  # fmt: skip
_OF_DAYS = 22
"""The least columns for the days on which a version holds."""
_ANSWERS = {"it": "{}  (risponde a {})", "en": "{}  (answers {})"}
_ORIGINS = {
    "it": {"given": "--library", "environment": "RULETRAIL_PATH",
           "nearest": "la raccolta più vicina",
           "shipped": "con ruletrail",
           "package": "pacchetto {}"},
    "en": {"given": "--library", "environment": "RULETRAIL_PATH",
           "nearest": "the nearest library",
           "shipped": "with ruletrail", "package": "package {}"},
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--library", metavar="DIR", action="append", default=[])
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace, console: Console) -> int:
    """List them by library; status 1 when one is in two places, in a wrong one, or closed."""
    libraries = find_libraries(map(Path, options.library), shipped_library())
    listings = list_rulebooks(*libraries)
    answering = list_answering(listings)
    if options.format == "json":
        found = [_json(each, answers=each in answering) for each in listings]
        console.write_json({"rulebooks": found})
    else:
        for library in libraries:
            lines = _write_library(library, listings, answering, console.language)
            console.write("".join(f"{line}\n" for line in lines))
    wrong = [*find_repeated(listings), *find_all_misplaced(libraries), *find_closed(libraries)]
    if wrong:
        console.show_remarks(sort_problems(wrong))
    return 1 if wrong else 0


def _write_library(
    library: Library,
    listings: Sequence[Listing],
    answering: Sequence[Listing],
    language: Locale,
) -> Iterator[str]:
    kind, _, package = library.origin.partition(" ")
    origin = _ORIGINS[language][kind].format(package)
    yield f"{show_path(library.rulebooks)} ({origin})"
    editions = Counter(listing.reference.edition_only for listing in listings)
    own = [listing for listing in listings if listing.source.library == library]
    force = [_say_force(listing, language) for listing in own]
    width = max(map(len, force), default=0)
    for listing, days in zip(own, force, strict=True):
        status = _STATUSES[language].get(listing.status, listing.status)
        edition, title = listing.reference.edition_only, listing.title
        if editions[edition] > 1 and listing in answering:
            title = _ANSWERS[language].format(title, edition)
        yield f"  {listing.reference!s:28} {status:12} {days:{max(width, _OF_DAYS)}} {title}"


def _say_force(listing: Listing, language: Locale) -> str:
    """Say from which day on a version holds, and until which one where it ends."""
    first, last = listing.in_force_from, listing.in_force_to
    which = "from_to" if first and last else "from" if first else "to" if last else "never"
    days = {"first": _show_day(first, language), "last": _show_day(last, language)}
    return _FORCE[language][which].format(**days)


def _show_day(written: str, language: Locale) -> str:
    """Write a day as people do; what is no day as it stands."""
    day = read_date(written)
    return written if day is None else show_date(day, language)


def _json(listing: Listing, *, answers: bool) -> dict[str, Any]:
    days = {"from": listing.in_force_from, "to": listing.in_force_to}
    library = listing.source.library
    return {
        "reference": str(listing.reference),
        "status": listing.status,
        "answers_without_version": answers,
        "title": listing.title,
        "in_force": {key: day for key, day in days.items() if day},
        "file": str(listing.source.path),
        "found": library.origin if library is not None else "",
    }
