"""What a decision comes to that is no case of it is said in words, in the reader's language."""

from pathlib import Path

import pytest

from support.command_line import call
from support.rulebooks import HEAD_TEXT

CASES = """decisions:
  esito:
    cases:
      - {outcome: esente, when: A <= 10}
      - {outcome: pagante, when: A > %s}
"""
SCHEMA = """{"type": "object", "properties": {"fields": {"properties": {
"A": {"type": "integer", "minimum": 0, "maximum": 20}}}}}"""


@pytest.mark.parametrize(("language", "said"), [("it", "errore"), ("en", "error")])
def test_an_error_is_called_so_in_each_language(language: str, said: str, tmp_path: Path):
    """Two cases hold at once in the new one."""
    (tmp_path / "schema.json").write_text(SCHEMA, "utf-8")
    for name, least in (("old", "10"), ("new", "9")):
        (tmp_path / f"{name}.yaml").write_text(HEAD_TEXT + CASES % least, "utf-8")
    words = ("diff", tmp_path / "old.yaml", tmp_path / "new.yaml", "--lang", language)
    _, out, _ = call(*words)
    joined = {"it": "da esente a", "en": "from esente to"}[language]
    assert f"{joined} {said}" in " ".join(out.split())
