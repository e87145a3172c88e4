"""A cold start: what `evaluate`, `list` and `--help` import."""

import json
import os
import subprocess
import sys

import pytest

from support.places import ROOT

REPORT = ROOT / "examples/jesi-2024.yaml"
PROGRAM = "import sys; from ruletrail.cli import main; status = main()"
NEVER = {
    "jsonschema", "referencing", "rpds", "attr", "numpy", "pyarrow", "pandas", "difflib",
    "tempfile", "html", "shutil", "dataclasses", "inspect", "tokenize", "dis", "hashlib", "ssl",
    "threading", "queue", "logging", "platform", "uuid", "pprint", "sqlite3", "subprocess",
    "socket", "selectors", "asyncio", "concurrent.futures", "multiprocessing", "pickle", "csv",
    "zipfile", "importlib.metadata", "importlib.resources", "email", "typing_extensions",
    "pkg_resources", "setuptools", "graphlib", "copy",
}  # fmt: skip
"""What a cold start may not import: each costs a millisecond or more."""
COMPILER = {
    "ruletrail.library.loading",
    "ruletrail.linking.linker",
    "ruletrail.rulebooks.building",
    "ruletrail.rulebooks.merging",
    "ruletrail.formulas.type_checking",
    "ruletrail.linking.unencoded",
    "ruletrail.schemas.building",
    "ruletrail.schemas.meant_numbers",
    "ruletrail.schemas.explaining",
    "ruletrail.schemas.patterns",
    "ruletrail.problem_texts",
    "ruletrail.rendering.pages",
    "ruletrail.compiled.scalar_codegen.compiler",
    "ruletrail.analysis.type_inference",
    "ruletrail.compiled.scalar_codegen.expressions",
    "ruletrail.compiled.scalar_codegen.steps",
    "ruletrail.analysis.bounds",
    "ruletrail.compiled.trail_codegen.writer",
    "ruletrail.compiled.trail_codegen.templates",
    "ruletrail.compiled.trail_codegen.printing",
    "ruletrail.compiled.explanation",
    "ruletrail.compiled.columns",
    "ruletrail.rendering.markdown",
    "ruletrail.rendering.explanations",
    "ruletrail.library.manifests",
    "ruletrail.verification",
    "ruletrail.archives",
    "ruletrail.batches",
}
"""What compiles a plan or its functions, or writes another form."""

ENGINE = {
    "simpleeval",
    "ast",
    "yaml",
    "ruletrail.api",
    "ruletrail.evaluations",
    "ruletrail.rendering",
    "ruletrail.compiled",
    "ruletrail.schemas",
}
"""What `--help` and `list` need nothing of."""


@pytest.fixture(scope="module")
def bytecode(tmp_path_factory):
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture
def environment(tmp_path, bytecode):
    """Give a process its own cache, and bytecode as an installed package has it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    places = {
        "RULETRAIL_CACHE": str(tmp_path),
        "PYTHONPATH": str(ROOT / "engine"),
        "PYTHONPYCACHEPREFIX": str(bytecode),
    }
    return {**kept, **places, "LC_ALL": "C.UTF-8"}


def imported(environment, *words):
    """Run a command in a process of its own and name the modules that it imported."""
    code = (
        PROGRAM
        + "; import json; print(json.dumps(sorted(sys.modules)), file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1])), done.stdout


@pytest.mark.parametrize(
    "words", [["--help"], ["list"], ["list", "--format", "json"]], ids=" ".join
)
def test_what_answers_without_a_plan_imports_no_engine(environment, words):
    modules, output = imported(environment, *words)
    assert "sociale" in output or "evaluate" in output
    if words[0] == "list":
        # heads of rulebooks are read from their files once
        modules, _ = imported(environment, *words)
    assert not modules & {*NEVER, *COMPILER, *ENGINE}


def test_help_needs_no_library(environment):
    assert not imported(environment, "--help")[0] & {
        "ruletrail.library",
        "ruletrail.documents",
        "ruletrail.caches",
    }


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_cached_plan_is_evaluated_without_compiler_or_validator(environment, form):
    first, output = imported(environment, "evaluate", str(REPORT), "--format", form)
    assert "ruletrail.linking.linker" in first, "there was no cache yet, so this one compiled"
    modules, again = imported(environment, "evaluate", str(REPORT), "--format", form)
    assert again == output
    assert not modules & {*NEVER, *COMPILER, "yaml"}


def test_a_report_that_plain_yaml_does_not_hold_is_read_by_pyyaml(environment, tmp_path):
    report = tmp_path / "r.yaml"
    report.write_text(REPORT.read_text("utf-8").replace("M12: 193", '"M12": 193'), "utf-8")
    _, expected = imported(environment, "evaluate", str(REPORT), "--format", "json")
    modules, output = imported(environment, "evaluate", str(report), "--format", "json")
    assert output == expected
    assert "yaml" in modules
    assert not modules & {*NEVER, *COMPILER}


@pytest.mark.parametrize("name", ["jesi-2024", "jesi-2024-incompleto"])
def test_both_evaluators_answer_from_the_cache_without_reading_or_making_code(environment, name):
    """The functions for usual reports and for any others are there when evaluating begins.

    Then nothing is opened or compiled.
    """
    code = """
import sys
from pathlib import Path
from ruletrail.api import Plan, find_source
from ruletrail.cli.evaluations import evaluate_twice
from ruletrail.library import load_compiled

seen = []
armed = False
sys.addaudithook(lambda event, arguments: seen.append(event) if armed else None)
load_compiled(find_source("sociale/2024"))
plan = Plan.of_functions(load_compiled(find_source("sociale/2024")))
report = plan.read(Path(sys.argv[1]))
import ruletrail.compiled.record_building
armed = True
evaluate_twice(plan, report)
armed = False
forbidden = ("open", "socket", "subprocess", "os.", "exec", "compile", "import", "marshal", "time")
printed = "ruletrail.compiled.scalar_codegen.compiler" in sys.modules
events = [event for event in seen if event.startswith(forbidden)]
print(events, plan.functions.usual.source, printed)
"""
    path = str(ROOT / f"examples/{name}.yaml")
    for expected in ("True", "False"):
        done = subprocess.run(
            [sys.executable, "-c", code, path],
            capture_output=True,
            text=True,
            env=environment,
            check=True,
        )
        assert done.stdout.split()[-1] == expected, (
            "the first process compiles, the second takes what was kept"
        )
    assert done.stdout.strip() == "[] () False"


def test_an_invalid_report_still_gets_its_explanation(environment, tmp_path):
    imported(environment, "evaluate", str(REPORT))
    report = tmp_path / "bad.yaml"
    report.write_text(REPORT.read_text("utf-8").replace("M12: 193", "M12: -193"), "utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAM + "; sys.exit(status)",
            "evaluate",
            str(report),
            "--format",
            "json",
        ],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 2
    assert [problem["code"] for problem in json.loads(done.stdout)["problems"]] == ["out-of-range"]


def test_the_package_offers_every_name_it_lists():
    code = (
        "import importlib\n"
        "for package in ('', '.documents', '.library', '.linking', '.rulebooks'):\n"
    )
    code += "    module = importlib.import_module('ruletrail' + package)\n"
    code += (
        "    assert all(getattr(module, name) is not None for name in module.__all__), package\n"
    )
    code += (
        "import ruletrail\ntry:\n    ruletrail.no_such_name\n"
        "except AttributeError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "engine")},
        check=True,
    )
    assert done.stdout == "module 'ruletrail' has no attribute 'no_such_name'\n"
