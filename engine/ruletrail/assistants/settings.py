"""What a server for assistants is told when it starts, and the limits of what it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ruletrail.documents import SCHEMA_LIMITS
from ruletrail.formats import Locale
from ruletrail.service.settings import LARGEST_REPORT, LARGEST_RULEBOOK, LARGEST_TRAIL

if TYPE_CHECKING:
    from ruletrail.library import Library, Source
    from ruletrail.problems import Problem
    from ruletrail.service.settings import Settings as ServiceSettings

LONGEST_WORD = 200
"""Bytes of an argument that is a name: a reference, a code, a day, a file."""
LARGEST_LIST = 8_000
"""Bytes of an argument that lists codes or values."""
LARGEST_SCHEMA = SCHEMA_LIMITS.size
LARGEST_BODY = 32 * 1024 * 1024
"""Bytes of a request over HTTP: a rulebook, its schema and its examples, written as JSON."""
MOST_TRAILS = 64
LARGEST_TRAILS = LARGEST_TRAIL
"""Trails that are kept, and bytes of all of them together."""
MOST_WRITTEN = 64 * 1024 * 1024
"""Bytes that are written into the folder while a server runs."""

__all__ = [
    "LARGEST_BODY", "LARGEST_LIST", "LARGEST_REPORT", "LARGEST_RULEBOOK", "LARGEST_SCHEMA",
    "LARGEST_TRAILS", "LONGEST_WORD", "MOST_TRAILS", "MOST_WRITTEN", "Commands",
    "Settings",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Commands:
    """What commands do, handed in by the command line: functions at the top of a module of it.

    They cross a process boundary by their names.
    """

    check: "Callable[[Source], list[Problem]]"
    """All that is wrong with a rulebook and what lies beside it, as `ruletrail check`."""
    test: Callable[["Source", Locale], tuple[str, dict[str, Any]]]
    """What its examples give, for people and for programs, as `ruletrail test`."""
    resolve: "Callable[[Source], str]"
    """Its text after `extends` and `for_each`, as `ruletrail show --resolved`."""
    list_pages: Callable[[Locale], Mapping[str, str]]
    """The titles of the manual's pages, by name."""
    find_page: Callable[[str, Locale], str]
    """A page of the manual in Markdown, as `ruletrail help PAGE`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve assistants."""

    service: "ServiceSettings"
    """Libraries, language, address, processes and times, as for the service."""
    commands: Commands
    folder: "Library | None" = None
    """The library that an assistant may write into; without one nothing is ever written."""
