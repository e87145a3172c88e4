"""Our dataclasses are the library's, in everything that our classes use of it."""

import copy
import dataclasses
import importlib
import pickle
import pkgutil
import pprint
from typing import Any

import pytest

import ruletrail
from ruletrail import fast_dataclasses
from ruletrail.problems import Mark


def declare(dataclass: Any, field: Any) -> tuple[type, ...]:
    """Declare the same five classes by either decorator."""

    @dataclass(frozen=True, slots=True)
    class Frozen:
        """One of each kind of field."""

        first: int
        second: tuple[int, ...] = (1,)
        third: dict[str, int] = field(default_factory=dict)
        note: str = field(default="", compare=False, repr=False)
        made: int = field(init=False, repr=False, compare=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "made", self.first + 1)

    @dataclass(slots=True)
    class Open:
        """One that changes."""

        name: str
        items: list[int] = field(default_factory=list)

    @dataclass(frozen=True, slots=True)
    class Named:
        """Fields called as what `__init__` might be written with."""

        put: int
        absent: int = 1
        set_put: dict[str, int] = field(default_factory=dict)
        make_set_put: tuple[int, ...] = field(default_factory=tuple)
        default_absent: int = 2
        kind: int = 3

    @dataclass(frozen=True, slots=True)
    class Filled:
        """One of those that share their code: each argument goes into its slot."""

        name: str
        a0: int = 1
        s0: tuple[int, ...] = ()

    @dataclass(frozen=True, repr=False)
    class Plain:
        """One without slots, which shows itself."""

        only: int = 3

        def __repr__(self) -> str:
            return "plain"

    return Frozen, Open, Plain, Named, Filled


OURS = declare(fast_dataclasses.dataclass, fast_dataclasses.field)
LIBRARY = declare(dataclasses.dataclass, dataclasses.field)


def outcome(call: Any, *arguments: object, **options: object) -> object:
    """Return what a call gives, or the class of what it raises."""
    try:
        return call(*arguments, **options)
    except (TypeError, AttributeError) as error:
        return type(error)


CALLS = [
    ((1,), {}),
    ((2, (3,)), {"note": "n"}),
    ((), {}),
    ((), {"first": 1, "second": ()}),
    ((1, 2, 3, 4, 5), {}),
    (("a", [1]), {}),
    (("a",), {"s0": (1,)}),
    ((), {"name": "a", "a0": 3, "s0": (2,)}),
    (("a",), {"name": "b"}),
]


@pytest.mark.parametrize("which", [0, 1, 2, 3, 4])
def test_records_are_made_shown_and_compared_as_the_librarys(which):
    ours, library = OURS[which], LIBRARY[which]
    for arguments, options in CALLS:
        made = [outcome(kind, *arguments, **options) for kind in (ours, library)]
        if isinstance(made[0], type) or isinstance(made[1], type):
            assert made[0] is made[1]
            continue
        assert repr(made[0]) == repr(made[1])
        assert outcome(hash, made[0]) == outcome(hash, made[1])
        assert made[0] == ours(*arguments, **options)
        assert made[0] != made[1]
        assert dataclasses.asdict(made[0]) == dataclasses.asdict(made[1])
        assert copy.deepcopy(made[0]) == made[0]
    assert ours.__match_args__ == library.__match_args__
    assert getattr(ours, "__slots__", None) == getattr(library, "__slots__", None)
    assert [each.name for each in dataclasses.fields(ours)] == [
        each.name for each in dataclasses.fields(library)
    ]


def test_what_is_missing_is_named_by_its_own_field():
    """Though other classes of as many fields share the code."""
    *_, ours = OURS
    *_, library = LIBRARY
    said = []
    for kind in (ours, library):
        with pytest.raises(TypeError) as caught:
            kind()
        said.append(str(caught.value).rpartition("Filled")[2])
    assert said[0] == said[1] == ".__init__() missing 1 required positional argument: 'name'"


def test_each_init_is_of_its_class_and_module():
    """`help` names both; without them it ended with an error in Python 3.13."""
    for ours, library in zip(OURS, LIBRARY, strict=True):
        made = ours.__init__
        assert made.__qualname__ == library.__init__.__qualname__
        assert made.__module__ == __name__


def test_a_field_without_a_default_follows_none_that_has_one():
    for decorator in (fast_dataclasses.dataclass, dataclasses.dataclass):
        with pytest.raises(TypeError):

            @decorator(frozen=True, slots=True)
            class Wrong:
                first: int = 1
                second: int


def test_a_field_that_is_not_compared_does_not_count():
    frozen, *_ = OURS
    assert frozen(1, note="a") == frozen(1, note="b")
    assert hash(Mark("a", 1, 1, "text")) == hash(Mark("a", 1, 1))


def test_frozen_is_frozen_and_open_is_open():
    frozen, changing, plain, *_ = OURS
    for record, name in ((frozen(1), "first"), (plain(), "only"), (plain(), "another")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, name, 2)
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(record, name)
    record = changing("a")
    record.name = "b"
    assert record == changing("b")
    assert record.items is not changing("b").items


@pytest.mark.parametrize("replace", [fast_dataclasses.replace, dataclasses.replace])
def test_replace_makes_anew(replace):
    frozen, *_ = OURS
    changed = replace(frozen(1, note="n"), first=5)
    assert (changed.first, changed.made, changed.note) == (5, 6, "n")
    with pytest.raises(TypeError):
        replace(changed, unknown=1)


def test_records_cross_processes_and_are_printed():
    mark = Mark("a", 1, 2, "text")
    again = pickle.loads(pickle.dumps(mark))  # noqa: S301 - written on the same line
    assert again == mark
    assert again.text == "text"
    assert pprint.pformat(mark) == repr(mark)


def test_every_class_of_ours_is_described_as_the_library_would():
    """The names, in order, and what is compared, of each dataclass of the engine."""
    seen = 0
    for module in pkgutil.walk_packages(ruletrail.__path__, "ruletrail."):
        if module.name in ("ruletrail.__main__", "ruletrail.spark"):
            continue
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and "__parts__" in vars(kind):
                seen += 1
                assert [each.name for each in dataclasses.fields(kind)] == list(
                    kind.__annotations__
                )
    assert seen > 100


def test_a_frozen_class_says_so_to_the_library():
    """An embedder's frozen dataclass may inherit from one of ours."""

    @dataclasses.dataclass(frozen=True)
    class Marked(ruletrail.Plan):
        extra: int = 0

    assert ruletrail.Plan.__dataclass_params__.frozen
    assert dataclasses.fields(Marked)[-1].name == "extra"
