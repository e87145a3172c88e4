"""Where things of the project lie."""

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TESTS = ROOT / "tests"
EXAMPLES = ROOT / "examples"
REPORTS = sorted(EXAMPLES.glob("*-2024*.yaml"))
"""The reports of the rulebook that is shipped, the incomplete one among them."""

JESI, INCOMPLETE, LIVORNO = (
    EXAMPLES / f"{name}.yaml" for name in ("jesi-2024", "jesi-2024-incompleto", "livorno-2024")
)
FORMS = {
    name: (EXAMPLES / f"forms/{name}-2024.txt").read_text("utf-8") for name in ("jesi", "livorno")
}
"""The printed forms that two of the reports were read from."""
