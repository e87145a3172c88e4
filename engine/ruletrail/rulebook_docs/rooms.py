"""How large what is written of a whole rulebook may become: counted while it is put together."""

from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError

MOST_CHARACTERS = 32 * 1024 * 1024
"""Of what a page repeats: what fields, rows and entries share, each writes out."""


class Room:
    """What is left of a page: fields may share titles by `$ref`, and entries read one group."""

    def __init__(self, linked: LinkedRulebook) -> None:
        """Begin with all of it."""
        self._linked, self._left = linked, MOST_CHARACTERS

    def take(self, *texts: str) -> None:
        """Count texts of the page; raises `ProblemsError` before it is far too large."""
        self._left -= sum(map(len, texts))
        if self._left < 0:
            mark = Mark(str(self._linked.rulebook.identity))
            details = {"limit": str(MOST_CHARACTERS)}
            raise ProblemsError([
                Problem("document-too-large", mark, details, advice="less-repeated",
                        wording="page-too-large")
            ])  # fmt: skip
