"""A cold start: what `evaluate`, `list` and `--help` import, and what they cost in bare starts of Python."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REPORT = ROOT / "examples/jesi-2024.yaml"
PROGRAM = "import sys; from ruletrail.cli import main; status = main()"
NEVER = {"jsonschema", "referencing", "rpds", "attr", "numpy", "pyarrow", "pandas", "difflib", "tempfile", "html", "shutil"}
COMPILER = {
    "ruletrail.library.loading",
    "ruletrail.plans.linking",
    "ruletrail.rulebooks.building",
    "ruletrail.rulebooks.merging",
    "ruletrail.schemas.explaining",
    "ruletrail.schemas.patterns",
    "ruletrail.catalogue",
    "ruletrail.rendering.pages",
}


@pytest.fixture(scope="module")
def bytecode(tmp_path_factory):
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture
def environment(tmp_path, bytecode):
    """Give a process its own cache, and bytecode as an installed package has it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    places = {"RULETRAIL_CACHE": str(tmp_path), "PYTHONPATH": str(ROOT / "engine"), "PYTHONPYCACHEPREFIX": str(bytecode)}
    return {**kept, **places, "LC_ALL": "C.UTF-8"}


def imported(environment, *words):
    """Run a command in a process of its own and name the modules that it imported."""
    code = PROGRAM + "; import json; print(json.dumps(sorted(sys.modules)), file=sys.stderr); sys.exit(status)"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1])), done.stdout


@pytest.mark.parametrize("words", [["--help"], ["list"], ["list", "--format", "json"]], ids=" ".join)
def test_what_answers_without_a_plan_imports_no_engine(environment, words):
    modules, output = imported(environment, *words)
    assert "sociale" in output or "evaluate" in output
    assert not modules & {*NEVER, *COMPILER, "simpleeval"}


def test_help_needs_not_even_yaml(environment):
    assert not imported(environment, "--help")[0] & {"yaml", "ruletrail.api", "ruletrail.library"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_cached_plan_is_evaluated_without_compiler_or_validator(environment, form):
    first, output = imported(environment, "evaluate", str(REPORT), "--format", form)
    assert "ruletrail.plans.linking" in first, "there was no cache yet, so this one compiled"
    modules, again = imported(environment, "evaluate", str(REPORT), "--format", form)
    assert again == output
    assert not modules & {*NEVER, *COMPILER}


def test_an_invalid_report_still_gets_its_explanation(environment, tmp_path):
    imported(environment, "evaluate", str(REPORT))
    report = tmp_path / "bad.yaml"
    report.write_text(REPORT.read_text("utf-8").replace("M12: 193", "M12: -193"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + "; sys.exit(status)", "evaluate", str(report), "--format", "json"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 2
    assert [problem["code"] for problem in json.loads(done.stdout)["problems"]] == ["out-of-range"]


def test_the_package_offers_every_name_it_lists():
    code = "import importlib\nfor package in ('', '.documents', '.library', '.plans', '.rulebooks'):\n"
    code += "    module = importlib.import_module('ruletrail' + package)\n"
    code += "    assert all(getattr(module, name) is not None for name in module.__all__), package\n"
    code += "import ruletrail\ntry:\n    ruletrail.no_such_name\nexcept AttributeError as error:\n    print(error)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": str(ROOT / "engine")}, check=True
    )
    assert done.stdout == "module 'ruletrail' has no attribute 'no_such_name'\n"
