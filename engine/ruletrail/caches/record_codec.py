"""Frozen records to a flat table and back: plain JSON, a closed list of classes, no code.

A table is a list of atoms (texts, whole numbers, booleans, null) and a list of nodes; a node is a
tag and the places of its parts, which come before it. So what is shared stays shared, depth costs
no recursion, and reading a table can make nothing but the listed classes.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

Table = dict[str, list[Any]]
Parts = Callable[[Any], tuple[object, ...]]
"""Take a record apart, into what its class is called with to make it again."""

_TUPLE, _LIST, _DICT, _SET, _FRACTION, _DECIMAL, _FIRST_CLASS = range(7)


class UnknownClassError(TypeError):
    """A record holds something that no table can hold."""


class Codec:
    """Writes and reads records of the listed classes, `special` ones as a few parts."""

    def __init__(
        self, classes: Sequence[type], special: Mapping[type, tuple[Parts, Callable[..., object]]]
    ) -> None:
        """Give each class its number, in the order given."""
        self._tags = {kind: tag for tag, kind in enumerate(classes, _FIRST_CLASS)}
        self._parts = {
            kind: special[kind][0] if kind in special else _fields_of(kind) for kind in classes
        }
        plain: list[Callable[..., object]] = [_tuple, _list, _dict, _set, Fraction, Decimal]
        self._makers = [
            *plain,
            *(special[kind][1] if kind in special else kind for kind in classes),
        ]

    def encode(self, record: object) -> Table:
        """Write a record and all in it; an `UnknownClassError` for a class that is not listed."""
        return _Encoder(self._tags, self._parts).encode(record)

    def decode(self, table: Table) -> Any:
        """Read a record; a `TypeError`, `ValueError`, `KeyError` or `IndexError` for no table."""
        values: list[Any] = list(table["atoms"])
        makers, append = self._makers, values.append
        for tag, *places in table["nodes"]:
            append(makers[tag](*[values[place] for place in places]))
        return values[-1]


def _fields_of(kind: type) -> Parts:
    names: tuple[str, ...] = kind.__match_args__  # type: ignore[attr-defined]  # the parts that a dataclass is made from
    return lambda record: tuple(getattr(record, name) for name in names)


def _tuple(*parts: object) -> tuple[object, ...]:
    return parts


def _list(*parts: object) -> list[object]:
    return list(parts)


def _set(*parts: object) -> frozenset[object]:
    return frozenset(parts)


def _dict(*parts: Any) -> dict[Any, object]:
    return dict(zip(parts[::2], parts[1::2], strict=True))


class _Encoder:
    """One walk over a record, inner parts first, without recursion."""

    def __init__(self, tags: Mapping[type, int], parts: Mapping[type, Parts]) -> None:
        self.tags, self.parts = tags, parts
        self.atoms: dict[tuple[type, object], int] = {}
        self.places: dict[int, int] = {}
        self.nodes: list[tuple[int, tuple[object, ...]]] = []
        self.kept: list[object] = []

    def encode(self, record: object) -> Table:
        waiting: list[tuple[object, tuple[int, tuple[object, ...]] | None]] = [(record, None)]
        while waiting:
            value, opened = waiting.pop()
            if opened is not None:
                self.places[id(value)] = len(self.nodes)
                self.nodes.append(opened)
            elif self._is_atom(value):
                self.atoms.setdefault((type(value), value), len(self.atoms))
            elif id(value) not in self.places:
                self.kept.append(value)
                opened = self._open(value)
                waiting.append((value, opened))
                waiting.extend((part, None) for part in reversed(opened[1]))
        return self._table()

    def _is_atom(self, value: object) -> bool:
        return value is None or type(value) in (str, int, bool)

    def _open(self, value: Any) -> tuple[int, tuple[object, ...]]:
        kind = type(value)
        if kind in self.tags:
            parts = self.parts[kind](value)
            # the parts may have been made just now: kept, so that their identities stay theirs
            self.kept.append(parts)
            return self.tags[kind], parts
        if kind in (tuple, list):
            return (_TUPLE if kind is tuple else _LIST), tuple(value)
        if kind is dict:
            return _DICT, tuple(part for pair in value.items() for part in pair)
        if kind is frozenset:
            # in an order of its own: the same record is the same bytes whatever the hash seed
            return _SET, tuple(sorted(value, key=repr))
        if kind is Fraction:
            return _FRACTION, (value.numerator, value.denominator)
        if kind is Decimal:
            return _DECIMAL, (str(value),)
        raise UnknownClassError(kind.__name__)

    def _table(self) -> Table:
        start = len(self.atoms)

        def place(part: object) -> int:
            return (
                self.atoms[type(part), part]
                if self._is_atom(part)
                else start + self.places[id(part)]
            )

        nodes = [[tag, *map(place, parts)] for tag, parts in self.nodes]
        return {"atoms": [value for _, value in self.atoms], "nodes": nodes}
