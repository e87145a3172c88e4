"""Published means fixed: what was recorded as published is as it was, or the build fails."""

import json
import shutil
from pathlib import Path

import pytest

import ruletrail
from ruletrail.cli import main
from ruletrail.library import Library, load_linked, shipped_library, source_of_path
from ruletrail.library.manifests import (
    check_manifest,
    check_published,
    digests_of_plan,
    read_manifest,
    record_published,
)
from ruletrail.problems import ProblemsError

SHIPPED = shipped_library()
JESI = Path(__file__).parent.parent / "examples" / "jesi-2024.yaml"


def test_every_published_rulebook_that_we_ship_is_what_it_was():
    """The build fails if a published rulebook or schema was edited, removed, or not recorded."""
    assert [f"{p.mark}: {p.message('en')}" for p in check_manifest(SHIPPED)] == []
    assert "sociale/2024@1.0.0" in read_manifest(SHIPPED)


def test_the_manifest_states_the_digests_that_trails_state():
    trail = ruletrail.load("sociale/2024@1.0.0").evaluate(JESI).trail.to_dict()
    fixed = read_manifest(SHIPPED)["sociale/2024@1.0.0"]
    assert (fixed.rulebook, fixed.schema) == (
        trail["rulebook"]["digest"],
        trail["schema"]["digest"],
    )


RULEBOOK = """\
language: 1
rulebook: parking
edition: "2024"
version: {version}
status: {status}
title: Parking
report: parking.schema.json
in_force: {{from: 2024-01-01}}
rules:
  fee: {{label: Fee, formula: hours * {rate}}}
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "rulebook": {"type": "string"},
        "subject": {"type": "object"},
        "fields": {
            "type": "object",
            "properties": {"hours": {"type": "number", "maximum": 24}},
            "additionalProperties": False,
        },
    },
}


def write(path: Path, *, rate=2, version="1.0.0", status="published"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RULEBOOK.format(rate=rate, version=version, status=status))
    return path


@pytest.fixture
def library(tmp_path):
    """Make a library of a user's own, with one published version that is recorded."""
    found = Library(tmp_path / "rulebooks", tmp_path / "schemas")
    write(found.rulebooks / "parking" / "2024.yaml")
    found.schemas.mkdir()
    (found.schemas / "parking.schema.json").write_text(json.dumps(SCHEMA))
    record(found.rulebooks / "parking" / "2024.yaml")
    return found


def record(path: Path):
    source = source_of_path(path)
    made = record_published(load_linked(source), source)
    assert made is not None
    made[0].write_text(made[1])


def codes(path: Path):
    source = source_of_path(path)
    return [problem.code for problem in check_published(load_linked(source), source)]


def test_a_recorded_version_is_fine(library):
    assert codes(library.rulebooks / "parking" / "2024.yaml") == []
    assert check_manifest(library) == []


def test_an_edited_published_version_is_refused_and_told_to_raise_the_version(library):
    path = write(library.rulebooks / "parking" / "2024.yaml", rate=3)
    source = source_of_path(path)
    (problem,) = check_published(load_linked(source), source)
    assert (problem.code, problem.severity) == ("published-edited", "error")
    assert "`parking/2024@1.0.0`" in problem.message("en")
    assert "higher version" in problem.hint("en")
    assert "versione più alta" in problem.hint("it")


def test_the_edit_in_a_higher_version_is_fine_and_the_old_one_stays_recorded(library):
    path = write(library.rulebooks / "parking" / "2024@1.1.0.yaml", rate=3, version="1.1.0")
    assert codes(path) == ["published-unrecorded"]
    record(path)
    assert codes(path) == []
    assert list(read_manifest(library)) == ["parking/2024@1.0.0", "parking/2024@1.1.0"]


def test_a_published_version_turned_back_into_a_draft_is_an_edit(library):
    assert codes(write(library.rulebooks / "parking" / "2024.yaml", status="draft")) == [
        "published-edited"
    ]


def test_a_comment_or_another_layout_of_the_file_is_no_edit(library):
    path = library.rulebooks / "parking" / "2024.yaml"
    path.write_text(
        "# a remark\n" + path.read_text().replace("title: Parking", "title:    'Parking'")
    )
    assert codes(path) == []


def test_an_edited_schema_is_an_edit_of_every_version_that_uses_it(library):
    tighter = json.loads(json.dumps(SCHEMA).replace("24", "12"))
    (library.schemas / "parking.schema.json").write_text(json.dumps(tighter))
    assert codes(library.rulebooks / "parking" / "2024.yaml") == ["published-schema-edited"]


def test_what_a_published_version_extends_is_part_of_it(library):
    base = library.rulebooks / "parking" / "2023.yaml"
    base.write_text(
        RULEBOOK.format(rate=1, version="0.1.0", status="draft").replace('"2024"', '"2023"')
    )
    over = library.rulebooks / "parking" / "2025.yaml"
    text = RULEBOOK.format(rate=1, version="1.0.0", status="published").replace('"2024"', '"2025"')
    over.write_text(text.split("rules:")[0] + "extends: parking/2023@0.1.0\n")
    record(over)
    base.write_text(base.read_text().replace("hours * 1", "hours * 9"))
    assert codes(over) == ["published-edited"]


def test_an_edited_copy_anywhere_else_does_not_pass_for_the_shipped_version(tmp_path):
    shutil.copy(SHIPPED.rulebooks / "sociale" / "2024.yaml", tmp_path / "mine.yaml")
    assert codes(tmp_path / "mine.yaml") == []
    text = (tmp_path / "mine.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(
        text.replace("title: Obiettivi", "title: Altri obiettivi", 1)
    )
    assert codes(tmp_path / "mine.yaml") == ["published-edited"]


def test_a_removed_version_is_missed(library):
    (library.rulebooks / "parking" / "2024.yaml").unlink()
    (problem,) = check_manifest(library)
    assert problem.code == "published-removed"
    assert "`parking/2024@1.0.0`" in problem.message("it")


def test_a_record_is_never_replaced(library):
    source = source_of_path(write(library.rulebooks / "parking" / "2024.yaml", rate=3))
    before = (library.rulebooks / "manifest.json").read_bytes()
    with pytest.raises(ProblemsError, match="published-edited"):
        record_published(load_linked(source), source)
    assert (library.rulebooks / "manifest.json").read_bytes() == before


def test_drafts_and_recorded_versions_are_not_recorded_again(library, tmp_path):
    source = source_of_path(library.rulebooks / "parking" / "2024.yaml")
    assert record_published(load_linked(source), source) is None
    draft = source_of_path(
        write(library.rulebooks / "parking" / "2026.yaml", status="draft", version="0.1.0")
    )
    assert record_published(load_linked(draft), draft) is None


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"manifest": 2, "published": {}}',
        '{"manifest": "1", "published": {}}',
        '{"manifest": 1.0, "published": {}}',
        '{"manifest": true, "published": {}}',
        '{"manifest": [1], "published": {}}',
        '{"manifest": 1, "published": []}',
        '{"manifest": 1, "published": {}, "more": 1}',
        (
            '{"manifest": 1, "published": {"parking/2024":'
            ' {"rulebook": "sha256:0", "schema": "sha256:0"}}}'
        ),
        (
            '{"manifest": 1, "published": {"parking/2024@1.0.0":'
            ' {"rulebook": "sha256:0", "schema": "sha256:0"}}}'
        ),
        '{"manifest": 1, "published": {"parking/2024@1.0.0": {"rulebook": []}}}',
        '{"manifest": 1, "published": {"parking/2024@1.0.0": {"rulebook": [], "schema": {}}}}',
        '{"manifest": 1, "published": {"parking/2024@1.0.0": "sha256:0"}}',
    ],
)
def test_a_manifest_that_is_none_is_a_problem_and_never_passes_for_an_empty_one(library, text):
    (library.rulebooks / "manifest.json").write_text(text)
    assert codes(library.rulebooks / "parking" / "2024.yaml") == ["manifest-form"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"manifest": 1,', "json-syntax"),
        ('{"manifest": 1, "manifest": 1}', "repeated-key"),
        ("", "json-syntax"),
        ("manifest: 1\npublished: {}\n", "json-syntax"),
        ('# why\n{"manifest": 1, "published": {}}\n', "json-syntax"),
        ('{"manifest": 1, "published": {}}\n# why\n', "json-syntax"),
        ('{"manifest": 1, // why\n "published": {}}', "json-syntax"),
        ('---\n{"manifest": 1, "published": {}}', "json-syntax"),
    ],
)
def test_a_manifest_with_broken_syntax_is_a_problem(library, text, code):
    (library.rulebooks / "manifest.json").write_text(text)
    assert codes(library.rulebooks / "parking" / "2024.yaml") == [code]


def test_recording_drops_nothing_that_somebody_wrote(library, capsys):
    """A manifest that is no JSON, for its comments, is refused and stays as it is."""
    write(library.rulebooks / "parking" / "2025.yaml", version="1.1.0")
    manifest = library.rulebooks / "manifest.json"
    for text in (f"# since 2024\n{manifest.read_text()}", f"{manifest.read_text()}# the end\n"):
        manifest.write_text(text)
        path = library.rulebooks / "parking" / "2025.yaml"
        assert main(["check", "--record", "--lang", "en", str(path)]) != 0
        assert "json-syntax" in "".join(capsys.readouterr())
        assert manifest.read_text() == text


def test_evaluate_answers_only_by_the_rulebook_with_the_required_digest(capsys):
    source = source_of_path(SHIPPED.rulebooks / "sociale" / "2024.yaml")
    digest = digests_of_plan(load_linked(source)).rulebook
    call = ["evaluate", str(JESI), "--format", "json", "--lang", "en", "--require-digest"]
    assert main([*call, digest]) == 0
    capsys.readouterr()
    assert main([*call, "sha256:" + "0" * 64]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["code"] == "digest-required"
    assert digest in problem["message"]
    assert main([*call, "0" * 64]) == 2
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "usage"


def test_check_records_a_version_that_has_no_error(library, capsys):
    path = write(library.rulebooks / "parking" / "2024@1.1.0.yaml", version="1.1.0")
    assert main(["check", str(path), "--format", "json"]) == 0
    assert "published-unrecorded" in capsys.readouterr().out
    assert "parking/2024@1.1.0" not in read_manifest(library)
    assert main(["check", str(path), "--record", "--format", "json"]) == 0
    assert "published-unrecorded" not in capsys.readouterr().out
    assert list(read_manifest(library)) == ["parking/2024@1.0.0", "parking/2024@1.1.0"]


def test_check_refuses_an_edited_version_and_records_nothing(library, capsys):
    path = write(library.rulebooks / "parking" / "2024.yaml", rate=3)
    before = (library.rulebooks / "manifest.json").read_bytes()
    assert main(["check", str(path), "--record", "--format", "json"]) == 1
    assert "published-edited" in capsys.readouterr().out
    assert (library.rulebooks / "manifest.json").read_bytes() == before
