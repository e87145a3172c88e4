"""What can be named while a rulebook is linked, and what was found wrong so far."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import list_of
from ruletrail.linking.linked_rulebook import PLACEHOLDERS
from ruletrail.linking.names import Names
from ruletrail.problems import Problem
from ruletrail.rulebooks import Entry, Parameter, Table
from ruletrail.schemas import ListDeclaration
from ruletrail.suggestions import KnownNames

T = TypeVar("T")


@dataclass(slots=True)
class Scope:
    """What formulas and sentences of one rulebook can name, and the problems of those linked."""

    names: Names
    fields: KnownNames
    wholes: Mapping[str, str]
    """What each section is declared to be a part of, if of any."""
    sources: KnownNames
    parameters: Mapping[str, Parameter]
    language: int
    locale: str
    """The language in which the rulebook itself is written."""
    report: str
    """The schema of reports, as the rulebook names it."""
    file: str
    """Where the rulebook itself is written, without what it extends."""
    lists: Mapping[str, ListDeclaration]
    tables: Mapping[str, Table]
    without_value: frozenset[str] = frozenset()
    """The codes of messages, and of checks of rows, which nothing reads."""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    blamed: set[str] = field(default_factory=set)
    """The parameters that are told of already."""
    depths: dict[str, int] = field(default_factory=dict)
    """How many sections a section stands in, itself included."""
    _shown: dict[str, KnownNames] = field(default_factory=dict)
    _keys: dict[str, frozenset[object]] = field(default_factory=dict)
    _kept: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def shown_in(self, row_of: str) -> KnownNames:
        """Give the names that sentences can show, those of the rows of a list too if of one."""
        if row_of not in self._shown:
            here = [code for code in self.names.signatures if list_of(code) in ("", row_of)]
            self._shown[row_of] = KnownNames(here, PLACEHOLDERS, admits=self.names.may_be_meant)
        return self._shown[row_of]

    def keys_of(self, table: str) -> frozenset[object]:
        """Give the keys of all rows of a table: thousands of calls may ask for one."""
        if table not in self._keys:
            rows = (row for content in self.tables[table].contents for row in content.rows)
            cells = (cell for row in rows for cell in row.cells)
            self._keys[table] = frozenset(key for cell in cells for key in cell)
        return self._keys[table]

    def keep(self, make: Callable[..., T], *of: object) -> T:
        """Give what a table, or another thing of many parts, comes to; it is worked out once.

        Thousands of formulas may be wrong about the same one.
        """
        if (make, *of) not in self._kept:
            self._kept[make, *of] = make(self, *of)
        found: T = self._kept[make, *of]
        return found
