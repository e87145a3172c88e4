"""Whether Python's matcher may try a text again and again: a proof from the pattern alone.

A pattern is written out as an automaton of its characters (Glushkov's). Matching by backtracking
takes more than linear time only if some word leads from one loop back to its beginning, also from
there on into another loop, and there round: in a run of such words each place is tried as the end
of the first loop. A search is a loop over anything, before the pattern. Where the second loop
cannot fail, nothing is tried twice.

What is called linear is linear. What is not may be: possessive groups are read as ordinary ones,
unless they repeat one character, and what look-around demands is not looked at.
"""

import importlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

MANY = 64
"""Repetitions up to so many are a constant, and written out; with more they have no end."""

WAYS = ("search", "match", "fullmatch")
"""How a pattern is put to a text: anywhere, at its beginning, to all of it."""

_BEGIN, _END = 1, 2
_parser: Any = importlib.import_module("re._parser")
_SAMPLES = frozenset([*map(chr, range(256)), *"ıſK٣३\u0301\u2003\u2028\u3000中\ud800\U0001f600"])
_NAMED = re.compile(r"LITERAL, (\d+)|RANGE, \((\d+), (\d+)\)")


@dataclass(frozen=True)
class _Step:
    """A condition of passing: of the place in the text, and characters that may not follow."""

    place: int = 0
    forbidden: frozenset[str] = frozenset()

    def __or__(self, other: "_Step") -> "_Step":
        return _Step(self.place | other.place, self.forbidden | other.forbidden)


_FREE = _Step()


@dataclass(frozen=True)
class _Piece:
    """A part of a pattern: where it begins and ends, and under what it reads nothing."""

    first: frozenset[tuple[int, _Step]] = frozenset()
    last: frozenset[tuple[int, _Step]] = frozenset()
    nothing: frozenset[_Step] = frozenset()

    @property
    def or_nothing(self) -> "_Piece":
        return _Piece(self.first, self.last, self.nothing | {_FREE})


_NOTHING = _Piece(nothing=frozenset({_FREE}))


@dataclass
class Automaton:
    """The places of a pattern's characters, what each reads, and what may follow on which."""

    every: frozenset[str]
    reads: list[frozenset[str]] = field(default_factory=list)
    edges: Counter[tuple[int, int, frozenset[str]]] = field(default_factory=Counter)

    def build(self, tree: Any, flags: int) -> _Piece:
        """Add a parsed pattern, part by part."""
        piece = _NOTHING
        for operation, argument in tree:
            piece = self._join(piece, self._build(str(operation), argument, flags))
        return piece

    def _build(self, name: str, argument: Any, flags: int) -> _Piece:
        if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            return self._character(_members(self.every, _tester(name, argument, flags), flags))
        if name == "AT":
            return _at(str(argument), flags)
        if name == "BRANCH":
            return _either([self.build(each, flags) for each in argument[1]])
        if name == "SUBPATTERN":
            return self.build(argument[3], (flags | argument[1]) & ~argument[2])
        if name == "ATOMIC_GROUP":
            return self.build(argument, flags)
        if name in ("ASSERT", "ASSERT_NOT"):
            # what looks back reads a fixed number; what looks ahead reads and comes to nothing
            ahead = self.build(argument[1], flags) if argument[0] > 0 else _NOTHING
            return _Piece(ahead.first, nothing=frozenset({_FREE}))
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return self._repeat(*argument, flags=flags, is_possessive=name[0] == "P")
        raise NotImplementedError(f"{name}: what may it cost?")

    def _character(self, members: frozenset[str]) -> _Piece:
        self.reads.append(members)
        here = frozenset({(len(self.reads) - 1, _FREE)})
        return _Piece(here, here)

    def _follow(self, before: _Piece, after: _Piece) -> None:
        for (one, left), (other, entered) in product(before.last, after.first):
            step = left | entered
            if not left.place & _END and not entered.place & _BEGIN:
                self.edges[one, other, self.reads[other] - step.forbidden] += 1

    def _join(self, one: _Piece, other: _Piece) -> _Piece:
        self._follow(one, other)
        entered = {(at, gone | step) for gone in one.nothing for at, step in other.first}
        left = {(at, step | gone) for gone in other.nothing for at, step in one.last}
        both = {gone | also for gone in one.nothing for also in other.nothing}
        return _Piece(one.first | entered, other.last | left, frozenset(both))

    def _repeat(
        self, least: int, most: int, tree: Any, *, flags: int, is_possessive: bool
    ) -> _Piece:
        piece, least, most = _NOTHING, int(least), int(most)
        for _ in range(least):
            piece = self._join(piece, self.build(tree, flags))
        if most <= MANY:
            rest = _NOTHING
            for _ in range(most - least):
                # the copies nest, so that fewer of them are left out at the end alone
                rest = self._join(self.build(tree, flags), rest).or_nothing
            return self._join(piece, rest)
        loop = self.build(tree, flags)
        self._follow(loop, loop)
        if is_possessive and len(tree) == 1 and len(loop.first) == 1 and not loop.nothing:
            stop = _Step(forbidden=self.reads[next(iter(loop.first))[0]])
            left = frozenset((at, step | stop) for at, step in loop.last)
            return self._join(piece, _Piece(loop.first, left, frozenset({stop})))
        return self._join(piece, loop.or_nothing)


def _either(pieces: list[_Piece]) -> _Piece:
    return _Piece(
        frozenset().union(*(each.first for each in pieces)),
        frozenset().union(*(each.last for each in pieces)),
        frozenset().union(*(each.nothing for each in pieces)),
    )


def _at(name: str, flags: int) -> _Piece:
    place = 0
    if name == "AT_BEGINNING_STRING" or (name == "AT_BEGINNING" and not flags & re.MULTILINE):
        place = _BEGIN
    elif name == "AT_END_STRING" or (name == "AT_END" and not flags & re.MULTILINE):
        place = _END
    return _Piece(nothing=frozenset({_Step(place)}))


def _samples(tree: Any) -> frozenset[str]:
    """List characters of each kind, and all that a pattern names with those beside them."""
    named = {int(each) for found in _NAMED.findall(repr(tree)) for each in found if each}
    beside = {each + step for each in named for step in (-1, 0, 1)}
    return _SAMPLES | {chr(each) for each in beside if 0 <= each <= 0x10FFFF}


def _members(every: frozenset[str], test: Callable[[str], bool], flags: int) -> frozenset[str]:
    """List the sample characters that one place of a pattern reads."""
    if not flags & re.IGNORECASE:
        return frozenset(filter(test, every))
    return frozenset(each for each in every if any(map(test, each + each.lower() + each.upper())))


def _tester(name: str, argument: Any, flags: int) -> Callable[[str], bool]:
    if name == "LITERAL":
        return lambda each: ord(each) == argument
    if name == "NOT_LITERAL":
        return lambda each: ord(each) != argument
    if name == "ANY":
        return lambda each: bool(flags & re.DOTALL) or each != "\n"
    if name == "RANGE":
        return lambda each: argument[0] <= ord(each) <= argument[1]
    if name == "CATEGORY":
        return _category(str(argument), flags)
    is_negated = str(argument[0][0]) == "NEGATE"
    tests = [_tester(str(kind), what, flags) for kind, what in argument[is_negated:]]
    return lambda each: any(test(each) for test in tests) != is_negated


def _category(name: str, flags: int) -> Callable[[str], bool]:
    kind = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[name.rpartition("_")[2]]
    search = re.compile(kind, flags & re.ASCII).fullmatch
    return lambda each: (search(each) is None) == ("_NOT_" in name)


# -- Loops -----------------------------------------------------------------------------------------

_START = -1
"""The loop of a search, over what stands before the match."""

Graph = dict[int, dict[int, frozenset[str]]]


@dataclass(frozen=True)
class _Loops:
    """The automaton as a graph, with the loop of a search, and how each place may end."""

    graph: Graph
    safe: frozenset[int]


def find_repetition(pattern: str | bytes, way: str, flags: int = 0) -> str:
    """Tell which loops of a pattern read the same words one after the other; empty if none do.

    `way` is one of WAYS.
    """
    tree = _parser.parse(pattern, flags)
    automaton = Automaton(_samples(tree))
    piece = automaton.build(tree, tree.state.flags)
    for (one, other, common), times in automaton.edges.items():
        if times > 1 and common and one in _reached(_graph(automaton), other):
            return f"a word of {_shown(common)} runs in a loop in two ways"
    loops = _loops(automaton, piece, way)
    for one, other in _pairs(loops):
        if _runs_on(loops.graph, one, other):
            names = [_name(automaton, each) for each in (one, other)]
            return f"{names[0]} and then {names[1]} read the same words"
    return ""


def _graph(automaton: Automaton) -> Graph:
    graph: Graph = {at: {} for at in range(len(automaton.reads))}
    for one, other, common in automaton.edges:
        graph[one][other] = graph[one].get(other, frozenset()) | common
    return graph


def _loops(automaton: Automaton, piece: _Piece, way: str) -> _Loops:
    graph = _graph(automaton)
    every = automaton.every
    if way == "search":
        begun = {
            at: automaton.reads[at] - step.forbidden
            for at, step in piece.first
            if not step.place & _BEGIN
        }
        graph[_START] = {_START: every, **begun}
    entered = {at for at, _ in piece.first} | ({_START} & graph.keys())
    known = set().union(*({at} | _reached(graph, at) for at in entered))
    # a match that may end at any place, or read anything up to the end, does not fail
    free = {at for at, step in piece.last if not step.place}
    endless = {at for at, _ in piece.last if graph[at].get(at) == every}
    safe = endless if way == "fullmatch" else free | endless
    kept = {one: {at: on for at, on in graph[one].items() if at in known} for one in known}
    return _Loops(kept, frozenset(safe))


def _reached(graph: Graph, start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        for other, common in graph[waiting.pop()].items():
            if common and other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _pairs(loops: _Loops) -> Iterator[tuple[int, int]]:
    """List the places in loops of which the second is reached from the first, and either fails."""
    reached = {at: _reached(loops.graph, at) for at in loops.graph}
    looping = [at for at in loops.graph if at in reached[at] and at not in loops.safe]
    for one in looping:
        yield from ((one, other) for other in looping if one != other and other in reached[one])


def _runs_on(graph: Graph, one: int, other: int) -> bool:
    """Tell whether a word leads from `one` to itself, from it to `other`, and there round."""
    goal, start = (one, other, other), (one, one, other)
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for step in product(*(graph[at].items() for at in here)):
            there = tuple(at for at, _ in step)
            if there not in found and step[0][1] & step[1][1] & step[2][1]:
                if there == goal:
                    return True
                found.add(there)
                waiting.append(there)
    return False


def _name(automaton: Automaton, at: int) -> str:
    return "the search" if at == _START else f"a loop of {_shown(automaton.reads[at])}"


def _shown(members: frozenset[str]) -> str:
    return repr("".join(sorted(members))[:12])
