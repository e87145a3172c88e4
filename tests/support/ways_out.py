"""What a hint proposes, against what is wrong: a way out is not where somebody stands already."""

import re
from collections.abc import Mapping
from typing import Any

_PROPOSED = re.compile(
    r"(?:intendevi|did you mean|scrivi|write|né accenti:|or accents:) `([^`]+)`(?= o | or |\?|$)"
)
_WRONG = re.compile(r"`([^`]+)`")


def leads_out(problem: Mapping[str, Any]) -> bool:
    """Tell that nothing a hint proposes is the text that the sentence says is wrong."""
    wrong = _WRONG.search(problem["message"])
    return wrong is None or wrong[1] not in _PROPOSED.findall(problem["hint"])
