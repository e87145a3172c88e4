"""Proofs over all reports of a rulebook that its schema and its checks admit; docs/proofs.md.

`prove` answers every question about a rulebook, `same` whether two give one answer. The solver is
the extra `[prove]`, and is imported here alone.
"""

from ruletrail.proofs.answers import Answer, Proof

__all__ = ["Answer", "Proof"]
