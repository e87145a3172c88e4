"""What workers need that answer by columns. Only processes that answer rows import this module.

Where workers are forked, the process that they are forked from imports it once for all of them.
"""

import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from typing import Any


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


def _choose_memory() -> None:
    """Let Arrow take memory as it is needed.

    Its usual allocator takes large pages and fills each with zeros, a fifth of a second in each
    process before its first row. jemalloc gives back most of what is free, where Arrow has it.
    """
    arrow: Any = import_module("pyarrow")
    has_jemalloc = "jemalloc" in arrow.supported_memory_backends()
    arrow.set_memory_pool(
        arrow.jemalloc_memory_pool() if has_jemalloc else arrow.system_memory_pool()
    )


_choose_memory()
