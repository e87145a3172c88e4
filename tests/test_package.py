"""The wheel holds what a user needs, and the layers are what the contract says."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import ruletrail
from support.places import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel once, as a packager would."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_rulebooks_schemas_and_types(wheel: Path) -> None:
    """Without them an installed package evaluates nothing, and its users check no types."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "ruletrail/py.typed" in names
    assert not [each for each in names if "__pycache__" in each or each.endswith(".pyc")]
    for folder, inside in (
        ("rulebooks", "ruletrail/data/rulebooks"),
        ("schemas", "ruletrail/data/schemas"),
        ("docs", "ruletrail/data/docs"),
        ("engine/ruletrail/cli/beginning", "ruletrail/cli/beginning"),
    ):
        for path in (ROOT / folder).rglob("*.*"):
            if "__pycache__" in path.parts:  # what running a tool beside the pages leaves
                continue
            assert f"{inside}/{path.relative_to(ROOT / folder).as_posix()}" in names


def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """The data must be found inside the package, not by luck beside it."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    script = (
        "import ruletrail; print(ruletrail.__file__);"
        " print(ruletrail.load('sociale/2024').reference)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    where, reference = done.stdout.splitlines()
    assert where.startswith(str(tmp_path))
    assert reference == "sociale/2024@1.0.1"


def test_the_manual_is_read_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Who installed a wheel has its pages and schemas, and the library of what it shipped."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONUTF8": "1"}
    for words, shown in (
        ("help unknown-code --lang it", "il codice … non esiste"),
        ("help language --lang en", "The rulebook language, version 1\n======"),
        ("help guide --lang it", "======"),
        ("schema rulebook", '"$schema"'),
        ("new own/2024 --folder own", "own/rulebooks/own/2024.yaml"),
        ("check --library own --lang en", "no problems"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ruletrail", *words.split()],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert shown in done.stdout, words


def test_versions_agree() -> None:
    """The trail states the version of the package that wrote it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == ruletrail.__version__


def test_the_core_needs_three_packages_only() -> None:
    """Embedders pay for PyYAML, simpleeval and jsonschema, and nothing else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert sorted(name.split(">")[0] for name in project["dependencies"]) == [
        "PyYAML",
        "jsonschema",
        "simpleeval",
    ]


def test_the_public_face_is_small() -> None:
    """About fifteen names, `Needs` and `WhatIf` among them; everything else may change."""
    assert len(ruletrail.__all__) <= 17
    assert all(hasattr(ruletrail, name) for name in ruletrail.__all__)
