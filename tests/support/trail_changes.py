"""Every change that a forger may make in one place of a trail, and the class that it belongs to.

A class is a place, indexes and codes left out (`steps[].cases[].mark`, `fields.*.unit`), and what
is done there: `other` (another value), `removed`, `added`, `doubled`, `moved`, `renamed`. Steps are
also changed whole, with everything that follows from their being there or not.
"""

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, get_args

from ruletrail.trails import Agreement, Status
from ruletrail.values import ErrorCause, RoundingMode

Path = tuple[str | int, ...]
Class = tuple[str, str]
"""A place and what is done there."""

BY_CODE = frozenset({
    "fields", "parameters", "sources", "subject", "values", "decisions", "sections", "checks",
    "reads", "groups", "scales", "tables", "arguments", "choices", "lists",
})  # fmt: skip
"""Mappings whose keys are codes, or somebody's words: one place for all of them."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "kind": ("rule", "decision", "section", "check", "message"),
    "outcome": (
        "value", "missing", "not_applicable", "not_encoded", "error", "undetermined",
        "due", "not_due", "passed", "failed", "shown", "not_shown", "alto", "basso",
    ),
    "from": ("report", "parameter", "rule", "decision", "section", "check"),
    "skipped": ("branch_not_taken", "when_false", "when_unsettled", "not_chosen"),
    "agreement": get_args(Agreement),
    "status": (*get_args(Status), "draft", "published"),
    "cause": get_args(ErrorCause),
    "mode": get_args(RoundingMode),
    "severity": ("error", "warning", "info"),
    "policy": ("exclusive", "first"),
    "type": ("number", "text", "boolean", "date"),
    "date": ("2024-05-31", "0001-01-01", "2024-02-30", "2024-5-31", ""),
    "language": ("it", "en"),
    "locale": ("it", "en"),
    "evidence": ("seed", "quoted", "inferred", "assumed"),
    "digest": ("sha256:" + "0" * 64, "sha256:" + "A" * 64, "sha256:1"),
    "mark": ("altro.yaml:1:1", "/casa/altro.yaml:1:1", "altro.yaml:0:1", "altro.yaml", ":1:1"),
    "version": ("9.9.9", "99999.0.0", "1.0", "01.0.0", "x"),
    "name": ("ruletrail", "altro", "Altro", "a" * 65, ""),
    "edition": ("2025", "2" * 65, "", "2024/5"),
    "unit": ("euro", "%", "ore", ""),
}  # fmt: skip
"""What may stand under a key, right and wrong; each is tried in place of the others."""

FACTS: tuple[Any, ...] = (
    "0", "1", "1/3", "1.0", "+1", "01", "2/4", "1e2", "-0", "1_0", "٣", " 1", True, False,
    {"text": ""}, {"text": "x"}, {"date": "2024-05-31"}, {"date": "2023-02-29"},
    {"missing": ["A"]}, {"missing": []}, {"not_applicable": "A"},
    {"not_encoded": "x"}, {"error": {"cause": "limit", "of": "A"}}, None, 1, [], {},
)  # fmt: skip
"""What is tried in place of any value: of each kind, also written as no trail writes it."""


_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Change:
    """One change: where, what is done, and the function that does it to a copy."""

    place: str
    deed: str
    path: Path
    apply: Callable[[Any], None]

    @property
    def belongs_to(self) -> Class:
        """The class of the change."""
        return self.place, self.deed


def place_of(path: Path) -> str:
    """Name a place without its indexes and codes."""
    pieces = []
    for at, key in enumerate(path):
        if isinstance(key, int):
            pieces.append("[]")
        elif at and _has_codes(path[:at]):
            pieces.append(".*")
        else:
            pieces.append(f".{key}")
    return "".join(pieces).removeprefix(".")


def _has_codes(path: Path) -> bool:
    """Tell a mapping by codes; the lists of a section and the groups have such names, and none.

    Rows of the report, and of the result, are such mappings too.
    """
    is_list_of_codes = path[0] == "steps" and path[-1] == "fields"
    is_row = len(path) == 4 and path[:2] in (("report", "fields"), ("result", "lists"))
    return is_row or (path[-1] in BY_CODE and not is_list_of_codes)


def at(document: Any, path: Path) -> Any:
    """Return what stands at a path."""
    for key in path:
        document = document[key]
    return document


def nodes_of(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """List every place of a document with what stands there."""
    yield path, data
    if isinstance(data, dict):
        for key, value in data.items():
            yield from nodes_of(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from nodes_of(value, (*path, index))


class Changes:
    """Makes all changes of a trail; `seen` are trails whose keys and values are borrowed."""

    def __init__(self, seen: list[Any]) -> None:
        """Collect what stands at each place of some trails."""
        self.keys: dict[str, dict[str, Any]] = {}
        self.values: dict[str, list[Any]] = {}
        for document in seen:
            for path, value in nodes_of(document):
                place = place_of(path)
                known = self.values.setdefault(place, [])
                if len(known) < 12 and value not in known:
                    known.append(value)
                if isinstance(value, dict):
                    self.keys.setdefault(place, {}).update(value)

    def of(self, document: Any) -> Iterator[Change]:
        """List the changes of a trail, those of one place after each other."""
        for path, value in nodes_of(document):
            if path and not _is_resigned(path):
                yield from self._of_value(document, path, value)
            if isinstance(value, dict):
                yield from self._of_mapping(document, path, value)
            elif isinstance(value, list):
                yield from self._of_list(document, path, value)
        yield from _of_steps(document)

    def _of_value(self, document: Any, path: Path, value: Any) -> Iterator[Change]:
        place, found = place_of(path), {_written(value)}
        # a mapping or list is changed in its members; in its place only what is none is put
        is_whole = isinstance(value, list) or (isinstance(value, dict) and "text" not in value)
        borrowed = (
            [each for each in FACTS if each not in ({}, [])]
            if is_whole
            else [*_others(path, value), *self.values.get(place, ())]
        )
        if path[-1] == "answer":
            kept = {key: each for key, each in value.items() if key == "in_force"}
            borrowed.append({**kept, "otherwise": True})
        for other in [*borrowed, *_other_codes(document, value)]:
            text = _written(other)
            if text not in found:
                found.add(text)
                yield Change(place, "other", path, _setting(path, other))
        if path[-1] != "digest" or len(path) > 1:
            yield Change(place, "removed", path, lambda copy: at(copy, path[:-1]).pop(path[-1]))

    def _of_mapping(self, document: Any, path: Path, value: dict[str, Any]) -> Iterator[Change]:
        place, is_by_code = place_of(path), bool(path) and path[-1] in BY_CODE
        for key, sample in self.keys.get(place, {}).items():
            if key not in value:
                child = (*path, key)
                yield Change(place_of(child), "added", child, _setting(child, sample))
                for other in self._other_samples(document, key, place_of(child)):
                    yield Change(place_of(child), "added", child, _setting(child, other))
                if isinstance(sample, dict | list):
                    yield Change(place_of(child), "added", child, _setting(child, type(sample)()))
                if _blanked(sample) != sample:
                    blank = _setting(child, _blanked(sample))
                    yield Change(place_of(child), "added", child, blank)
        if is_by_code and value:
            child = (*path, "ZZ9")
            some = next(iter(value.values()))
            yield Change(place_of(child), "added", child, _setting(child, some))
            for key in value:
                yield Change(place_of(child), "renamed", (*path, key), _renaming(path, key))

    def _other_samples(self, document: Any, key: str, place: str) -> Iterable[Any]:
        """List what else may be added under a key, where one sample alone may fit nowhere."""
        match key:
            case "otherwise":  # tables answer with values of several types
                return self.values.get(place, ())
            case "times":
                return document["parameters"]
            case "part_of":
                return document["result"]["sections"]
            case "when":
                return [{"condition": "true", "parts": [], "value": True}]
        return ()

    def _of_list(self, document: Any, path: Path, value: list[Any]) -> Iterator[Change]:
        place = place_of((*path, 0))
        for index in range(len(value)):
            here = (*path, index)
            yield Change(place, "doubled", here, _doubling(path, index))
            for other in range(index + 1, len(value)):
                yield Change(place, "moved", here, _swapping(path, index, other))
        for turn in range(1, len(value)) if len(value) > 2 else ():
            yield Change(place, "moved", path, _turning(path, turn))
        found: set[object] = set()
        for sample in self._new_items(document, path, value):
            text = _written(sample)
            if text not in found:
                found.add(text)
                for index in {0, len(value)}:
                    yield Change(place, "added", path, _inserting(path, index, sample))

    def _new_items(self, document: Any, path: Path, value: list[Any]) -> Iterator[Any]:
        """List what may be put into a list: of its own kind, and of the lists beside it."""
        if all(isinstance(each, str) for each in value):
            yield from ("", " ")
        if path[-1] == "source":
            yield from document["sources"]
        holder = at(document, path[:-1])
        beside = holder.values() if isinstance(holder, dict) else ()
        kin = [each for other in beside if isinstance(other, list) for each in other]
        kinds = {type(each) for each in value} or {str}
        own = [*value, *self.values.get(place_of((*path, 0)), ())]
        for item in [*own, *(each for each in kin if type(each) in kinds)]:
            yield item
            if isinstance(item, str) and _NUMBER.fullmatch(item):
                yield str(Fraction(item) + 1)
            if isinstance(item, dict) and "mark" in item:
                yield from _later_items(item, value)


def _other_codes(document: Any, value: Any) -> Iterator[str]:
    """List the codes of the same kind, where one stands: of constants, fields, sources, steps."""
    steps: dict[str, list[str]] = {}
    for step in document["steps"]:
        steps.setdefault(step["kind"], []).append(step["id"])
    known = (document["parameters"], document["fields"], document["sources"], *steps.values())
    for codes in known:
        if isinstance(value, str) and value in codes:
            yield from codes


def _later_items(item: dict[str, Any], value: list[Any]) -> Iterator[dict[str, Any]]:
    """Write an item as if it stood in its file behind all others, and as one of another outcome."""
    # the case for a rule's own formula has no mark
    marked = [each for each in value if "mark" in each]
    lines = [int(each["mark"].split(":")[-2]) for each in marked]
    file = (marked[-1] if marked else item)["mark"].rsplit(":", 2)[0]
    later = {**item, "mark": f"{file}:{max(lines, default=0) + 1}:7"}
    yield later
    if "outcome" in item:
        yield {**later, "outcome": "inventato"}
        for key in ("condition", "not_encoded"):
            if key in item:
                yield {**later, key: "not (true)" if key == "condition" else "inventato"}


def _blanked(value: Any) -> Any:
    """Write a value with every text in it blank: it is there, and says nothing."""
    if isinstance(value, dict):
        return {key: _blanked(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_blanked(each) for each in value]
    return " " if isinstance(value, str) else value


def _is_resigned(path: Path) -> bool:
    """Tell the digests that are made anew after every change."""
    return path[-1] == "digest" and path[0] in ("digest", "report", "steps")


_ENCODE = json.JSONEncoder(sort_keys=True).encode


def _written(value: Any) -> object:
    """Give what two values have in common that a trail writes alike; 1 and true are two."""
    return _ENCODE(value) if isinstance(value, dict | list) else (type(value), value)


def _others(path: Path, value: Any) -> Iterator[Any]:
    key = next(key for key in reversed(path) if isinstance(key, str))
    yield from WORDS.get(key, ())
    yield from FACTS
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1, str(value))
    elif isinstance(value, str):
        yield from _other_texts(key, value)


def _other_texts(key: str, value: str) -> Iterator[Any]:
    yield from ("", " ", value + "x", value + "0", value.upper(), f" {value}", {"text": value})
    if _NUMBER.fullmatch(value):
        yield from (str(Fraction(value) + 1), f"-{value}", f"{value}e0", f"{value}.0")
    if re.fullmatch(r"(?!0001-01-01|9999-12-31)\d{4}-\d\d-\d\d", value):
        yield from (str(date.fromisoformat(value) + timedelta(days)) for days in (-1, 1))
    if key in ("formula", "condition"):
        yield from (f"({value})", f"{value} + 0", f"not ({value})", "true", "1")
        yield from (value.replace(" ", "  "), f"{value} if true else {value}")
    if key == "template":
        yield from (value + " ", "{edition}" + value, value.replace("{", "{{"))


# -- Deeds on a copy -------------------------------------------------------------------------------


def _setting(path: Path, value: Any) -> Callable[[Any], None]:
    def apply(copy: Any) -> None:
        at(copy, path[:-1])[path[-1]] = json.loads(json.dumps(value))

    return apply


def _renaming(path: Path, key: str) -> Callable[[Any], None]:
    def apply(copy: Any) -> None:
        target = at(copy, path)
        target["ZZ9"] = target.pop(key)

    return apply


def _doubling(path: Path, index: int) -> Callable[[Any], None]:
    def apply(copy: Any) -> None:
        target = at(copy, path)
        target.insert(index, json.loads(json.dumps(target[index])))

    return apply


def _swapping(path: Path, index: int, other: int) -> Callable[[Any], None]:
    def apply(copy: Any) -> None:
        target = at(copy, path)
        target[index], target[other] = target[other], target[index]

    return apply


def _turning(path: Path, turn: int) -> Callable[[Any], None]:
    def apply(copy: Any) -> None:
        target = at(copy, path)
        target[:] = [*target[turn:], *target[:turn]]

    return apply


def _inserting(path: Path, index: int, sample: Any) -> Callable[[Any], None]:
    return lambda copy: at(copy, path).insert(index, json.loads(json.dumps(sample)))


# -- Whole steps -----------------------------------------------------------------------------------


def _of_steps(document: Any) -> Iterator[Change]:
    """Take whole steps out, put them in and rename them, the rest of the trail made to fit."""
    for index in range(len(document["steps"])):
        path = ("steps", index)
        yield Change("steps[]", "removed whole", path, lambda copy, at=index: _take_out(copy, at))
        yield Change("steps[]", "added whole", path, lambda copy, at=index: _put_in(copy, at))
        yield Change("steps[]", "renamed whole", path, lambda copy, at=index: _rename(copy, at))


def _take_out(copy: Any, index: int) -> None:
    gone = copy["steps"].pop(index)
    for step in copy["steps"]:
        step["place"] -= step["place"] > gone["place"]
    result = copy["result"]
    for key in ("values", "decisions", "sections", "checks"):
        result[key].pop(gone["id"], None)
    for key in ("messages", "not_encoded", "errors"):
        result[key] = [each for each in result[key] if each["step"] != gone["id"]]
    for key, codes in list(result["declared"].items()):
        result["declared"][key] = [code for code in codes if code != gone["id"]]
        if not result["declared"][key]:
            del result["declared"][key]


def _put_in(copy: Any, index: int) -> None:
    old = copy["steps"][index]
    new = json.loads(json.dumps(old).replace(f'"{old["id"]}"', '"ZZ9"'))
    for step in copy["steps"]:
        step["place"] += step["place"] > old["place"]
    new["place"] = old["place"] + 1
    copy["steps"].insert(index + 1, new)
    result = copy["result"]
    for key in ("values", "decisions", "sections", "checks"):
        if old["id"] in result[key]:
            result[key]["ZZ9"] = result[key][old["id"]]
    for key in ("messages", "not_encoded", "errors"):
        places = [at for at, each in enumerate(result[key]) if each["step"] == old["id"]]
        for at_ in places:
            result[key].insert(at_ + 1, {**result[key][at_], "step": "ZZ9"})


def _rename(copy: Any, index: int) -> None:
    code = copy["steps"][index]["id"]
    if code in copy["fields"]:
        return
    text = json.dumps(copy).replace(f'"{code}"', '"ZZ9"')
    copy.clear()
    copy.update(json.loads(text))


def sampled(changes: Iterator[Change], each: int, seed: int) -> list[Change]:
    """Choose at most so many changes of each class; the same ones for one seed."""
    by_class: dict[Class, list[Change]] = {}
    for change in changes:
        by_class.setdefault(change.belongs_to, []).append(change)
    rng = random.Random(seed)  # noqa: S311 - a test, not a secret
    return [
        change for found in by_class.values() for change in rng.sample(found, min(each, len(found)))
    ]
