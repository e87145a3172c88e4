"""What a search does not settle: whether a proof says that two rulebooks come to the same."""

from ruletrail.differences.changes import Change, Finding
from ruletrail.differences.reach import Pair


class Prover:
    """Asks for proofs, each outcome once."""

    def __init__(self, pair: Pair) -> None:
        """Prove nothing yet."""
        self.pair = pair

    def settle(self, change: Change, reached: tuple[str, ...]) -> Finding:
        """Prove a change to make no difference, or say why that is not known."""
        return Finding(change, reached, "unsettled", "no_solver")
