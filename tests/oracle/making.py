"""The rulebook of a seed."""

from random import Random

from .documents import Rulebook
from .generator import Generator
from .later_generator import LaterGenerator


def make_rulebook(seed: object, language: int | None = None) -> Rulebook:
    """Make the rulebook of a seed, of a language or of either: two of three of language 2."""
    rng = Random(f"rulebook {seed}")  # noqa: S311
    language = language or rng.choice([1, 2, 2])
    return (Generator if language == 1 else LaterGenerator)(rng).rulebook()
