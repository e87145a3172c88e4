"""Dataclasses as the standard library's, declared in a sixth of the time.

The library compiles six functions of text for each class and imports `inspect` to do so: a third
of a cold start. Here `__init__` alone differs from class to class, and most classes with as many
fields share its code; comparing, hashing and showing are written once, for all. Only what our
classes use is offered: no inheritance between them, no order. Type checkers see the library's own
decorator.
"""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace

__all__ = ["dataclass", "field", "replace"]

_ABSENT: Any = object()


class _Field:
    """One field of a class: its default or what makes it, and where it takes part."""

    __slots__ = ("compare", "default", "default_factory", "init", "repr")

    def __init__(
        self,
        *,
        default: object = _ABSENT,
        default_factory: Callable[[], object] | None = None,
        init: bool = True,
        repr: bool = True,  # noqa: A002 - the library's name
        compare: bool = True,
    ) -> None:
        self.default, self.default_factory = default, default_factory
        self.init, self.repr, self.compare = init, repr, compare


_PLAIN = _Field()


def _dataclass(
    kind: Any = None,
    /,
    *,
    frozen: bool = False,
    slots: bool = False,
    repr: bool = True,  # noqa: A002 - as the library calls it
    eq: bool = True,
) -> Any:
    """Make a class a dataclass."""
    if kind is None:
        options = {"frozen": frozen, "slots": slots, "repr": repr, "eq": eq}
        return lambda undecorated: _dataclass(undecorated, **options)
    written = kind.__dict__
    parts = {name: _read_part(written, name) for name in kind.__annotations__}
    namespace = {
        name: value for name, value in written.items() if name not in ("__dict__", "__weakref__")
    }
    for name, part in parts.items():
        namespace.pop(name, None)
        if not slots and part.default is not _ABSENT:
            namespace[name] = part.default
    shown = repr and "__repr__" not in written
    namespace |= _shared(parts, frozen=frozen, slots=slots, shown=shown)
    if eq:
        compared = [name for name, part in parts.items() if part.compare]
        namespace |= _comparing(compared, frozen=frozen)
    # made again, because slots cannot be added to a class that is there
    made = type(kind)(kind.__name__, kind.__bases__, namespace)
    made.__qualname__ = kind.__qualname__
    made.__init__ = _make_init(made, parts, frozen=frozen, slots=slots)
    made.__init__.__qualname__ = f"{kind.__qualname__}.__init__"
    made.__init__.__module__ = kind.__module__
    return made


def _read_part(written: Mapping[str, Any], name: str) -> _Field:
    """Read what the text of a class says of one field."""
    value = written.get(name, _ABSENT)
    if value is _ABSENT:
        return _PLAIN
    return value if isinstance(value, _Field) else _Field(default=value)


def _shared(
    parts: Mapping[str, _Field], *, frozen: bool, slots: bool, shown: bool
) -> dict[str, object]:
    """Give what every dataclass has, beside its `__init__`."""
    found: dict[str, object] = {
        "__parts__": parts,
        "__frozen__": frozen,
        "__match_args__": tuple([name for name, part in parts.items() if part.init]),
        "__dataclass_fields__": _FIELDS,
        "__dataclass_params__": _PARAMS,
    }
    if slots:
        found |= {"__slots__": tuple(parts), "__getstate__": _get_state, "__setstate__": _set_state}
    if frozen:
        found |= {"__setattr__": _refuse, "__delattr__": _refuse}
    if shown:
        found["__repr__"] = _show
    return found


def _comparing(names: list[str], *, frozen: bool) -> dict[str, object]:
    """Compare by the fields of these names; what can change has no hash."""
    values: Callable[[object], Any] = (
        attrgetter(*names)
        if len(names) > 1
        else lambda record: tuple([getattr(record, name) for name in names])
    )

    def equal(self: object, other: object) -> bool:
        return (
            values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented
        )

    def digest(self: object) -> int:
        return hash(values(self))

    return {"__eq__": equal, "__hash__": digest if frozen else None}


def _make_init(kind: Any, parts: Mapping[str, _Field], *, frozen: bool, slots: bool) -> Any:
    """Make the one function that differs from class to class.

    Nearly all classes are frozen, have slots, and put each argument into one: as many of these as
    there are fields have one code, which is compiled once.
    """
    is_plain = all(part.init and part.default_factory is None for part in parts.values())
    if not (frozen and slots and is_plain) or hasattr(kind, "__post_init__"):
        return _compile_init(kind, parts, frozen=frozen, slots=slots)
    defaults = [part.default for part in parts.values() if part.default is not _ABSENT]
    if any(part.default is _ABSENT for part in list(parts.values())[len(parts) - len(defaults) :]):
        raise TypeError(f"a field of {kind.__name__} without a default follows one that has it")
    made = _filling(len(parts))(*[getattr(kind, name).__set__ for name in parts])
    made.__code__ = made.__code__.replace(co_varnames=("self", *parts))
    made.__defaults__ = tuple(defaults)
    return made


@cache
def _filling(count: int) -> Callable[..., Any]:
    """Compile what makes an `__init__` of so many slots, of their setters.

    A slot's own setter is the shortest way past the refusal to set.
    """
    setters, taken = ([f"{letter}{at}" for at in range(count)] for letter in "sa")
    lines = [f"  {put}(self, {name})" for put, name in zip(setters, taken, strict=True)]
    text = [
        f"def make({', '.join(setters)}):",
        f" def __init__({', '.join(['self', *taken])}):",
        *(lines or ["  pass"]),
        " return __init__",
    ]
    names: dict[str, Any] = {}
    exec("\n".join(text), names)  # noqa: S102 - as the library does
    made: Callable[..., Any] = names["make"]
    return made


def _compile_init(kind: Any, parts: Mapping[str, _Field], *, frozen: bool, slots: bool) -> Any:
    """Compile an `__init__` that also makes values, or calls what comes after.

    All names in it are those of the class's own fields, or begin with two underscores, as no field
    does.
    """
    names: dict[str, Any] = {"__put": object.__setattr__, "__absent": _ABSENT}
    taken, lines = ["self"], []
    for name, part in parts.items():
        value = name
        if part.default_factory is not None:
            names[f"__make_{name}"] = part.default_factory
            value = f"__make_{name}() if {name} is __absent else {name}"
        elif part.default is not _ABSENT:
            names[f"__default_{name}"] = part.default
        elif not part.init:
            continue
        if part.default_factory is not None:
            taken.append(f"{name}=__absent")
        else:
            taken.append(name if part.default is _ABSENT else f"{name}=__default_{name}")
        if frozen and slots:
            names[f"__set_{name}"] = getattr(kind, name).__set__
            lines.append(f" __set_{name}(self, {value})")
        elif frozen:
            lines.append(f" __put(self, '{name}', {value})")
        else:
            lines.append(f" self.{name} = {value}")
    if hasattr(kind, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(taken)}):\n" + "\n".join(lines or [" pass"]), names)  # noqa: S102 - as the library does
    return names["__init__"]


def _replace(record: Any, /, **changes: object) -> Any:
    """Make a record anew with some fields changed."""
    for name in record.__match_args__:
        if name not in changes:
            changes[name] = getattr(record, name)
    return record.__class__(**changes)


def _show(self: Any) -> str:
    names = [name for name, part in self.__parts__.items() if part.repr]
    shown = [f"{name}={getattr(self, name)!r}" for name in names]
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _refuse(self: object, name: str, *_: object) -> NoReturn:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 - a programmer's mistake only

    raise FrozenInstanceError(
        f"cannot assign to or delete field {name!r} of {self.__class__.__name__}"
    )


def _get_state(self: Any) -> list[object]:
    return [getattr(self, name) for name in self.__parts__]


def _set_state(self: Any, state: list[object]) -> None:
    for name, value in zip(self.__parts__, state, strict=True):
        object.__setattr__(self, name, value)


class _Described:
    """What the library keeps beside a class, made by the library itself when it is asked for.

    So the library's own `replace`, `fields` and `asdict` work on our classes too.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, record: object, owner: Any) -> Any:
        import dataclasses  # noqa: PLC0415 - what this module saves

        listed = []
        for name, part in owner.__parts__.items():
            options = {"init": part.init, "repr": part.repr, "compare": part.compare}
            if part.default_factory is not None:
                options["default_factory"] = part.default_factory
            elif part.default is not _ABSENT:
                options["default"] = part.default
            listed.append((name, owner.__annotations__[name], dataclasses.field(**options)))
        made = dataclasses.make_dataclass(owner.__name__, listed, frozen=owner.__frozen__)
        described = getattr(made, self.name)
        setattr(owner, self.name, described)
        return described


_FIELDS, _PARAMS = _Described("__dataclass_fields__"), _Described("__dataclass_params__")
if not TYPE_CHECKING:
    dataclass, field, replace = _dataclass, _Field, _replace
