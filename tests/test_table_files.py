"""Rows in files beside a rulebook: each file is read once, and all tables together are limited."""

import json
from fractions import Fraction

import pytest

import ruletrail
from ruletrail.library import source_of_path, table_files
from ruletrail.library.cached_loading import list_inputs
from ruletrail.library.loading import examine_rulebook, link_source
from ruletrail.library.named_files import NamedFile
from ruletrail.problems import ProblemsError
from ruletrail.rulebooks import building
from ruletrail.values import ErrorValue, NotApplicable
from support.rulebooks import Raw, rulebook_text, schema_of

ONE_KEY = {"n": "number"}


def write_many(folder, tables, files, **head):
    """Write a rulebook with these tables, by one key, and files of so many rows."""
    folder.mkdir(exist_ok=True)
    (folder / "schema.json").write_text(json.dumps(schema_of(ONE_KEY)), encoding="utf-8")
    for name, count in files.items():
        lines = "".join(f"{n},{n + 1}\n" for n in range(count))
        (folder / name).write_text("n,value\n" + lines, encoding="utf-8")
    body = {"tables": tables, "rules": {"r": {"formula": f"{next(iter(tables))}(n)"}}}
    path = folder / "prova.yaml"
    path.write_text(rulebook_text(body, language="2", **head), encoding="utf-8")
    return path


def many(count: int, file: str = "t.csv"):
    return {f"t{i}": {"by": ["n"], "file": file} for i in range(count)}


@pytest.fixture
def reads(monkeypatch):
    """Give the names of the table files that are read, as they are."""
    found: list[str] = []
    read = NamedFile.read

    def record(file, shown, limit):
        if file.path.suffix == ".csv":
            found.append(file.path.name)
        return read(file, shown, limit)

    monkeypatch.setattr(NamedFile, "read", record)
    return found


def test_a_file_is_read_once_for_all_tables_and_versions(tmp_path, reads):
    """However its name is written; the rows and their index are shared, the codes are not."""
    day = {"day": "giorno", "versions": [
        {"from": "2023-01-01", "file": "t.csv"}, {"from": "2024-01-01", "file": "./t.csv"},
    ]}  # fmt: skip
    otherwise = {"by": ["n"], "file": "./t.csv", "otherwise": Raw("not_applicable")}
    tables = {**many(3), "u": otherwise, "v": otherwise, "w": {"by": ["n"], **day}}
    path = write_many(tmp_path, tables, {"t.csv": 9})
    schema = schema_of({**ONE_KEY, "giorno": {"type": "string", "format": "date"}})
    (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    linked = link_source(source_of_path(path))
    assert reads == ["t.csv"]
    found = {code: table.contents for code, table in linked.rulebook.tables.items()}
    assert {len(each.rows) for contents in found.values() for each in contents} == {9}
    assert found["t0"][0].rows is found["t2"][0].rows
    assert [found[code][0].otherwise for code in "uv"] == [NotApplicable("u"), NotApplicable("v")]
    assert found["t2"][0].look_up([Fraction(99)]) == ErrorValue("no_case", "t2")
    assert found["t2"][0].look_up([Fraction(8)]) == 9


def test_the_cache_and_the_archive_ask_for_a_file_once(tmp_path, reads):
    tables = {**many(5), "u": {"by": ["n"], "file": "./t.csv"}}
    source = source_of_path(write_many(tmp_path, tables, {"t.csv": 2}))
    inputs = list_inputs(source)
    assert inputs is not None
    assert [name for name, _ in inputs].count("t.csv") == 1
    assert reads == ["t.csv"]


def test_what_is_wrong_with_a_file_is_told_once(tmp_path, reads):
    """And what is wrong with one table's columns, of that table alone."""
    path = write_many(tmp_path, many(5), {})
    (tmp_path / "t.csv").write_text("n,value\n1,\n", encoding="utf-8")
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(path)
    assert [each.code for each in raised.value.problems] == ["table-cell-empty"]
    others = {"x": {"by": ["m"], "file": "t.csv"}, **many(2), "y": {"by": ["m"], "file": "t.csv"}}
    path = write_many(tmp_path, others, {"t.csv": 3})
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(path)
    assert {each.code for each in raised.value.problems} >= {"table-file-header"}
    assert [each.code for each in raised.value.problems].count("table-file-header") == 1


def loading_codes(path) -> list[str]:
    found = examine_rulebook(source_of_path(path))
    return [each.code for each in found.problems]


def test_the_cells_of_all_tables_are_limited(tmp_path, monkeypatch):
    """A million; of files for each table, of versions, of what is extended, of lists written out.

    The limit is smaller here: a million cells take a while. That one is too many is known before
    any table is built.
    """
    assert table_files.MOST_CELLS == 1_000_000
    monkeypatch.setattr(table_files, "MOST_CELLS", 120)
    files = {"t.csv": 20}  # of two cells
    assert loading_codes(write_many(tmp_path, many(3), files)) == []
    lists = [{"n": [[1, 2, 3], 4][i % 2], "value": 1} for i in range(1)]
    past = {**many(2), "u": {"by": ["n"], "rows": [*lists, *({"n": 10 + i, "value": 1}
            for i in range(17))]}}  # fmt: skip
    assert loading_codes(write_many(tmp_path, past, files)) == []
    past["u"]["rows"].append({"n": 99, "value": 1})
    assert loading_codes(write_many(tmp_path, past, files)) == ["tables-too-large"]
    versions = [{"from": f"202{i}-01-01", "file": "t.csv"} for i in range(4)]
    dated = {"u": {"by": ["n"], "day": "n", "versions": versions}}
    built = []
    monkeypatch.setattr(building, "build_table", lambda *given: built.append(given))
    assert loading_codes(write_many(tmp_path, dated, files)) == ["tables-too-large"]
    assert built == []


def test_the_cells_of_what_is_extended_count_too(tmp_path, monkeypatch):
    monkeypatch.setattr(table_files, "MOST_CELLS", 120)
    (tmp_path / "rulebooks").mkdir()
    base = write_many(tmp_path / "rulebooks/base", many(2), {"t.csv": 20}, rulebook="base")
    base.rename(base.with_name("2024.yaml"))
    (tmp_path / "schemas").mkdir()
    (base.parent / "schema.json").rename(tmp_path / "schemas/schema.json")
    head = {"extends": "base/2024@1.0.0"}
    for count, codes in ((20, []), (21, ["tables-too-large"])):
        above = {"u": {"by": ["n"], "file": "u.csv"}}
        path = write_many(tmp_path / "rulebooks/prova", above, {"u.csv": count}, **head)
        path = path.rename(path.with_name("2024.yaml"))
        assert loading_codes(path) == codes
