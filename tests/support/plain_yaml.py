"""YAML as the tests themselves read it: by libyaml, for PyYAML's own parser is ten times slower.

Hundreds of files are read while tests are collected, by each worker.
"""

from typing import Any

import yaml


def load_yaml(text: str) -> Any:
    """Read a document, plain data only."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def load_texts(text: str | bytes) -> Any:
    """Read a document in which every scalar is its text: `NO`, `8.50` and `true` as written."""
    return yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - it builds texts only
