"""`ruletrail list`: the rulebooks available, by reference, with status and when they are in force."""

import argparse
import json

from ruletrail.cli.consoles import Console
from ruletrail.library import list_rulebooks, shipped_library

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
        rows = [
            {
                "reference": str(listing.reference),
                "status": listing.status,
                "title": listing.title,
                "in_force": {
                    key: day
                    for key, day in (("from", listing.in_force_from), ("to", listing.in_force_to))
                    if day
                },
            }
            for listing in listings
        ]
        console.write_machine(json.dumps({"rulebooks": rows}, ensure_ascii=False) + "\n")
        return 0
    for listing in listings:
        since = (
            _SINCE[console.language].format(listing.in_force_from) if listing.in_force_from else ""
        )
        status = _STATUSES[console.language].get(listing.status, listing.status)
        console.write(f"{listing.reference!s:28} {status:12} {since:16} {listing.title}\n")
    return 0
