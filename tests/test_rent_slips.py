"""A slip in a rulebook about rents is told where it stands, and what the hint says leads out.

`rent/` is a library: a rulebook with dated values, a scale, a table, rows, exceptions and a family
of rules, its schema and its examples, all right. `rent/slips.yaml` plants one slip at a time.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call
from support.places import TESTS
from support.plain_yaml import load_yaml

HERE = TESTS / "rent"
SLIPS: list[dict[str, Any]] = load_yaml((HERE / "slips.yaml").read_text(encoding="utf-8"))
FILES = {
    "r": "rulebooks/affitto/2031.yaml",
    "t": "rulebooks/affitto/2031.test.yaml",
    "s": "schemas/reports/affitto/2031.schema.json",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for place in FILES.values():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / place, path)
    return tmp_path


def _errors(language: str) -> list[dict[str, Any]]:
    _, out, _ = call("check", "rulebooks", "--lang", language, "--format", "json")
    found: list[dict[str, Any]] = json.loads(out)["problems"]
    return [each for each in found if each["severity"] == "error"]


def test_the_rulebook_itself_is_right(folder: Path):
    assert _errors("it") == []
    status, out, _ = call("test", "rulebooks", "--lang", "en")
    assert (status, "2 examples, 2 passed" in out) == (0, True), out


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip["new"][:40])
def test_a_slip_is_told_and_its_way_out_leads_out(slip: dict[str, Any], folder: Path):
    """Its hint says what to write, and nothing is written by itself that is not certain."""
    path = folder / FILES[slip["in"]]
    right = path.read_text(encoding="utf-8")
    assert slip["old"] in right
    wrong = right.replace(slip["old"], slip["new"], 1)
    path.write_text(wrong, encoding="utf-8")
    pairs = zip(right.splitlines(), wrong.splitlines(), strict=False)
    line = next(at for at, (old, new) in enumerate(pairs, start=1) if old != new)
    for language in ("it", "en"):
        found = _errors(language)
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
    path.write_text(right.replace(slip["old"], obeyed, 1), encoding="utf-8")
    assert _errors("it") == []


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
