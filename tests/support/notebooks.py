"""The notebook of the examples, executed from a fresh start; `make notebook` stores the outputs."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "examples/notebook.ipynb"
_SECONDS = 120
_FOLDERS = (
    "HOME",
    "IPYTHONDIR",
    *(f"JUPYTER_{name}_DIR" for name in ("CONFIG", "DATA", "RUNTIME")),
)


def execute(path: Path = NOTEBOOK) -> nbformat.NotebookNode:
    """Return a notebook with the outputs of a run in one new kernel, beside its file."""
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder:
        # neither settings of the user's, nor libraries, nor a cache
        own = dict.fromkeys(_FOLDERS, folder)
        named = {"RULETRAIL_CACHE": "off", "RULETRAIL_PATH": "", "JUPYTER_PLATFORM_DIRS": "1"}
        with patch.dict(os.environ, own | named):
            client = NotebookClient(
                notebook, timeout=_SECONDS, kernel_name="python3", record_timing=False,
                coalesce_streams=True,
                resources={"metadata": {"path": str(path.parent)}},
            )  # fmt: skip
            client.execute()
    return notebook


if __name__ == "__main__":
    executed = execute()
    # which Python it was is nobody's business, and differs from machine to machine
    executed.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python",
                                        "name": "python3"}}  # fmt: skip
    nbformat.write(executed, NOTEBOOK)
