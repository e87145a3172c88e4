"""Printed sentences are matched as semantics 15.2 says, whatever stands on the paper.

The evaluator looks at each place of a short paper and searches a long one; the checker searches in
its own way. All three are held to the plain definition, written out here.
"""

import json
import random
import re
from pathlib import Path

import pytest

import ruletrail
from ruletrail.evaluations import messages
from ruletrail.rendering import wordings
from ruletrail.verification import sentences, verify_trail
from support.rulebooks import HEAD_TEXT

Found = tuple[int, list[str]]

ALPHABETS = ("a.", "ab ", "a -", "aab. ", "aè_ ²", "ab.' -\u0301", "a \n\u00a0’‐", ".- ")
"""Few signs, so that texts stand in each other, run into letters and touch what was taken out."""


def define(printed: list[str], texts: list[str]) -> Found:
    """Match as the definition says, place by place."""
    rest, matched = alike(" ".join(printed)), 0
    for text in sorted(filter(None, map(alike, texts)), key=lambda text: (-len(text), text)):
        for at in range(len(rest)):
            end = at + len(text)
            around = (rest[at - 1] if at else "", rest[end : end + 1])
            if rest.startswith(text, at) and not any(re.match(r"\w", sign) for sign in around):
                rest, matched = rest[:at] + "\n" + rest[end:], matched + 1
                break
    return matched, [piece.strip() for piece in rest.split("\n") if piece.strip()]


def alike(text: str) -> str:
    text = re.sub("[‐‑‒–—−]", "-", re.sub("[’‘ʼ`´]", "'", text))
    return re.sub(r"\s+", " ", text).strip()


def ways(printed: list[str], texts: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Found]:
    """Match in each way that the engine and the checker have."""
    found: dict[str, Found] = {}
    normalised = [messages.normalise(text) for text in texts]
    for name, short in (("short", 10**9), ("long", -1)):
        monkeypatch.setattr(messages, "_SHORT", short)
        taken = messages.match_texts(printed, normalised)
        found[name] = taken.matched, list(taken.unmatched)
    checked = sentences.match_printed(printed, texts)
    return {**found, "checker": (checked["matched"], checked["unmatched"])}


@pytest.mark.parametrize("head", [1, 2, 3, 5, 64])
@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_each_way_finds_what_the_definition_finds(
    alphabet: str, head: int, monkeypatch: pytest.MonkeyPatch
):
    """Also where few signs tell whether a text may be there at all, so that it has many pieces."""
    monkeypatch.setattr(messages, "_OPENING", head)
    monkeypatch.setattr(sentences, "_HEAD", head)
    chance = random.Random(f"{alphabet}{head}")  # noqa: S311 - a test, not a secret
    for _ in range(400):
        paper = "".join(chance.choices(alphabet, k=chance.randrange(1, 30)))
        texts = ["".join(chance.choices(alphabet, k=chance.randrange(6))) for _ in range(5)]
        # pieces of the paper stand there for sure, though letters may run into them
        starts = [chance.randrange(len(paper)) for _ in range(5)]
        texts += [paper[at : at + chance.randrange(1, 14)] for at in starts]
        texts += chance.choices(texts, k=3)
        cut = chance.randrange(len(paper))
        printed = [paper[:cut], paper[cut:]]
        expected = define(printed, texts)
        found = ways(printed, texts, monkeypatch)
        assert found == dict.fromkeys(found, expected), (printed, texts)


# -- Sentences that the rulebook does not show, one after the other --------------------------------


def take_alone(left: tuple[str, ...], pieces: tuple[str, ...]) -> tuple[str, ...] | None:
    """Take one sentence out of the first text that holds it, searching each text for itself."""
    for at, text in enumerate(left):
        said = pieces[0] if len(pieces) == 1 else wordings._find_whole(text, pieces)
        match = messages.match_texts([text], [said] if said else [])
        if match.matched:
            return (*left[:at], *match.unmatched, *left[at + 1 :])
    return None


@pytest.mark.parametrize("head", [1, 2, 64])
@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_a_paper_prepared_once_gives_what_each_search_gives(
    alphabet: str, head: int, monkeypatch: pytest.MonkeyPatch
):
    """Whole sentences, and those around missing values; what is left, in its order."""
    monkeypatch.setattr(messages, "_OPENING", head)
    chance = random.Random(f"{alphabet}{head}")  # noqa: S311 - a test, not a secret
    outcomes = set()
    for _ in range(300):
        drawn = ["".join(chance.choices(alphabet, k=chance.randrange(1, 25))) for _ in range(4)]
        left = tuple(filter(None, map(messages.normalise, drawn)))
        paper = messages.Paper(left)
        for _ in range(12):
            text = chance.choice(left or ("a",))
            at, size = chance.randrange(len(text)), chance.randrange(8)
            cuts = [text[at : at + size], text[at + size + 2 : at + size + 5]]
            cuts += ["".join(chance.choices(alphabet, k=chance.randrange(3)))]
            pieces = tuple(map(messages.normalise, cuts[: chance.randrange(1, 4)]))
            expected = take_alone(left, pieces)
            assert wordings._take_out(paper, pieces) is (expected is not None), (left, pieces)
            left = left if expected is None else expected
            assert paper.texts == left, pieces
            outcomes.add((len(pieces), expected is not None))
    assert outcomes == {(count, taken) for count in (1, 2, 3) for taken in (True, False)}


def test_the_paper_of_a_report_is_prepared_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """However many sentences the rulebook has that are not shown."""
    said = (
        f"  m{i}: {{when: A > {i}, text: {{it: 'Il valore {i} è alto.'}}}}\n" for i in range(90)
    )
    (tmp_path / "r.yaml").write_text(HEAD_TEXT + "messages:\n" + "".join(said), encoding="utf-8")
    schema = {"properties": {"fields": {"type": "object", "properties": {"A": {"type": "number"}}}}}
    (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    printed = [f"Il valore {i} è alto." for i in range(0, 200, 3)]
    report = {"rulebook": "prova/2024", "fields": {"A": 20}, "printed": {"messages": printed}}
    record = ruletrail.load(tmp_path / "r.yaml").evaluate(report).record
    prepared: list[str] = []
    find = messages._find_openings

    def count(rest: str) -> list[str]:
        prepared.append(rest)
        return find(rest)

    monkeypatch.setattr(messages, "_find_openings", count)
    wording = wordings.read_wording(record)
    assert len(prepared) == 1
    assert [each.step for each in wording.contradictions] == [f"m{i}" for i in range(21, 90, 3)]
    assert wording.unmatched == (" ".join(printed[30:]),)


SIDES = {
    "inside a word, then whole": (["aab a ab"], ["a"], (1, ["aab", "ab"])),
    "a gap is the side it lacked": (["foooo.bar"], ["foooo", ".bar"], (2, [])),
    "what follows is taken out first": (["x.aaa x."], ["x.", ".aaa", "x"], (2, [".aaa"])),
    "twice, the first only once the second is out": (["a.a."], ["a.", "a."], (2, [])),
    "a gap joins nothing": (["a b c"], ["b", "a c"], (1, ["a", "c"])),
    "nothing but signs": (["- - -"], ["- -", "-"], (2, [])),
    "a text with signs that the paper has not": (["a b"], ["a!", "(a", "a"], (1, ["b"])),
    "an empty text": ([" ", ""], ["", " "], (0, [])),
}


@pytest.mark.parametrize("name", SIDES)
def test_what_stands_around_a_sentence(name: str, monkeypatch: pytest.MonkeyPatch):
    printed, texts, expected = SIDES[name]
    assert define(printed, texts) == expected
    found = ways(printed, texts, monkeypatch)
    assert found == dict.fromkeys(found, expected)


@pytest.mark.parametrize("printed", [[""], [" ", "\n"], ["Altro.", "  "]])
def test_blank_sentences_stay_in_the_trail_and_say_nothing(printed: list[str], tmp_path: Path):
    """The report is stored as it was declared; what is compared is what is not blank."""
    book = tmp_path / "r.yaml"
    book.write_text(HEAD_TEXT + "rules:\n  X: {formula: A}\n", encoding="utf-8")
    schema = {"properties": {"fields": {"type": "object", "properties": {"A": {"type": "number"}}}}}
    (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    report = {"rulebook": "prova/2024", "fields": {"A": 1}, "printed": {"messages": printed}}
    stored = ruletrail.load(book).evaluate(report).trail.to_json()
    trail = json.loads(stored)
    assert trail["report"]["printed"] == {"messages": printed}
    unmatched = [text for text in printed if text.strip()]
    assert trail["result"]["printed"] == {"matched": 0, "unmatched": unmatched}
    assert verify_trail(f"{stored.rstrip()}\n".encode(), "trail.json") == []
