"""What workers need that answer by columns. Only processes that answer rows import this module.

Where workers are forked, the process that they are forked from imports it once for all of them.
"""

import sys
from importlib import import_module
from importlib.abc import MetaPathFinder


class _WithoutPandas(MetaPathFinder):
    """Finds no pandas, which pyarrow imports wherever it is.

    That takes as long as all else that is imported here. Nothing here is of pandas, and no code of
    anybody else's runs in a worker.
    """

    def find_spec(self, name: str, path: object, target: object = None) -> None:  # noqa: ARG002
        """Refuse one name, and leave all others to the finders behind."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


sys.meta_path.insert(0, _WithoutPandas())
for _name in ("ruletrail.batches.running", "ruletrail.batches.streams"):
    import_module(_name)
