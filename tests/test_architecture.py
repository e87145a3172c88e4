"""No module imports itself by way of others, wherever the imports stand."""

import ast
import shutil
import subprocess
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "engine/ruletrail"
AT_THE_TOP = {
    ".ci", ".containerignore", ".gitignore", ".pre-commit-hooks.yaml", "CHANGELOG.md",
    "CONTRIBUTING.md", "Containerfile", "LICENSE", "Makefile", "README.md", "benchmarks", "clients",
    "docs", "editors", "engine", "examples", "mkdocs.yml", "pyproject.toml", "rulebooks", "schemas",
    "tests",
}  # fmt: skip


@cache
def list_modules():
    """Read every module's tree by its name; a package's `__init__` has the package's name."""
    found = {}
    for path in ENGINE.rglob("*.py"):
        parts = path.relative_to(ENGINE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text("utf-8"))
    return found


def list_imports(tree, known):
    """Name the modules that a tree imports: at its top, in functions, and for types only.

    What is taken from a package may be a module of it; else the package itself is imported.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module in known:
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                yield module if module in known else node.module


def build_graph():
    """Map each module to those that it imports."""
    modules = list_modules()
    return {name: set(list_imports(tree, modules)) - {name} for name, tree in modules.items()}


def test_every_import_names_its_module_in_full():
    """Relative imports would be missing from the graph."""
    for name, tree in list_modules().items():
        levels = {node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert levels <= {0}, name


def test_no_module_imports_itself_by_way_of_others():
    """Imports at the top, in functions and under TYPE_CHECKING count alike."""
    graph = build_graph()
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise AssertionError(" <- ".join(error.args[1])) from None
    assert len(order) > 200


def test_no_test_module_is_imported_by_another():
    """What tests share stands in the package `support`, and nothing is loaded by its path.

    The one program that is, `docs/problems/pages.py`, is no module of a package.
    """
    for path in Path(__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[-1].startswith("test_")], path
        if path.name not in ("test_problem_pages.py", Path(__file__).name):
            assert "spec_from_file_location" not in text, path
            assert "sys.path.insert" not in text, path


def test_only_formulas_sees_the_grammar_of_python():
    """Everybody else reads our own tree, so that a new operation is one record."""
    for name, tree in list_modules().items():
        if name.startswith("ruletrail.formulas"):
            continue
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert "ast" not in names, name


OPENING = {
    "open", "fdopen", "read_text", "write_text", "write_bytes", "touch", "mkstemp", "mkdtemp",
    "NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory", "copyfile",
}  # fmt: skip
"""What opens, makes or copies a file by its name."""
ASKING = {"exists", "is_file", "is_dir", "is_fifo", "is_symlink", "lexists", "isfile", "isdir"}
"""What raises for a name that is too long, and so is asked of `files` instead."""
LISTING = {"iterdir", "glob", "rglob", "listdir", "scandir"}

MAY_OPEN = {
    # what stands in a folder is asked of its listing, not by name
    "ruletrail.files": {"open", "fdopen", "write_bytes", "scandir", "is_file"},
    # a folder that is proven to be the user's own, and files by a handle of it
    "ruletrail.caches.entries": {"open", "fdopen", "exists", "scandir"},
    # a folder that was made for the purpose, under a name that nobody had
    "ruletrail.archives.reading": {"open", "exists", "is_dir", "iterdir"},
    # copies in a folder that was made for the purpose, and the archive that the user named
    "ruletrail.archives.journals": {"copyfile", "open"},
    # files of ours, whose names stand in our code
    "ruletrail.cli.new": {"read_text"},
    "ruletrail.cli.help": {"glob"},
    "ruletrail.verification.trail_form": {"read_text", "is_dir"},
    "ruletrail.batches.job_pickling": {"iterdir", "is_dir"},
    "ruletrail.library.sources": {"is_dir", "listdir"},
    # the metadata of installed packages, in the folders of Python's path
    "ruletrail.library.places": {"open", "listdir"},
    # reports beside a rulebook are listed by name, and read through the door
    "ruletrail.editors.names": {"glob"},
    # a method of its own, which reads the row of a form
    "ruletrail.layouts.rows": {"read_text"},
    # handles that are open already, the null device, and a folder to be synced
    "ruletrail.cli.consoles": {"open"},
    "ruletrail.batches.checkpoints": {"open"},
    "ruletrail.assistants.lines": {"open", "fdopen"},
    # a folder for what several serving processes count
    "ruletrail.service.running": {"mkdtemp"},
}
"""The modules that open files or ask the system for them themselves, each with what it calls."""


def list_file_calls(tree):
    """Name what a tree calls to open, list or ask for files.

    `open` of an object of ours takes no mode: a worker's job, a tree in the making.
    """
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id == "open":
            yield "open"
        elif isinstance(called, ast.Attribute) and called.attr in OPENING | ASKING | LISTING:
            owner = called.value.id if isinstance(called.value, ast.Name) else ""
            first = node.args[0] if node.args else None
            has_mode = isinstance(first, ast.Constant) and isinstance(first.value, str)
            if called.attr != "open" or owner in ("os", "io") or has_mode:
                yield called.attr


def test_files_are_opened_by_few_modules():
    """All others open through `files`, or the door to names that documents write.

    Neither a new module nor a new way of opening in one of these passes unnoticed.
    """
    found = {name: set(list_file_calls(tree)) for name, tree in list_modules().items()}
    assert {name: calls for name, calls in found.items() if calls} == MAY_OPEN


def test_what_documents_name_is_read_through_one_door():
    """Paths that the user gave are read by few; whoever reads for a document gives a folder."""
    known = list_modules()
    readers = {
        name
        for name, tree in known.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("read_bytes", "read_start", "open_given")
    }
    assert readers == {
        "ruletrail.api",  # a report's path
        "ruletrail.archives.files",  # the start of what is no archive, to say what it is
        "ruletrail.batches.sources",  # the rows
        "ruletrail.cli.evaluations",  # a report
        "ruletrail.cli.fmt",  # the files to format
        "ruletrail.cli.leftover_words",  # a file in the wrong command, to say which one reads it
        "ruletrail.cli.read",  # a printed form
        "ruletrail.cli.row_sources",  # the start of an input, to say what it is
        "ruletrail.cli.usage_problems",  # files that are too many, to say which one is read
        "ruletrail.cli.verify",  # a trail
        "ruletrail.differences.inputs",  # the reports of a folder
        "ruletrail.documents.reading",  # `read_bytes` itself
        "ruletrail.editors.names",  # a report chosen in the editor; with a folder, those beside
        "ruletrail.library.named_files",  # the door: always with a folder
        "ruletrail.library.sources",  # a rulebook's path; with a folder where a document named it
    }


def test_only_the_user_names_rulebooks_by_path():
    """`find_source` reads a text as a path; what a document names goes to `find_reference`."""
    callers = {
        name
        for name, tree in list_modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("find_source", "source_of_path")
    }
    assert callers == {
        "ruletrail.api",
        "ruletrail.cli.evaluations",
        "ruletrail.cli.verify",
        "ruletrail.editors.diagnosing",
        "ruletrail.library.places",  # the files of a folder that the user names
        "ruletrail.pytest_plugin",
    }


def test_nothing_stands_at_the_top_by_mistake():
    """What somebody tried out beside the project is no part of it."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("no checkout")
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert {each.split("/")[0] for each in listed.split("\0") if each} == AT_THE_TOP
