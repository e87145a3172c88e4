"""No module imports itself by way of others, wherever the imports stand."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ENGINE = Path(__file__).parent.parent / "engine/ruletrail"


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
