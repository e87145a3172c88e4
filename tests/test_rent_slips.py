"""A slip in a rulebook about rents is told where it stands, and what the hint says leads out.

`rent/` is a library: a rulebook with dated values, a scale, a table, rows, exceptions and a family
of rules, its schema and its examples, all right. `rent/slips.yaml` plants one slip at a time.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ruletrail.lints import case_search
from ruletrail.proofs.solving import Prover
from support.command_line import call
from support.places import TESTS
from support.plain_yaml import load_yaml
from support.planted import copy_library, find_errors, plant

HERE = TESTS / "rent"
SLIPS: list[dict[str, Any]] = load_yaml((HERE / "slips.yaml").read_text(encoding="utf-8"))
FILES = {
    "r": "rulebooks/affitto/2031.yaml",
    "t": "rulebooks/affitto/2031.test.yaml",
    "s": "schemas/reports/affitto/2031.schema.json",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy to spoil.

    Of reports in which two exceptions hold fewer are tried than for a user, which is most of what
    a check takes: what all of them find is for tests/test_lints.py.
    """
    monkeypatch.setattr(case_search, "MOST_WORK", 1_000)
    monkeypatch.chdir(tmp_path)
    copy_library(HERE, FILES.values(), tmp_path)
    return tmp_path


def _leave_out_properties(folder: Path) -> None:
    """They are proved where the project's own examples are run: that takes long."""
    rulebook = folder / FILES["r"]
    rulebook.write_text(rulebook.read_text("utf-8").partition("\nproperties:")[0] + "\n", "utf-8")


def test_the_rulebook_itself_is_right(folder: Path):
    assert find_errors() == []
    _leave_out_properties(folder)
    status, out, _ = call("test", "rulebooks", "--lang", "en")
    assert (status, "2 examples, 2 passed" in out) == (0, True), out


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip["new"][:40])
def test_a_slip_is_told_and_its_way_out_leads_out(slip: dict[str, Any], folder: Path):
    """Its hint says what to write, and nothing is written by itself that is not certain."""
    path = folder / FILES[slip["in"]]
    right, line = plant(path, slip)
    for language in ("it", "en"):
        found = find_errors(language)
        assert [each["code"] for each in found] == slip["codes"], found
        if found:
            assert 0 <= found[0]["line"] - line <= slip.get("below", 0)
            assert slip[language] in found[0]["hint"], found[0]["hint"]
            # a guess is never written
            assert "fixed" not in slip or not found[0]["hint"].startswith(("intendevi", "did you"))
            assert slip.get("said", "") in found[0]["message"]
    call("check", "rulebooks", "--fix")
    fixed = slip.get("fixed", slip["new"])
    assert path.read_text(encoding="utf-8") == right.replace(slip["old"], fixed, 1)
    obeyed = slip.get("obeyed", slip.get("fixed", slip["old"]))
    if obeyed != slip["old"]:  # else it is the rulebook that is right
        path.write_text(right.replace(slip["old"], obeyed, 1), encoding="utf-8")
        assert find_errors() == []


# -- What an exception reads may not apply ---------------------------------------------------------

IDLE = (
    ('"b" == fascia', ("""'applies(fascia) and "b" == fascia'""", "default(fascia, …)")),
    ('fascia == "b" or sfratto', ("""'applies(fascia) and (fascia == "b" or sfratto)'""",)),
    ("incidenza > 30 and fascia == 'b'", (
        """"applies(incidenza) and applies(fascia) and incidenza > 30 and fascia == 'b'\"""",
        "default(incidenza, …) > 30",
    )),
    ("contributo_di_riga(isee) > 3", ("`default(…, …)`", "(`contributo_di_riga`)")),
)  # fmt: skip


@pytest.mark.parametrize(("condition", "shown"), IDLE)
def test_an_exception_that_may_not_apply_is_written_out_with_its_own_facts(
    condition: str, shown: tuple[str, ...], folder: Path
):
    """In quotes where it stands in braces; whoever writes it is told nothing more of it."""
    path = folder / FILES["r"]
    right = path.read_text(encoding="utf-8").replace(
        "tables:\n",
        "tables:\n  contributo_di_riga: {by: [isee], rows: [{isee: 1, value: 2}], otherwise: "
        "not_applicable}\n",
    )
    old = '\'default(fascia, "nessuna") == "b"\''
    quoted = f"'{condition}'" if '"' in condition else f'"{condition}"'
    path.write_text(right.replace(old, quoted), encoding="utf-8")
    (told,) = _found("exception-may-not-apply")
    assert all(each in told["hint"] for each in shown), told["hint"]
    if shown[0][0] != "`":
        path.write_text(right.replace(old, shown[0]), encoding="utf-8")
        assert _found("exception-may-not-apply") == []


def _found(code: str) -> list[dict[str, Any]]:
    _, out, _ = call("check", "rulebooks", "--lang", "it", "--format", "json")
    return [each for each in json.loads(out)["problems"] if each["code"] == code]


# -- A share that nothing divides by a hundred -----------------------------------------------------

SHARES = (
    ("base + base * maggiorazione(minori) / 100", "base * riduzione(contratto)"),
    ("base + base * maggiorazione(minori) / 100", "base + base * maggiorazione(minori)"),
    ("base + base * maggiorazione(minori) / 100", "base * (1 - maggiorazione(minori))"),
)  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), SHARES)
def test_what_a_scale_or_a_table_gives_in_per_cent_is_told_as_a_parameter_is(
    right: str, wrong: str, folder: Path
):
    """At the call; and nothing is told of the rule as it was."""
    path = folder / FILES["r"]
    text = path.read_text(encoding="utf-8")
    assert _found("percent-not-divided") == []
    path.write_text(text.replace(f"formula: {right}", f"formula: {wrong}"), encoding="utf-8")
    told = _found("percent-not-divided")
    called = "riduzione(contratto)" if "riduzione" in wrong else "maggiorazione(minori)"
    assert [f"`{called}` è in `%` e moltiplica" in each["message"] for each in told] == [True]


@pytest.mark.parametrize(
    ("coefficient", "is_told"),
    [("value: 1.1", True), ("value: 0.01", False), ("value: 1.1, unit: euro", True)],
)
def test_a_coefficient_without_unit_may_not_stand_for_the_hundred_if_it_is_near_one(
    coefficient: str,
    is_told: bool,  # noqa: FBT001 - a column of the table
    folder: Path,
):
    path = folder / FILES["r"]
    text = path.read_text(encoding="utf-8").replace(
        "base * maggiorazione(minori) / 100", "base * maggiorazione(minori) * altro"
    )
    added = f"  altro: {{{coefficient}, source: legge, evidence: quoted}}\n"
    path.write_text(text.replace("  massimo_a: {", f"{added}  massimo_a: {{"), encoding="utf-8")
    assert bool(_found("percent-not-divided")) == is_told


# -- A property that an example refutes ------------------------------------------------------------


def test_a_property_that_an_example_refutes_is_known_not_to_hold(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whatever work the solver has: the reports of the examples are looked at before."""
    monkeypatch.setattr(Prover, "_try", lambda *_: ("unsettled", None, "work (0 M)"))
    path = folder / FILES["r"]
    text = path.read_text(encoding="utf-8")
    wrong = text.replace("  mai_negativo: {", "  mai_zero: {expect: isee < 0}\n  mai_negativo: {")
    path.write_text(wrong, encoding="utf-8")
    for words in (("check", "--prove"), ("test",)):
        status, out, err = call(*words, "affitto/2031", "--lang", "it")
        assert status == 1
        assert "la proprietà `mai_zero` non vale per ogni relazione ammessa" in out + err
        assert "non si sa se la proprietà `mai_negativo`" in out + err


# -- Examples that nobody finds --------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["2031.tests.yaml", "2031_test.yaml", "2031.test.yml", "2031-esempi.yaml"]
)
def test_examples_of_another_name_are_told_wherever_they_are_looked_for(name: str, folder: Path):
    """Left unsaid, a rulebook would pass whose examples nobody ran."""
    _leave_out_properties(folder)
    right, wrong = folder / FILES["t"], folder / "rulebooks" / "affitto" / name
    right.rename(wrong)
    for words in (("check",), ("check", "affitto/2031"), ("test",), ("test", "affitto/2031")):
        status, out, err = call(*words, "--lang", "en")
        assert status != 0
        assert f"rulebooks/affitto/{name}" in out + err
        assert "`2031.test.yaml`" in out + err
    wrong.rename(right)
    assert call("test", "affitto/2031")[0] == 0


def test_a_rulebook_beside_is_no_file_of_examples_of_another_name(folder: Path):
    """An edition may be called so; it is judged by what it is."""
    text = (folder / FILES["r"]).read_text(encoding="utf-8")
    other = folder / "rulebooks" / "affitto" / "2031-test.yaml"
    other.write_text(text.replace('edition: "2031"', 'edition: "2031-test"'), encoding="utf-8")
    (folder / FILES["t"]).unlink()
    assert find_errors() == []


def test_a_version_without_examples_is_told_which_ones_to_copy(folder: Path):
    _leave_out_properties(folder)
    text = (folder / FILES["r"]).read_text(encoding="utf-8")
    later = folder / "rulebooks" / "affitto" / "2031@0.1.1.yaml"
    later.write_text(text.replace("version: 0.1.0", "version: 0.1.1"), encoding="utf-8")
    status, out, err = call("test", "affitto/2031@0.1.1", "--lang", "en")
    assert status != 0
    said = "another version has its own in `rulebooks/affitto/2031.test.yaml`: copy them to"
    assert f"{said} `2031@0.1.1.test.yaml`" in out + err
    shutil.copy(folder / FILES["t"], later.with_name("2031@0.1.1.test.yaml"))
    assert call("test", "affitto/2031@0.1.1")[0] == 0


def test_the_page_says_how_a_version_is_published(folder: Path):
    """Its three lines and its command, as `docs/authoring.md` has them, and what they are for."""
    page = (
        (TESTS.parent / "docs" / "authoring.md").read_text(encoding="utf-8").split("## Publish")[1]
    )
    path = folder / FILES["r"]
    text = path.read_text(encoding="utf-8").replace("version: 0.1.0", "version: 1.0.0")
    lines = ("status: published", "in_force: {from: 2031-01-01}")
    assert all(f"`{line}`" in page for line in ("version: 1.0.0", *lines))
    path.write_text(text.replace("status: draft", "\n".join(lines)), encoding="utf-8")
    assert "`ruletrail check --record servizi/2030`" in page
    assert call("check", "--record", "affitto/2031")[0] == 0
    assert (folder / "rulebooks" / "manifest.json").exists()
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("ISEE massimo\n", "ISEE più alto\n"), encoding="utf-8")
    assert [each["code"] for each in find_errors("en")] == ["published-edited"]
    assert "`published-edited`" in page


# -- A schema that does not lie where it is looked for ---------------------------------------------


@pytest.mark.parametrize(
    "place",
    ["schemas/affitto/2031.schema.json", "schemas/reports/altro/2031.schema.json"],
)
def test_a_schema_that_lies_elsewhere_is_named_where_it_lies(place: str, folder: Path):
    """And the whole paths where it is looked for, so that it may be moved there."""
    (folder / place).parent.mkdir(parents=True)
    (folder / FILES["s"]).rename(folder / place)
    (told,) = find_errors()
    assert told["code"] == "schema-not-found"
    named = place.removeprefix("schemas/")
    assert f"quello che c'è si indica con `{named}`" in told["hint"]
    assert f"`{FILES['s']}`" in told["hint"]
    path = folder / FILES["r"]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("reports/affitto/2031.schema.json", named), encoding="utf-8")
    assert find_errors() == []


@pytest.mark.parametrize("written", ["report/affitto/2031.schema.json", "affitto/2031.schema.json"])
def test_a_schema_is_known_by_its_folder_where_another_has_its_name(written: str, folder: Path):
    """All schemas of a year are called alike; one is in the folder of the rulebook's name."""
    other = folder / "schemas" / "reports" / "mensa" / "2031.schema.json"
    other.parent.mkdir(parents=True)
    shutil.copy(folder / FILES["s"], other)
    path = folder / FILES["r"]
    right = path.read_text(encoding="utf-8")
    named = "reports/affitto/2031.schema.json"
    path.write_text(right.replace(named, written), encoding="utf-8")
    (told,) = find_errors()
    assert told["code"] == "schema-not-found"
    assert f"quello che c'è si indica con `{named}`" in told["hint"]


def test_a_schema_that_lies_nowhere_is_told_where_it_belongs(folder: Path):
    (folder / FILES["s"]).unlink()
    (told,) = find_errors("en")
    beside = "rulebooks/affitto/reports/affitto/2031.schema.json"
    assert told["hint"] == f"put it where it is looked for: `{beside}`, `{FILES['s']}`"


@pytest.mark.parametrize("written", ["casa/2031/a", "casa/2031/a/b", "rulebooks/casa/2031"])
def test_a_new_rulebook_is_offered_a_name_that_new_takes(written: str, folder: Path):
    """The version is none of it, though a reference elsewhere may have one."""
    _, _, err = call("new", written, "--lang", "en")
    assert "`casa/2031`" in err
    assert "@" not in err
    assert call("new", "casa/2031", "--lang", "en")[0] == 0


def test_what_is_no_name_is_told_the_form_that_new_takes(folder: Path):
    _, _, err = call("new", "§/§", "--lang", "en")
    assert "write `name/edition`, for example `house/2031`" in err
    assert "@" not in err
