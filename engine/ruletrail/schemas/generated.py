"""A checker generated from a schema's keywords: it answers "valid" fast, and nothing else.

Every subschema becomes a table from a value's Python type to one function over values of that type.
What is not valid, and what meets a keyword that is not known here, goes to jsonschema, whose answer
is always the one given. No source text is written: a schema's strings are only ever compared.
"""

from collections.abc import Mapping
from typing import Any

from ruletrail.schemas.keywords import make_checks
from ruletrail.schemas.places import Fragment
from ruletrail.schemas.tables import KINDS, Check, Table, UnsureError, always, join, never

ANNOTATIONS = frozenset({
    "$comment", "$defs", "$id", "$schema", "default", "defaultSnippets", "definitions",
    "deprecated", "description", "else", "enumDescriptions", "examples", "formatMaximum",
    "formatMinimum", "markdownDescription",
    "maxContains", "minContains", "readOnly", "then", "title", "unit", "writeOnly",
})  # fmt: skip
"""Keywords that decide nothing by themselves; some are read by the keyword they serve.

The ends of days are asserted where a report is built, in language 2 (`schemas/days.py`)."""

SIZES = ("maxItems", "maxLength")
"""Keywords that bound what others have to look at, which come after them."""

_ROOT_ONLY = ("$id", "$schema")


class GeneratedChecker:
    """The checker of one schema; generated when it is first used, and again wherever it is sent."""

    __slots__ = ("_generator", "_root", "schema")

    def __init__(self, schema: Fragment) -> None:
        """Remember the schema, whose numbers are ints and Decimals."""
        self.schema = schema
        self._root: Table | None = None
        self._generator = Generator(schema)

    def __reduce__(self) -> tuple[type["GeneratedChecker"], tuple[Fragment]]:
        """Cross a process boundary as the schema alone."""
        return (type(self), (self.schema,))

    def accepts(self, data: Any) -> bool:
        """Tell whether typed data are surely valid; False says nothing.

        The data are dicts, lists, texts, booleans, None, ints and finite Decimals, as
        `type_document` gives them.
        """
        try:
            if self._root is None:
                self._root = self._generator.table(self.schema)
            return self._root[type(data)](data)
        except (UnsureError, RecursionError):
            return False

    def judge_part(self, subschema: object, data: Any) -> bool | None:
        """Tell whether part of the data is valid by a part of the schema; None where unsure."""
        table = self._generator.known(subschema)
        try:
            return table[type(data)](data) if table is not None else None
        except (UnsureError, RecursionError):
            return None


class Generator:
    """Tables of one schema, each made once; a reference back finds the table being filled."""

    def __init__(self, root: Fragment) -> None:
        """Begin with no table."""
        self.root = root
        self._tables: dict[int, Table] = {}

    def table(self, schema: object) -> Table:
        """Make, or find, the table of a subschema."""
        if isinstance(schema, bool):
            return Table(dict.fromkeys(KINDS, always if schema else never))
        if not isinstance(schema, Mapping):
            return Table()
        if id(schema) not in self._tables:
            self._tables[id(schema)] = Table()
            self._tables[id(schema)] = self._fill(self._tables[id(schema)], schema)
        return self._tables[id(schema)]

    def known(self, schema: object) -> Table | None:
        """Find the table of a subschema that was met before, itself and not one like it."""
        return self._tables.get(id(schema))

    def _fill(self, table: Table, schema: Mapping[str, Any]) -> Table:
        asked = [keyword for keyword in schema if not self.is_annotation(keyword, schema)]
        # what is too long is not looked into: `report_costs` counts no more than the size admits
        asked.sort(key=lambda keyword: keyword not in SIZES)
        if asked == ["$ref"]:
            return self.follow(schema["$ref"])
        lists: dict[type, list[Check]] = {kind: [] for kind in KINDS}
        for keyword in asked:
            checks = make_checks(self, keyword, schema)
            if checks is None:
                return table
            for kind, check in checks.items():
                lists[kind].append(check)
        table.update((kind, join(checks)) for kind, checks in lists.items())
        return table

    def is_annotation(self, keyword: str, schema: object) -> bool:
        """Tell a keyword that decides nothing by itself where it stands."""
        if keyword in _ROOT_ONLY:
            # elsewhere they begin another resource, which changes what a reference means
            return schema is self.root
        return keyword in ANNOTATIONS or keyword.startswith("x-")

    def follow(self, reference: object) -> Table:
        """Make the table of what a local reference points to; another reference is left alone."""
        target = self.target(reference)
        return self.table(target) if target is not None else Table()

    def target(self, reference: object) -> object | None:
        """Find what a local reference points to; None for one that is not plainly local."""
        if not isinstance(reference, str) or "%" in reference:
            return None
        if reference != "#" and not reference.startswith("#/"):
            return None
        target: object = self.root
        for part in reference.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(target, Mapping) or name not in target:
                return None
            if target is not self.root and any(key in target for key in _ROOT_ONLY):
                return None
            target = target[name]
        return target
