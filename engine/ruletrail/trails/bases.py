"""What an entry rests on, as a trail writes it."""

from typing import Any

from ruletrail.rulebooks import Basis

Json = dict[str, Any]


def write_basis(basis: Basis) -> Json:
    """Write what an entry rests on; keys that the author left out are left out."""
    written: Json = {}
    if basis.sources:
        written["source"] = basis.sources[0] if len(basis.sources) == 1 else list(basis.sources)
    if basis.evidence is not None:
        written["evidence"] = basis.evidence
    if basis.note:
        written["note"] = basis.note
    return written
