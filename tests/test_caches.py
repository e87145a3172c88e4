"""The cache: it never changes an answer, and only the user's own files are ever read."""

import ast
import json
import marshal
import os
import re
import stat
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import count
from pathlib import Path

import pytest

import ruletrail
from ruletrail.api import find_source
from ruletrail.caches import Entry, engine_stamp, entries, read_entry, write_entry
from ruletrail.caches.compiled_functions import decode_functions, encode_functions
from ruletrail.caches.linked_rulebooks import decode_linked, encode_linked
from ruletrail.caches.record_codec import Codec, UnknownClassError
from ruletrail.compiled import CompiledRulebook
from ruletrail.evaluations import evaluate_record
from ruletrail.formulas import parsing, walk_expression
from ruletrail.library import cached_loading, loading, source_of_path, sources
from ruletrail.library.cached_loading import find_entry, load_compiled, load_linked
from ruletrail.linking import formulas_of
from ruletrail.problems import Mark, ProblemsError
from ruletrail.trails import Trail
from support.places import ROOT

REPORTS = [
    ROOT / "examples" / name
    for name in ("jesi-2024.yaml", "jesi-2024-incompleto.yaml", "livorno-2024.yaml")
]

pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid"), reason="the system knows no owners of folders, so there is no cache"
)


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Give each test a place for its cache, and forget the user's."""
    base = tmp_path / "base"
    base.mkdir()
    monkeypatch.setenv("RULETRAIL_CACHE", str(base))
    monkeypatch.setattr(entries, "_LOOK_AFTER", 1)
    return base / "ruletrail"


def files_of(place):
    """List the kinds of files; the head of each version is looked at to choose one."""
    kinds = [file.name.partition("-")[0] for file in place.iterdir()] if place.exists() else []
    return sorted(kinds if kinds.count("head") != len(VERSIONS) else {*kinds})


VERSIONS = sorted((ROOT / "rulebooks/sociale").glob("2024*.yaml"))
VERSIONS = [path for path in VERSIONS if not path.name.endswith((".layout.yaml", ".test.yaml"))]


def never_compile(monkeypatch):
    monkeypatch.setattr(
        loading,
        "link_source",
        lambda _: pytest.fail("the plan was compiled although the cache has it"),
    )


ENTRY = Entry("plan", "0" * 64)


# -- Plans to bytes and back -----------------------------------------------------------------------


def shape(value):
    """Write all of a linked rulebook, marks' texts and trees included, which `==` leaves out.

    The ways of marks are not kept: they are for problems of rulebooks, and what is kept has none.
    """
    if is_dataclass(value):
        left = "path" if isinstance(value, Mark) else ""
        names = [each.name for each in fields(value) if each.init and each.name != left]
        return type(value).__name__, [shape(getattr(value, name)) for name in names]
    if isinstance(value, ast.AST):
        return ast.dump(value, include_attributes=True)
    if isinstance(value, dict):
        return [(key, shape(part)) for key, part in value.items()]
    return (
        [type(value).__name__, *map(shape, value)]
        if isinstance(value, tuple | list)
        else repr(value)
    )


def test_a_plan_comes_back_whole():
    plan = loading.link_source(find_source("sociale/2024"))
    again = decode_linked(encode_linked(plan))
    assert again is not plan
    assert shape(again) == shape(plan)
    assert encode_linked(again) == encode_linked(plan)


def test_what_was_one_object_is_one_again():
    again = decode_linked(encode_linked(loading.link_source(find_source("sociale/2024"))))
    assert [id(step) for step in again.steps] == [
        id(again.rulebook.entries[step.code]) for step in again.steps
    ]
    formula = again.rulebook.entries["R04"].formula.content
    assert {id(part) for part in formula.parts} <= {
        id(each) for each in walk_expression(formula.tree)
    }


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.stem)
def test_a_cached_plan_gives_the_same_trail(report, monkeypatch):
    compiled = ruletrail.load("sociale/2024").evaluate(report).trail.to_json()
    never_compile(monkeypatch)
    assert ruletrail.load("sociale/2024").evaluate(report).trail.to_json() == compiled


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.stem)
def test_functions_come_back_whole(report):
    """Both functions, and what prepares for them, answer from the cache and compile nothing."""
    plan = loading.link_source(find_source("sociale/2024"))
    lanes = CompiledRulebook(plan)
    content = encode_functions(lanes)
    again = decode_functions(content, decode_linked(encode_linked(plan)))
    read = ruletrail.load("sociale/2024").read(report)
    for made, restored in (
        ((lanes.usual, lanes.usual_preparer), (again.usual, again.usual_preparer)),
        (lanes.general(), again.general()),
    ):
        assert shape(restored[0].steps) == shape(made[0].steps)
        parts = [
            (dict(preparer.fields), preparer.assumed, preparer.is_usual)
            for preparer in (restored[1], made[1])
        ]
        assert parts[0] == parts[1]
        assert [code.co_code for code in restored[0].codes] == [
            code.co_code for code in made[0].codes
        ]
        assert restored[0].constants == made[0].constants
    assert again.evaluate_record(read) == evaluate_record(again.linked, read)
    assert (
        Trail(again.evaluate_record(read)).to_json() == Trail(lanes.evaluate_record(read)).to_json()
    )
    assert encode_functions(again) == content


def test_functions_are_kept_beside_their_plan(place, monkeypatch):
    assert load_compiled(find_source("sociale/2024")).usual.source
    assert files_of(place) == ["functions", "head", "plan"]
    never_compile(monkeypatch)
    monkeypatch.setattr(
        "ruletrail.compiled.scalar_codegen.compiler.compile_rulebook",
        lambda *_, **__: pytest.fail("a function was compiled although it was kept"),
    )
    lanes = load_compiled(find_source("sociale/2024"))
    assert not lanes.usual.source
    assert not lanes.general()[0].source


def test_what_writes_trails_is_kept_for_those_who_evaluate_by_the_library(place, monkeypatch):
    first = ruletrail.load("sociale/2024").evaluate(REPORTS[0]).trail.to_json()
    assert files_of(place) == ["functions", "head", "plan", "trails"]
    monkeypatch.setattr(
        "ruletrail.compiled.trail_codegen.writer.compile_fill",
        lambda *_: pytest.fail("code that writes trails was compiled although it was kept"),
    )
    assert ruletrail.load("sociale/2024").evaluate(REPORTS[0]).trail.to_json() == first


@pytest.mark.parametrize("content", [b"", b"x", b"N", b"(\x01\x00\x00\x00N"])
def test_damaged_code_that_writes_trails_is_compiled_again(place, content):
    first = ruletrail.load("sociale/2024").evaluate(REPORTS[0]).trail.to_json()
    (file,) = (each for each in place.iterdir() if each.name.startswith("trails"))
    kind, _, digest = file.name.partition("-")
    entries.write_entry(entries.Entry(kind, digest), content)
    assert ruletrail.load("sociale/2024").evaluate(REPORTS[0]).trail.to_json() == first
    file.write_bytes(file.read_bytes()[:-1])
    assert ruletrail.load("sociale/2024").evaluate(REPORTS[0]).trail.to_json() == first


def test_damaged_functions_are_compiled_and_written_again(place):
    load_compiled(find_source("sociale/2024"))
    (file,) = (each for each in place.iterdir() if each.name.startswith("functions"))
    whole = file.read_bytes()
    for bytes_now in (
        whole[:-1],
        whole[:200],
        b"",
        whole.replace(b"number", b"numbeR", 1)[:-1] + b"x",
    ):
        file.write_bytes(bytes_now)
        assert load_compiled(find_source("sociale/2024")).usual.source, (
            "what is damaged is not used"
        )
        assert file.read_bytes() == whole


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"{}\n{}\n",
        b"{}\n{}\nx",
        b"1\n2\n" + marshal.dumps([1]),
        b"[]\n[]\n" + marshal.dumps([(), ()]),
    ],
)
def test_bytes_that_are_no_functions_are_none(content):
    assert decode_functions(content, loading.link_source(find_source("sociale/2024"))) is None


def test_functions_too_large_to_keep_are_not_made_for_it(place, monkeypatch):
    monkeypatch.setattr("ruletrail.caches.compiled_functions.LARGEST_ENTRY", 99)
    assert not load_compiled(find_source("sociale/2024")).is_whole
    assert files_of(place) == ["head", "plan"]


def test_the_same_plan_is_the_same_bytes_whatever_the_hash_seed():
    code = (
        "import sys; from ruletrail.api import find_source; "
        "from ruletrail.library.loading import link_source\n"
    )
    code += "from ruletrail.caches.linked_rulebooks import encode_linked\n"
    code += "sys.stdout.buffer.write(encode_linked(link_source(find_source('sociale/2024'))))"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "engine")},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]


def test_every_kind_of_value_that_a_table_holds():
    codec = Codec([Mark], {})
    shared = (1, "a")
    value = [
        None,
        True,
        1,
        False,
        "1",
        -(10**300),
        Fraction(1, 3),
        Decimal("1.50"),
        {"k": [shared], "m": Mark("f", 1, 2, "text")},
        shared,
        frozenset({"b", "a"}),
        (),
        [],
        {},
    ]
    table = json.loads(json.dumps(codec.encode(value)))
    again = codec.decode(table)
    assert shape(again[:-4]) == shape(value[:-4])
    assert again[-4:] == value[-4:]
    assert again[8]["k"][0] is again[9]
    assert again[8]["m"].text == "text"


def test_a_deep_value_costs_no_recursion():
    value: list[object] = []
    for _ in range(20_000):
        value = [value]
    again = Codec([], {}).decode(Codec([], {}).encode(value))
    depth = 0
    while again:
        again, depth = again[0], depth + 1
    assert depth == 20_000


def test_a_class_that_is_not_listed_is_neither_written_nor_made():
    with pytest.raises(UnknownClassError):
        Codec([], {}).encode(Mark("f", 1, 1))
    with pytest.raises(UnknownClassError):
        Codec([], {}).encode(1.5)
    for tag in (-1, 99, "os.system"):
        assert decode_linked(json.dumps({"atoms": ["x"], "nodes": [[tag, 0]]}).encode()) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"{" * 100_000,
        b'{"atoms": [1], "nodes": []}',
        b'{"atoms": [1], "nodes": [[0, 7]]}',
        b'{"atoms": [1, 0], "nodes": [[4, 0, 1]]}',
        b'{"atoms": ["x"], "nodes": [[5, 0]]}',
        b'{"atoms": [1], "nodes": [[2, 0]]}',
        b'{"atoms": [1], "nodes": [[6, 0]]}',
        b'{"atoms": ["1 +"], "nodes": [[16, 0]]}',
        b'{"atoms": 1, "nodes": 1}',
        b'{"atoms": [[]], "nodes": [[2, 0, 0]]}',
    ],
)
def test_bytes_that_are_no_plan_are_none(content):
    assert decode_linked(content) is None


# -- The folder ------------------------------------------------------------------------------------


def test_the_folder_is_made_for_the_user_alone(place):
    write_entry(ENTRY, b"content")
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in place.iterdir()] == [0o600]
    assert read_entry(ENTRY) == b"content"


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o720, 0o702, 0o755, 0o704])
def test_a_folder_that_others_can_enter_is_not_used(place, mode):
    write_entry(ENTRY, b"content")
    place.chmod(mode)
    assert read_entry(ENTRY) is None
    write_entry(Entry("plan", "1" * 64), b"other")
    assert len(files_of(place)) == 1, "nothing was written"
    assert stat.S_IMODE(place.stat().st_mode) == mode, "and nothing mended behind the user's back"


def test_another_users_folder_or_file_is_not_used(place, monkeypatch):
    write_entry(ENTRY, b"content")
    true_user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: true_user + 1)
    assert read_entry(ENTRY) is None
    write_entry(Entry("plan", "1" * 64), b"other")
    assert files_of(place) == ["plan"]


def test_no_folder_is_made_in_another_users(place, monkeypatch):
    true_user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: true_user + 1)
    write_entry(ENTRY, b"content")
    assert not place.exists()


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away"
)
def test_a_file_that_another_user_owns_is_not_read(place):
    write_entry(ENTRY, b"content")
    os.chown(place / ENTRY.name, 12345, 12345)
    assert read_entry(ENTRY) is None
    os.chown(place, 12345, 12345)
    assert read_entry(ENTRY) is None


def test_links_are_not_followed(place, tmp_path):
    write_entry(ENTRY, b"content")
    elsewhere = tmp_path / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    assert read_entry(ENTRY) is None, "the folder is a link"
    place.unlink()
    elsewhere.rename(place)
    assert read_entry(ENTRY) == b"content"
    (place / ENTRY.name).rename(tmp_path / "entry")
    (place / ENTRY.name).symlink_to(tmp_path / "entry")
    assert read_entry(ENTRY) is None, "the file is a link"
    write_entry(ENTRY, b"new")
    assert (tmp_path / "entry").read_bytes().endswith(b"content"), (
        "a link is replaced, not written through"
    )
    assert read_entry(ENTRY) == b"new"


def test_a_file_that_others_can_write_and_what_is_no_file_are_not_read(place):
    write_entry(ENTRY, b"content")
    (place / ENTRY.name).chmod(0o622)
    assert read_entry(ENTRY) is None
    (place / ENTRY.name).unlink()
    os.mkfifo(place / ENTRY.name, 0o600)
    assert read_entry(ENTRY) is None, "and no waiting for a writer"
    (place / ENTRY.name).unlink()
    (place / ENTRY.name).mkdir()
    assert read_entry(ENTRY) is None
    write_entry(ENTRY, b"content")
    assert read_entry(ENTRY) is None


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"RULETRAIL_CACHE": "off", "HOME": "/h"}, None),
        ({"RULETRAIL_CACHE": "OFF", "HOME": "/h"}, None),
        ({"RULETRAIL_CACHE": "0", "HOME": "/h"}, None),
        ({"RULETRAIL_CACHE": "/x", "XDG_CACHE_HOME": "/y", "HOME": "/h"}, Path("/x")),
        ({"RULETRAIL_CACHE": "relative", "XDG_CACHE_HOME": "/y", "HOME": "/h"}, None),
        ({"XDG_CACHE_HOME": "/y", "HOME": "/h"}, Path("/y")),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, Path("/h/.cache")),
        ({"HOME": "/h"}, Path("/h/.cache")),
        ({"HOME": ""}, None),
        ({"HOME": "h"}, None),
        ({}, None),
        ({"RULETRAIL_CACHE": "/a\x00b"}, None),
    ],
)
def test_where_the_cache_lies(environment, expected):
    assert entries.find_folder(environment) == expected


def test_off_means_that_nothing_is_read_or_written(place, monkeypatch):
    ruletrail.load("sociale/2024")
    assert files_of(place) == ["functions", "head", "plan", "trails"]
    before = {file: file.stat().st_mtime_ns for file in place.iterdir()}
    monkeypatch.setenv("RULETRAIL_CACHE", "off")
    assert find_entry(find_source("sociale/2024")) is None
    compiled = []
    link_source = loading.link_source
    monkeypatch.setattr(
        loading, "link_source", lambda source: compiled.append(source) or link_source(source)
    )
    ruletrail.load("sociale/2024")
    assert len(compiled) == 1
    assert {file: file.stat().st_mtime_ns for file in place.iterdir()} == before


def test_a_place_where_nothing_can_be_written_is_no_problem(place, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    for base in (tmp_path / "file", tmp_path / "none" / "such", Path("/proc/none")):
        monkeypatch.setenv("RULETRAIL_CACHE", str(base))
        assert ruletrail.load("sociale/2024").reference == "sociale/2024@1.0.1"

    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("RULETRAIL_CACHE", str(place.parent))
    monkeypatch.setattr(os, "replace", full)
    assert ruletrail.load("sociale/2024").reference == "sociale/2024@1.0.1"
    assert files_of(place) == [], "nothing half written is left"


# -- Entries ---------------------------------------------------------------------------------------


def damaged(data):
    """Damage a file's bytes in every way that a crash or a disk does."""
    yield b""
    yield data[:10]
    yield data[: len(data) // 2]
    yield data[:-1]
    yield data + b" "
    for at in (0, 20, 60, 90, len(data) // 2, len(data) - 1):
        yield data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    yield data.replace(b"cache 1", b"cache 2")


def test_damaged_entries_are_ignored_and_written_again(place, monkeypatch):
    ruletrail.load("sociale/2024")
    for file in place.iterdir():
        whole = file.read_bytes()
        for bytes_now in damaged(whole):
            file.write_bytes(bytes_now)
            assert ruletrail.load("sociale/2024").reference == "sociale/2024@1.0.1"
            assert file.read_bytes() == whole, "the entry was mended"


def test_the_cache_keeps_within_bounds(place, monkeypatch):
    monkeypatch.setattr(entries, "MOST_ENTRIES", 5)
    for index in range(12):
        write_entry(Entry("plan", f"{index:064}"), b"x" * 100)
        os.utime(place / f"plan-{index:064}", (index, index))
    assert sorted(file.name[-2:] for file in place.iterdir()) == ["07", "08", "09", "10", "11"]
    monkeypatch.setattr(entries, "MOST_BYTES", 600)
    write_entry(Entry("plan", "f" * 64), b"y" * 100)
    assert sorted(file.name[-2:] for file in place.iterdir()) == ["10", "11", "ff"]
    monkeypatch.setattr(entries, "LARGEST_ENTRY", 99)
    write_entry(Entry("plan", "e" * 64), b"y" * 100)
    assert not (place / ("plan-" + "e" * 64)).exists()


def test_the_bounds_are_looked_at_with_the_first_entry_and_every_so_many(place, monkeypatch):
    """A look costs more than an entry; between two of them the cache may be that much too large."""
    monkeypatch.setattr(entries, "MOST_ENTRIES", 2)
    monkeypatch.setattr(entries, "_LOOK_AFTER", 4)
    for index in range(5):
        write_entry(Entry("plan", f"{index:064}"), b"x")
    monkeypatch.setattr(entries, "_WRITTEN", count())
    held = []
    for index in range(5, 14):
        write_entry(Entry("plan", f"{index:064}"), b"x")
        held.append(len(files_of(place)))
    assert held == [2, 3, 4, 5, 2, 3, 4, 5, 2]


def test_what_a_killed_writer_left_is_removed_in_time(place):
    write_entry(ENTRY, b"content")
    old, fresh = place / f".new-1-{'0' * 16}", place / f".new-2-{'1' * 16}"
    empty = place / f".new-3-{'2' * 16}"
    for file, data in ((old, b"ruletrail cache 1 half"), (fresh, b"ruletr"), (empty, b"")):
        file.write_bytes(data)
        file.chmod(0o600)
    for file in (old, empty):
        os.utime(file, (1, 1))
    write_entry(ENTRY, b"content")
    assert (old.exists(), empty.exists()) == (False, False)
    assert fresh.exists(), "another process may be writing it"


FOREIGN = {
    "letter.txt": b"dear reader",
    "plan-notes": b"ruletrail cache 1 is not all that a name is made of",
    f"other-{'0' * 64}": b"ruletrail cache 1 ",
    f"plan-{'0' * 64}.bak": b"ruletrail cache 1 ",
    f"plan-{'A' * 64}": b"ruletrail cache 1 ",
    f"plan-{'9' * 64}": b"the name of an entry, and somebody's words",
    ".new-letter": b"",
    ".new-1-old": b"ruletrail cache 1 ",
    f".new-7-{'0' * 16}": b"somebody's words",
}


def test_what_is_not_of_the_cache_is_never_removed(place, monkeypatch):
    """Files, folders and links of others stay, however old they are and however full the cache."""
    monkeypatch.setattr(entries, "MOST_ENTRIES", 1)
    write_entry(ENTRY, b"content")
    for name, data in FOREIGN.items():
        (place / name).write_bytes(data)
        os.utime(place / name, (1, 1))
    (place / f"plan-{'a' * 64}").mkdir()
    (place / f"plan-{'b' * 64}").symlink_to("letter.txt")
    before = {file.name for file in place.iterdir()} - {ENTRY.name}
    write_entry(Entry("head", "f" * 64), b"another")
    after = {file.name for file in place.iterdir()}
    assert after == {*before, f"head-{'f' * 64}"}
    assert {name: (place / name).read_bytes() for name in FOREIGN} == FOREIGN


def test_what_is_not_of_the_cache_is_not_counted(place, monkeypatch):
    """Files of others leave room for as many entries as ever."""
    write_entry(ENTRY, b"content")
    for index in range(5):
        (place / f"{index}.txt").write_bytes(b"x" * 1000)
    monkeypatch.setattr(entries, "MOST_ENTRIES", 2)
    monkeypatch.setattr(entries, "MOST_BYTES", 1000)
    write_entry(Entry("head", "f" * 64), b"another")
    assert files_of(place) == ["0.txt", "1.txt", "2.txt", "3.txt", "4.txt", "head", "plan"]


def test_every_kind_of_entry_has_a_name_that_the_cache_knows(place):
    """What loading keeps is what bounds are kept over."""
    ruletrail.load("sociale/2024")
    load_compiled(find_source("sociale/2024"))
    names = [file.name for file in place.iterdir()]
    assert {name.partition("-")[0] for name in names} == {"functions", "head", "plan", "trails"}
    assert all(re.fullmatch(entries._OURS, name) for name in names)


def test_many_processes_at_once(place):
    code = (
        "import ruletrail, sys; e = ruletrail.load('sociale/2024').evaluate(sys.argv[1]); "
        "print(e.trail.to_json())"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(REPORTS[0])],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT / "engine")},
        )
        for _ in range(4)
    ]
    answers = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0, 0, 0, 0]
    assert len(answers) == 1
    assert files_of(place) == ["functions", "head", "plan", "trails"]


# -- What an entry depends on ----------------------------------------------------------------------

KIT = {
    "rulebooks/prova/2024.yaml": """language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: prova.schema.json
rules:
  X: {label: X, formula: A + 1}
""",
    "schemas/prova.schema.json": json.dumps(
        {
            "type": "object",
            "properties": {
                "rulebook": {"type": "string"},
                "fields": {
                    "type": "object",
                    "properties": {"A": {"type": "number"}},
                    "additionalProperties": False,
                },
            },
        }
    ),
}
CHILD = """language: 1
rulebook: prova
edition: "2025"
version: 1.0.0
status: draft
title: Prova
extends: prova/2024@1.0.0
report: prova.schema.json
rules:
  Y: {label: Y, formula: X + 1}
"""


@pytest.fixture
def kit(tmp_path):
    for name, text in KIT.items():
        path = tmp_path / "kit" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "kit/rulebooks/prova/2025.yaml").write_text(CHILD, "utf-8")
    return tmp_path / "kit"


def answer(kit, edition="2024", code="X"):
    plan = ruletrail.load(kit / f"rulebooks/prova/{edition}.yaml")
    return plan.evaluate({"rulebook": f"prova/{edition}", "fields": {"A": 1}}).values[code]


def test_a_changed_rulebook_is_compiled_anew(kit):
    assert answer(kit) == 2
    path = kit / "rulebooks/prova/2024.yaml"
    times = path.stat()
    path.write_text(KIT["rulebooks/prova/2024.yaml"].replace("A + 1", "A + 9"), "utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert answer(kit) == 10, "although its size and time are the same"


def test_a_changed_base_is_compiled_anew(kit, monkeypatch):
    assert answer(kit, "2025", "Y") == 3
    path = kit / "rulebooks/prova/2024.yaml"
    path.write_text(KIT["rulebooks/prova/2024.yaml"].replace("A + 1", "A + 9"), "utf-8")
    assert answer(kit, "2025", "Y") == 11
    never_compile(monkeypatch)
    assert answer(kit, "2025", "Y") == 11


def test_a_second_base_that_appears_is_noticed(kit):
    assert answer(kit, "2025", "Y") == 3
    (kit / "rulebooks/prova/2024.yaml").rename(kit / "rulebooks/prova/z.yaml")
    assert answer(kit, "2025", "Y") == 3
    (kit / "rulebooks/prova/a.yaml").write_text(
        KIT["rulebooks/prova/2024.yaml"].replace("A + 1", "A + 5"), "utf-8"
    )
    with pytest.raises(ProblemsError) as raised:
        answer(kit, "2025", "Y")
    assert [problem.code for problem in raised.value.problems] == ["extends-ambiguous"]


def test_a_changed_schema_is_read_anew(kit):
    assert answer(kit) == 2
    path = kit / "schemas/prova.schema.json"
    path.write_text(path.read_text("utf-8").replace('"number"', '"number", "maximum": 0'), "utf-8")
    with pytest.raises(ProblemsError) as raised:
        answer(kit)
    assert [problem.code for problem in raised.value.problems] == ["out-of-range"]


def test_a_schema_that_appears_beside_the_rulebook_is_noticed(kit):
    assert answer(kit) == 2
    beside = kit / "rulebooks/prova/prova.schema.json"
    beside.write_text(
        (kit / "schemas/prova.schema.json")
        .read_text("utf-8")
        .replace('"number"', '"number", "maximum": 0'),
        "utf-8",
    )
    with pytest.raises(ProblemsError):
        answer(kit)


def test_a_schema_that_is_gone_is_missed(kit):
    assert answer(kit) == 2
    (kit / "schemas/prova.schema.json").unlink()
    with pytest.raises(ProblemsError) as raised:
        answer(kit)
    assert [problem.code for problem in raised.value.problems] == ["schema-not-found"]


def test_marks_name_the_file_that_was_asked_for(kit, tmp_path):
    assert answer(kit) == 2
    copy = kit / "rulebooks/prova/other.yaml"
    copy.write_text(KIT["rulebooks/prova/2024.yaml"], "utf-8")
    assert load_linked(source_of_path(copy)).rulebook.mark.file == "other.yaml"
    assert load_linked(source_of_path(copy, "shown.yaml")).rulebook.mark.file == "shown.yaml"
    assert (
        load_linked(source_of_path(kit / "rulebooks/prova/2024.yaml")).rulebook.mark.file
        == "2024.yaml"
    )


def test_another_engine_or_python_has_entries_of_its_own(place, monkeypatch):
    source = find_source("sociale/2024")
    names = {find_entry(source).name}
    for stamp in ("other", "another"):
        monkeypatch.setattr(cached_loading, "engine_stamp", lambda stamp=stamp: stamp)
        names.add(find_entry(source).name)
    assert len(names) == 3
    monkeypatch.setattr(cached_loading, "engine_stamp", lambda: None)
    assert find_entry(source) is None


def test_the_stamp_names_version_python_and_the_engines_files(monkeypatch):
    found = engine_stamp()
    assert found == engine_stamp()
    for module, name, value in (
        (entries, "ENGINE_VERSION", "9.9.9"),
        (sys, "version", "4.0"),
        (entries, "_MAKERS", ("caches",)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, value)
            engine_stamp.cache_clear()
            assert engine_stamp() != found
    monkeypatch.setattr(entries, "_MAKERS", ("no-such-folder",))
    engine_stamp.cache_clear()
    assert engine_stamp() is None
    engine_stamp.cache_clear()


def test_a_file_that_changes_while_it_is_compiled_is_not_kept(kit, place, monkeypatch):
    path = kit / "rulebooks/prova/2024.yaml"
    link_source = loading.link_source

    def meddle(source):
        path.write_text(KIT["rulebooks/prova/2024.yaml"].replace("A + 1", "A + 9"), "utf-8")
        return link_source(source)

    monkeypatch.setattr(loading, "link_source", meddle)
    assert answer(kit) == 10
    assert "plan" not in files_of(place)


def test_a_rulebook_with_errors_is_not_kept_and_says_them_each_time(kit, place):
    path = kit / "rulebooks/prova/2024.yaml"
    path.write_text(KIT["rulebooks/prova/2024.yaml"].replace("A + 1", "B + 1"), "utf-8")
    for _ in range(2):
        with pytest.raises(ProblemsError) as raised:
            answer(kit)
        assert [problem.code for problem in raised.value.problems] == ["unknown-code"]
    assert files_of(place) == ["head"]


def test_a_ring_of_bases_is_left_to_the_compiler(kit):
    path = kit / "rulebooks/prova/2024.yaml"
    path.write_text(KIT["rulebooks/prova/2024.yaml"] + "extends: prova/2025@1.0.0\n", "utf-8")
    with pytest.raises(ProblemsError) as raised:
        answer(kit)
    assert "extends-cycle" in [problem.code for problem in raised.value.problems]


def test_heads_from_the_cache_are_heads_from_the_files(place, monkeypatch):
    path = ROOT / "rulebooks/sociale/2024.yaml"
    first = sources.find_head(source_of_path(path, "x"))
    assert (first.reference.name, first.status, first.report) == (
        "sociale",
        "published",
        "reports/sociale/2024.schema.json",
    )
    monkeypatch.setattr(
        sources,
        "_read_tree",
        lambda *_: pytest.fail("the file was read although the cache has its head"),
    )
    assert sources.find_head(source_of_path(path, "x")) == first
    for content in (b"[]", b'["a"]', b"{}", b"[1,2,3,4,5,6,7,8,9]", b"\xff"):
        assert sources._stored(content) is None


def test_evaluation_reads_no_cache(monkeypatch):
    plan = ruletrail.load("sociale/2024")
    report = plan.read(REPORTS[0])

    def refuse(*_arguments, **_options):
        pytest.fail("an evaluation opened a file")

    monkeypatch.setattr(os, "open", refuse)
    assert plan.evaluate(report).status == "complete"


def test_a_plan_of_another_kind_is_left_alone():
    plan = loading.link_source(find_source("sociale/2024"))
    assert encode_linked(replace(plan, content={"x": 1.5})) is None


def test_every_folder_that_makes_what_is_kept_is_in_the_stamp(place):
    """Making a plan and its functions loads nothing from a folder that the stamp does not see."""
    code = (
        "import sys; from ruletrail.api import find_source; "
        "from ruletrail.library import load_compiled;"
        "load_compiled(find_source('sociale/2024')).general();"
        "print('\\n'.join(name for name in sys.modules if name.startswith('ruletrail.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    root = Path(entries.__file__).parent.parent
    loaded = set()
    for name in done.stdout.split():
        path = root.joinpath(*name.split(".")[1:])
        loaded.add((path if path.is_dir() else path.parent).relative_to(root).as_posix())
    made = {folder for folder in loaded if folder.split("/")[0] in entries._MAKERS}
    assert "compiled/scalar_codegen" in made
    assert made <= set(entries._MAKERS)


def test_an_entry_in_anothers_place_is_none(place):
    """Content that was written for another entry is not read, whole as it is."""
    one, two = Entry("plan", "a" * 64), Entry("plan", "b" * 64)
    write_entry(one, b"content")
    assert read_entry(one) == b"content"
    (place / one.name).rename(place / two.name)
    assert read_entry(two) is None


def test_a_restored_formula_is_shown_as_one_that_was_read():
    """Pages take its tree from what was restored lately, which must be what reading would give."""
    for path in ("examples/garden/garden.yaml", "examples/property-tax/imu.yaml"):
        linked = ruletrail.load(ROOT / path).linked
        texts = {each.text for entry in linked.steps for each in formulas_of(entry)}
        parsing._RESTORED.clear()
        read = {text: parsing.parse_written(text) for text in texts}
        restored = {
            text: parsing.restore_formula(text, range(len(text) + 1)).tree for text in texts
        }
        assert read == restored
        assert {text: parsing.parse_written(text) for text in texts} == restored
        assert None not in read.values()


def test_what_was_restored_lately_is_bounded():
    for number in range(2 * parsing._MOST_RESTORED):
        parsing.restore_formula(f"A + {number}", range(20))
    assert len(parsing._RESTORED) <= parsing._MOST_RESTORED
