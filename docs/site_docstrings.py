# ruff: noqa: INP001 - mkdocs calls it by its path, it is no package
"""Examples in docstrings, which begin with `>>>`, shown as code on the site."""

import re
from typing import Any

from griffe import Extension, Object

_EXAMPLE = re.compile(r"(?:^|(?<=\n))(>>> .*(?:\n\S.*)*)")


class FencedExamples(Extension):
    """Puts each example between fences, as Markdown has them."""

    def on_object(self, *, obj: Object, **kwargs: Any) -> None:  # noqa: ARG002 - as griffe calls
        """Change the docstring of one object."""
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(r"```pycon\n\1\n```", obj.docstring.value)
