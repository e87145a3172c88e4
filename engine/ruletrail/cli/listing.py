"""`ruletrail list`: the rulebooks available, by reference, with status and first day."""

import argparse
from typing import Any

from ruletrail.cli.consoles import Console
from ruletrail.library import Listing, list_rulebooks, shipped_library

_STATUSES = {
    "it": {"published": "pubblicato", "draft": "bozza"},
    "en": {"published": "published", "draft": "draft"},
}
_SINCE = {"it": "dal {}", "en": "since {}"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace, console: Console) -> int:
    """List them."""
    listings = list_rulebooks(shipped_library())
    if options.format == "json":
        console.write_json({"rulebooks": [_json(listing) for listing in listings]})
        return 0
    for listing in listings:
        day = listing.in_force_from
        since = _SINCE[console.language].format(day) if day else ""
        status = _STATUSES[console.language].get(listing.status, listing.status)
        console.write(f"{listing.reference!s:28} {status:12} {since:16} {listing.title}\n")
    return 0


def _json(listing: Listing) -> dict[str, Any]:
    days = {"from": listing.in_force_from, "to": listing.in_force_to}
    return {
        "reference": str(listing.reference),
        "status": listing.status,
        "title": listing.title,
        "in_force": {key: day for key, day in days.items() if day},
    }
