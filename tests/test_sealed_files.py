"""What a record keeps of a rulebook's files: all of them, whatever two of them are called alike.

Each arrangement is sealed and exported, its folders are taken away, and the export alone replays.
"""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ruletrail.api import Plan, find_source
from ruletrail.archives import gather, read_record, seal
from ruletrail.assistants.fixed_files import refuse_fixed
from ruletrail.cli.verify import _rename_files
from ruletrail.library import Library, source_of_path
from ruletrail.library.bases import list_files
from ruletrail.library.cached_loading import list_inputs
from ruletrail.library.loading import link_source
from ruletrail.library.sources import find_head
from ruletrail.problems import ProblemsError
from support.archive_cases import AT
from support.command_line import call
from support.rulebooks import rulebook_text, schema_of

ROWS = "k,value\n1,{0}\n2,{0}\n"
SCHEMA = json.dumps(schema_of({"a": "number"}))
HEAD = {"language": "2", "rulebook": "foo"}


def rulebook(edition, code, file, extends="", **head):
    """Write the rulebook foo/EDITION with one table, of a file, and a rule that asks it."""
    body = {
        "tables": {code: {"by": ["k"], "file": file}},
        "rules": {f"of_{code}": {"formula": f"{code}(a)"}},
    }
    said = {**HEAD, "edition": f'"{edition}"', "report": "s.json", **head}
    text = rulebook_text(body, **said, **({"extends": extends} if extends else {}))
    # YAML reads this one as a blank, unless it is written otherwise
    return text.replace("\x85", "\\u0085")


BASE = {
    "lib/rulebooks/foo/1.yaml": rulebook("1", "t", "t.csv"),
    "lib/rulebooks/foo/t.csv": ROWS.format(10),
    "lib/schemas/s.json": SCHEMA,
}
OF_BASE = "foo/1@1.0.0"


def overlay(file, folder="own"):
    """Give the files of an overlay whose table is in a file of this name."""
    return {
        **BASE,
        f"{folder}/2.yaml": rulebook("2", "u", file, OF_BASE),
        f"{folder}/{file}": ROWS.format(1000),
    }


@dataclass(frozen=True)
class Arrangement:
    """Files, the rulebook that is sealed, the libraries it is given, and its values."""

    files: dict[str, str]
    values: dict[str, str] = field(default_factory=lambda: {"of_t": "10", "of_u": "1000"})
    rulebook: str = "own/2.yaml"
    libraries: tuple[str, ...] = ("lib",)
    edition: str = "2"
    version: str = "1.0.0"


CHAIN = {
    **BASE,
    "other/rulebooks/foo/2.yaml": rulebook("2", "u", "t.csv", OF_BASE),
    "other/rulebooks/foo/t.csv": ROWS.format(1000),
    "other/schemas/none.json": "{}",
    "own/3.yaml": rulebook("3", "v", "t.csv", "foo/2@1.0.0"),
    "own/t.csv": ROWS.format(7),
}
OWN_FOLDER = {
    "lib/rulebooks/foo/1@1.0.0.yaml": rulebook("1", "t", "t.csv"),
    "lib/rulebooks/foo/1@1.0.0/t.csv": ROWS.format(10),
    "lib/rulebooks/foo/2.yaml": rulebook("2", "u", "t.csv", OF_BASE),
    "lib/rulebooks/foo/t.csv": ROWS.format(1000),
    "lib/schemas/s.json": SCHEMA,
}
OWN_NAME = {
    **BASE,
    "own/2@1.0.0.yaml": rulebook("2", "u", "2@1.0.0", OF_BASE),
    "own/2@1.0.0": ROWS.format(1000),
}
VERSIONS = {
    **BASE,
    "other/rulebooks/foo/1.yaml": rulebook("1", "u", "t.csv", OF_BASE, version="1.1.0"),
    "other/rulebooks/foo/t.csv": ROWS.format(1000),
    "other/schemas/s.json": SCHEMA,
}
OWN_SCHEMA = {
    **BASE,
    "own/2.yaml": rulebook("2", "u", "t.csv", OF_BASE, report="1@1.0.0.yaml"),
    "own/t.csv": ROWS.format(1000),
    "own/1@1.0.0.yaml": SCHEMA,
}
ARRANGEMENTS = {
    "one name in two folders": Arrangement(overlay("t.csv")),
    "one name but for its capitals": Arrangement(overlay("T.csv")),
    "the name of its own text": Arrangement(overlay("2@1.0.0.yaml")),
    "the name of its base's text": Arrangement(overlay("1@1.0.0.yaml")),
    "a folder of its base's name": Arrangement(overlay("1@1.0.0/t.csv")),
    "a folder of its own name": Arrangement(overlay("2@1.0.0/t.csv")),
    "a folder": Arrangement(overlay("d/t.csv")),
    "a name with blanks": Arrangement(overlay("le mie righe .csv")),
    "a name in other letters": Arrangement(overlay("città/表.csv")),
    "U+2028": Arrangement(overlay("t\u2028x.csv")),
    "U+2029": Arrangement(overlay("t\u2029x.csv")),
    "U+0085": Arrangement(overlay("t\x85x.csv")),
    "two libraries": Arrangement(
        {**CHAIN, "other/schemas/s.json": SCHEMA}, libraries=("lib", "other"), rulebook="foo/2"
        "@1.0.0",
    ),
    "three in a row": Arrangement(
        CHAIN, {"of_t": "10", "of_u": "1000", "of_v": "7"}, "own/3.yaml", ("other", "lib"), "3"
    ),
    "a folder of its own": Arrangement(OWN_FOLDER, rulebook="foo/2@1.0.0"),
    "a file called as the folder": Arrangement(OWN_NAME, rulebook="own/2@1.0.0.yaml"),
    "two versions called alike": Arrangement(
        VERSIONS, rulebook="foo/1@1.1.0", libraries=("lib", "other"), edition="1", version="1.1.0"
    ),
    "a schema of the base's name": Arrangement(OWN_SCHEMA),
}  # fmt: skip


def lay(folder: Path, files: dict[str, str]) -> None:
    """Write files below a folder, and a report."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def report(edition):
    """Write a report of an edition as JSON."""
    return json.dumps({"rulebook": f"foo/{edition}", "subject": {"name": "X"}, "fields": {"a": 1}})


def seal_arranged(case: Arrangement, tmp_path: Path) -> tuple[int, str, str]:
    """Lay out an arrangement and seal its report into `a.sqlite`."""
    lay(tmp_path, {**case.files, "report.json": report(case.edition)})
    words = [word for each in case.libraries for word in ("--library", tmp_path / each)]
    asked = tmp_path / case.rulebook if case.rulebook.endswith(".yaml") else case.rulebook
    archive = ("--archive", tmp_path / "a.sqlite", "--rulebook", asked)
    return call("seal", tmp_path / "report.json", *archive, *words)


def replay_export(case: Arrangement, tmp_path: Path) -> None:
    """Export the record, take away what it was made of, and evaluate it again."""
    words = ("-o", tmp_path / "out", "--archive", tmp_path / "a.sqlite")
    status, _, err = call("archive", "export", 1, *words)
    assert status == 0, err
    for name in {name.partition("/")[0] for name in case.files}:
        shutil.rmtree(tmp_path / name)
    trail = json.loads((tmp_path / "out/trail.json").read_text("utf-8"))
    assert trail["result"]["values"] == case.values
    own = tmp_path / f"out/library/rulebooks/foo/{case.edition}@{case.version}.yaml"
    status, out, err = call("verify", tmp_path / "out/trail.json", "--replay", "--rulebook", own)
    assert status == 0, out + err


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_an_export_replays_though_nothing_is_left_of_what_was_sealed(tmp_path, name):
    case = ARRANGEMENTS[name]
    status, _, err = seal_arranged(case, tmp_path)
    assert status == 0, err
    _, contents = read_record(tmp_path / "a.sqlite", 1)
    sealed = [data for part, data in contents.items() if part.startswith("library/")]
    read = {text.encode() for place, text in case.files.items() if "none.json" not in place}
    unread = {CHAIN["own/3.yaml"].encode(), CHAIN["own/t.csv"].encode()}
    assert set(sealed) == (read - unread if case.rulebook == "foo/2@1.0.0" else read)
    assert call("archive", "verify", "--archive", tmp_path / "a.sqlite")[0] == 0
    replay_export(case, tmp_path)


def test_libraries_of_the_environment_have_files_of_one_name_too(tmp_path, monkeypatch):
    monkeypatch.setenv("RULETRAIL_PATH", str(tmp_path / "lib"))
    case = Arrangement(overlay("t.csv"), libraries=())
    assert seal_arranged(case, tmp_path)[0] == 0
    monkeypatch.delenv("RULETRAIL_PATH")
    replay_export(case, tmp_path)


def test_files_that_differ_in_their_capitals_are_exported_to_any_disk(tmp_path, monkeypatch):
    """Those of a base and of what extends it lie in two folders, also where case is folded."""
    assert seal_arranged(Arrangement(overlay("T.csv")), tmp_path)[0] == 0
    open_plain, make_plain = Path.open, Path.mkdir

    def fold(path):
        return Path(str(path).casefold())

    monkeypatch.setattr(Path, "open", lambda at, *how, **more: open_plain(fold(at), *how, **more))
    monkeypatch.setattr(
        Path, "mkdir", lambda path, *mode, **how: make_plain(fold(path), *mode, **how)
    )
    out = fold(tmp_path / "out")
    status, _, err = call("archive", "export", 1, "-o", out, "--archive", tmp_path / "a.sqlite")
    assert status == 0, err
    folder = out / "library/rulebooks/foo"
    found = [(folder / f"{edition}@1.0.0/t.csv").read_text("utf-8") for edition in (1, 2)]
    assert found == [ROWS.format(10), ROWS.format(1000)]


def test_a_record_whose_tables_lie_beside_their_rulebook_is_read_as_before(tmp_path):
    """As records were sealed at first, in a folder for all rulebooks of a name."""
    lay(tmp_path, {**BASE, "report.json": report("1")})
    source = find_source(str(tmp_path / "lib/rulebooks/foo/1.yaml"))
    linked = link_source(source)
    texts = {
        "rulebooks/foo/1@1.0.0.yaml": BASE["lib/rulebooks/foo/1.yaml"].encode(),
        "rulebooks/foo/t.csv": BASE["lib/rulebooks/foo/t.csv"].encode(),
        "schemas/s.json": SCHEMA.encode(),
    }
    trail = Plan(linked).evaluate(tmp_path / "report.json").trail
    seal(tmp_path / "a.sqlite", gather(trail, linked, b"{}", texts, AT))
    replay_export(Arrangement(BASE, {"of_t": "10"}, edition="1"), tmp_path)


@pytest.mark.parametrize(
    ("ours", "theirs", "is_same"),
    [
        (("2@1.1.0.yaml", "foo/2@1.0.0.yaml"), ("foo/2.yaml", "foo/2.yaml"), True),
        (("2.yaml", "foo/2@1.0.0.yaml"), ("foo/2.yaml", "foo/2.yaml"), True),
        (("x.yaml", "foo/1@1.0.0.yaml"), ("2.yaml", "foo/1.yaml"), True),
        (("2@1.1.0.yaml", "foo/1@1.0.0.yaml"), ("foo/2.yaml", "foo/2.yaml"), False),
        (("2@1.1.0.yaml", "x.yaml"), ("foo/2.yaml", "foo/2.yaml"), False),
        (("2.yaml", "2.yaml"), ("foo/2.yaml", "foo/1.yaml"), False),
    ],
)
def test_files_of_a_trail_are_called_alike_only_as_versions_of_an_edition(ours, theirs, is_same):
    """Two libraries each have an `EDITION.yaml`; other marks of two files must differ in both."""
    derived, stored = (
        {"steps": [{"mark": f"{file}:{line}:1"} for line, file in enumerate(files, start=1)]}
        for files in (ours, theirs)
    )
    _rename_files(derived, stored)
    assert (derived == stored) == is_same


# -- A version's own folder ------------------------------------------------------------------------


def test_a_versions_own_folder_comes_before_what_lies_beside_it(tmp_path):
    lay(tmp_path, {**BASE, "own/1@1.0.0.yaml": rulebook("1", "t", "t.csv"), "own/s.json": SCHEMA})
    lay(tmp_path, {"own/t.csv": ROWS.format(3)})
    source = source_of_path(tmp_path / "own/1@1.0.0.yaml")
    beside, inputs = link_source(source).digest, list_inputs(source)
    lay(tmp_path, {"own/1@1.0.0/t.csv": ROWS.format(3)})
    assert link_source(source).digest == beside
    assert list_inputs(source) != inputs  # marks name another file
    lay(tmp_path, {"own/1@1.0.0/t.csv": ROWS.format(4)})
    assert link_source(source).digest != beside


def test_only_a_file_of_a_version_has_a_folder_of_its_own(tmp_path):
    lay(tmp_path, {"own/1.yaml": rulebook("1", "t", "t.csv"), "own/s.json": SCHEMA})
    lay(tmp_path, {"own/1/t.csv": ROWS.format(3), "own/1@1.0.0/t.csv": ROWS.format(3)})
    with pytest.raises(ProblemsError, match="table-file-unknown"):
        link_source(source_of_path(tmp_path / "own/1.yaml"))


def test_what_is_wrong_in_a_file_of_an_own_folder_is_told_by_its_path(tmp_path):
    lay(tmp_path, {"1@1.0.0.yaml": rulebook("1", "t", "t.csv"), "s.json": SCHEMA})
    lay(tmp_path, {"1@1.0.0/t.csv": "k,value\n1,\n"})
    with pytest.raises(ProblemsError, match="table-cell-empty") as caught:
        link_source(source_of_path(tmp_path / "1@1.0.0.yaml"))
    assert caught.value.problems[0].mark.file == "1@1.0.0/t.csv"


def test_no_link_leads_out_of_an_own_folder(tmp_path):
    lay(tmp_path, {"lib/rulebooks/foo/1@1.0.0.yaml": rulebook("1", "t", "t.csv")})
    lay(tmp_path, {"lib/schemas/s.json": SCHEMA, "away/t.csv": ROWS.format(3)})
    (tmp_path / "lib/rulebooks/foo/1@1.0.0").symlink_to(tmp_path / "away")
    status, _, err = call("check", "foo/1@1.0.0", "--library", tmp_path / "lib")
    assert (status, "path-outside" in err) == (1, True)


def test_what_would_take_the_place_of_a_published_table_is_fixed(tmp_path):
    """No assistant writes it: the version would be another one."""
    published = {"status": "published", "in_force": "{from: 2024-01-01}"}
    lay(tmp_path, {"rulebooks/foo/1@1.0.0.yaml": rulebook("1", "t", "t.json", **published)})
    lay(tmp_path, {"rulebooks/foo/t.json": ROWS.format(3), "schemas/s.json": SCHEMA})
    status, _, err = call(
        "check", tmp_path / "rulebooks/foo/1@1.0.0.yaml", "--record", "--library", tmp_path
    )
    assert status == 0, err
    library = Library(tmp_path / "rulebooks", tmp_path / "schemas")
    for name in ("t.json", "s.json"):
        shown = f"rulebooks/foo/1@1.0.0/{name}"
        with pytest.raises(ProblemsError, match="published-fixed"):
            refuse_fixed(library, tmp_path / shown, shown, "k,value\n1,4\n")


# -- Names are what they are -----------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\v", "\f", "\n"])
def test_a_name_is_one_whatever_it_holds(tmp_path, sign):
    """A control character is of no name; the file is one that cannot be found, and not two."""
    lay(tmp_path, {"1.yaml": rulebook("1", "t", f"t{sign}x.csv"), "s.json": SCHEMA})
    head = find_head(source_of_path(tmp_path / "1.yaml"))
    assert head is not None
    assert head.table_files == (f"t{sign}x.csv",)
    again = find_head(source_of_path(tmp_path / "1.yaml"))
    assert again == head


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85"])
def test_an_answer_is_not_written_over_a_table_whatever_its_name(tmp_path, sign):
    lay(tmp_path, {"1.yaml": rulebook("1", "t", f"t{sign}x.csv"), "s.json": SCHEMA})
    lay(tmp_path, {f"t{sign}x.csv": ROWS.format(3), "report.json": report("1")})
    table = tmp_path / f"t{sign}x.csv"
    words = ("--rulebook", tmp_path / "1.yaml", "--format", "json", "-o", table)
    status, out, _ = call("evaluate", tmp_path / "report.json", *words)
    assert (status, json.loads(out)["problems"][0]["code"]) == (2, "output-is-input")
    assert table.read_text("utf-8") == ROWS.format(3)


def test_nothing_is_written_where_it_would_take_the_place_of_a_table(tmp_path):
    lay(tmp_path, {"1@1.0.0.yaml": rulebook("1", "t", "t.csv"), "s.json": SCHEMA})
    lay(tmp_path, {"t.csv": ROWS.format(3), "1@1.0.0/other": ""})
    source = source_of_path(tmp_path / "1@1.0.0.yaml")
    assert tmp_path / "1@1.0.0/t.csv" in set(list_files(source))
