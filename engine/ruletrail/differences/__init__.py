"""What changed in meaning between two rulebooks, and what comes of it.

`compare` lists the changes (`entries`, `forms`), says which outcomes each can reach (`reach`),
looks for a report that tells the two apart (`searching`) or asks for the proof that none does
(`proving`), and judges the version number (`versions`). `inputs` counts what changes for many
reports. See docs/diff.md.
"""

from ruletrail.differences.changes import Change, Difference, Finding, Verdict, Witness
from ruletrail.differences.comparing import compare
from ruletrail.differences.impacts import Impact
from ruletrail.differences.reach import Pair

__all__ = [
    "Change", "Difference", "Finding", "Impact", "Pair", "Verdict", "Witness", "compare",
]  # fmt: skip
