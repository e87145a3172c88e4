"""No text of an author reaches a terminal as anything but text, wherever it stands."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.command_line import call
from support.places import EXAMPLES
from support.plain_yaml import load_yaml
from support.rulebooks import rulebook_text, schema_of

HOSTILE = "\x1b]0;x\x07\x1b[2J\u202e\n\x85ok.yaml:1:1: error: forged"
SPOOFED = "\x00number|zebra"
"""Looks like the mark by which words of our own are told apart in a problem's details."""
GARDEN = load_yaml((EXAMPLES / "garden/garden.yaml").read_text("utf-8"))


def list_places(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of each value, and of each key that an author chose."""
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from list_places(value, (*place, key))
    else:
        yield place


def put(node: Any, place: tuple[Any, ...], text: str) -> Any:
    """Return a copy with a text at a place."""
    if not place:
        return text
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[place[0]] = put(copy[place[0]], place[1:], text)
    return copy


PLACES = [place for place in list_places(GARDEN) if place[0] != "report"]
UNITS = [("rules", code, "unit") for code in GARDEN["rules"]]


def test_there_are_places():
    """Of every kind that a rulebook has."""
    assert len(PLACES) > 60
    assert {place[0] for place in PLACES} >= {"rules", "decisions", "sources", "title"}


@pytest.mark.parametrize("text", [HOSTILE, SPOOFED], ids=["escapes", "spoofed"])
@pytest.mark.parametrize("part", range(4))
def test_texts_of_a_rulebook_stay_texts(part: int, text: str, tmp_path: Path):
    """Checked and evaluated: no control character, no line of its own, never a defect of ours."""
    schema = (EXAMPLES / "garden" / GARDEN["report"]).read_text("utf-8")
    (tmp_path / Path(GARDEN["report"]).name).write_text(schema, "utf-8")
    path = tmp_path / "hostile.yaml"
    for place in [*PLACES, *UNITS][part::4]:
        whole = GARDEN
        if place in UNITS:
            whole = put(GARDEN, place[:2], {**GARDEN["rules"][place[1]], "unit": "x"})
        path.write_text(yaml.safe_dump(put(whole, place, text), sort_keys=False), "utf-8")
        for words in (
            ("check", path),
            ("evaluate", EXAMPLES / "garden/application.yaml", "--rulebook", path),
        ):
            status, out, err = call(*words)
            assert status in (0, 1, 2), (place, err)
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028]", out + err), (
                place
            )
            assert not re.search(r"^ok\.yaml", out + err, re.MULTILINE), place


@pytest.mark.parametrize("key", ['""', '"\\u0000"', '" "'])
@pytest.mark.parametrize("place", ["rules", "total", "modulo", "formula"])
def test_a_key_may_be_any_text(key: str, place: str, tmp_path: Path):
    """One that is empty was put into itself; one like our own marks was read as one of them."""
    text = rulebook_text(
        {
            "sources": {"modulo": {"title": "Il modulo", "kind": "form"}},
            "rules": {"total": {"formula": "A + 1", "source": "modulo"}},
            "parameters": {"p": {"value": 1}},
        },
        rulebook="prova",
    )
    (tmp_path / "schema.json").write_text(json.dumps(schema_of({"A": "number"})), "utf-8")
    named = f"{place}:" if place == "rules" else f'"{place}":'
    assert text.count(named) == 1
    (tmp_path / "r.yaml").write_text(text.replace(named, f"{key}:"), "utf-8")
    status, _, err = call("check", tmp_path / "r.yaml", "--lang", "en")
    assert status == 1
    assert "\0" not in err
    assert "[" in err
