"""What editors show of our schemas is there in Italian and in English, and says the same."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ruletrail.cli.schema import KINDS, SHOWN, put_texts
from support.command_line import call
from support.places import ROOT

OURS = [kind for kind in KINDS if kind != "report"]
ENGLISH = (ROOT / "schemas/english.json").read_text(encoding="utf-8")
TEXTS: dict[str, str] = json.loads(ENGLISH)


def _written(kind: str, language: str) -> Any:
    status, out, err = call("schema", kind, "--lang", language)
    assert (status, err) == (0, "")
    return json.loads(out)


def _schemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield each mapping of a schema that is no example and no snippet."""
    if isinstance(schema, list):
        for each in schema:
            yield from _schemas(each)
    if isinstance(schema, dict):
        yield schema
        for key, value in schema.items():
            if key not in SHOWN or isinstance(value, dict):
                yield from _schemas(value)


def _prose(schema: Any) -> Iterator[str]:
    """Yield the texts that are sentences or names for people."""
    for part in _schemas(schema):
        shown = [part, *part.get("defaultSnippets", ())]
        names = [each.get(key) for each in shown for key in ("title", "description", "label")]
        yield from (name for name in names if isinstance(name, str))
        descriptions = part.get("enumDescriptions", ())
        assert not descriptions or len(descriptions) == len(part["enum"])
        yield from descriptions


def _terms(schema: Any) -> set[str]:
    """Name the keys and choices of the documents that a schema is about."""
    parts = list(_schemas(schema))
    choices = [choice for part in parts for choice in part.get("enum", ())]
    keys = {name for part in parts for name in part.get("properties", ())}
    return keys | {choice for choice in choices if isinstance(choice, str)}


def _all_texts(shown: Any) -> Iterator[str]:
    if isinstance(shown, str):
        yield shown
    elif isinstance(shown, dict):
        for key, value in shown.items():
            yield key
            yield from _all_texts(value)
    elif isinstance(shown, list):
        for each in shown:
            yield from _all_texts(each)


def _shown_texts(schema: Any) -> Iterator[str]:
    """Yield every text under the keywords that editors show, bodies and examples included."""
    for part in _schemas(schema):
        for key in SHOWN & part.keys():
            if not isinstance(part[key], dict):
                yield from _all_texts(part[key])


def _checked(schema: Any) -> Any:
    """Leave out what editors show; the rest is what documents are checked by."""
    if isinstance(schema, list):
        return [_checked(each) for each in schema]
    if isinstance(schema, dict):
        return {
            key: _checked(value)
            for key, value in schema.items()
            if key not in SHOWN or isinstance(value, dict)
        }
    return schema


def _words(text: str) -> set[str]:
    """Take the words of a text outside backticks, where codes and examples stand."""
    return set(re.findall(r"[^\W\d_]{2,}", re.sub(r"`[^`]*`", " ", text).lower()))


SPOKEN = {
    "it": {word for text in TEXTS for word in _words(text)},
    "en": {word for text in TEXTS.values() for word in _words(text)},
}
OF_THE_LANGUAGE = {"label", "description", "body", "true", "form"}
"""Keys of snippets, a value, and the usual `kind` of a source: the same words in both."""
FOREIGN = {"it": SPOKEN["en"] - SPOKEN["it"], "en": SPOKEN["it"] - SPOKEN["en"]}
"""The words that would show, in a schema of a language, a text that was left in the other."""


@pytest.mark.parametrize("kind", OURS)
def test_every_text_for_people_has_both_languages(kind: str):
    """None is left out, none is empty, none is the same in both."""
    prose = list(_prose(json.loads((ROOT / f"schemas/{kind}.schema.json").read_bytes())))
    assert len(prose) > 30
    assert [text for text in prose if text not in TEXTS] == []
    for text in prose:
        assert text.strip() == text != ""
        assert TEXTS[text].strip() == TEXTS[text] != ""
        assert TEXTS[text] != text


def test_every_english_text_is_of_a_schema_and_written_once():
    """A text that was changed in a schema leaves nothing behind."""
    schemas = [json.loads((ROOT / f"schemas/{kind}.schema.json").read_bytes()) for kind in OURS]
    used = {text for schema in schemas for text in _shown_texts(schema)}
    assert set(TEXTS) - used == set()
    pairs = json.loads(ENGLISH, object_pairs_hook=list)
    assert len(pairs) == len(TEXTS)
    assert [text for text, english in pairs if text == english] == []


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_schema_speaks_one_language(kind: str, language: str):
    """No text, snippet or example keeps a word that only the other language has."""
    schema = _written(kind, language)
    # in snippets: a choice is of the language, a placeholder is its number and a text
    texts = {
        re.sub(r"\$\{\d+:([^}]*)\}", r"\1", re.sub(r"\$\{\d+\|[^}]*\}", "", text))
        for text in _shown_texts(schema)
    }
    for text in texts - _terms(schema) - OF_THE_LANGUAGE:
        bare = text.replace("_", " ")
        assert _words(bare) & FOREIGN[language] == set(), text


def test_no_text_mixes_languages():
    """The small words that hold a sentence together are of its own language."""
    italian = _words("il lo gli la le di del della che con una nel sono ogni senza")
    english = _words("the of and with is are that this which without from")
    for text, translated in TEXTS.items():
        assert _words(text) & english == set(), text
        assert _words(translated) & italian == set(), translated


@pytest.mark.parametrize(("language", "other"), [("it", "en"), ("en", "it")])
def test_snippets_write_a_rulebook_of_the_language(language: str, other: str):
    """Sentences begin under the language's own key, and so does the rulebook's locale."""
    snippets = [
        snippet
        for part in _schemas(_written("rulebook", language))
        for snippet in part.get("defaultSnippets", ())
    ]
    keys = [text for snippet in snippets for text in _all_texts(snippet["body"])]
    assert keys.count(language) >= 5
    assert other not in keys


@pytest.mark.parametrize("kind", OURS)
def test_languages_differ_in_what_is_shown_alone(kind: str):
    """Documents are checked by the same schema, and by that of the checkout."""
    italian, english = (_written(kind, language) for language in ("it", "en"))
    assert italian != english
    assert _checked(italian) == _checked(english)
    assert italian == json.loads((ROOT / f"schemas/{kind}.schema.json").read_bytes())
    places = [[SHOWN & part.keys() for part in _schemas(each)] for each in (italian, english)]
    assert places[0] == places[1]
    jsonschema.Draft202012Validator.check_schema(english)


@pytest.mark.parametrize("kind", OURS)
def test_both_languages_name_the_same_words_of_the_language(kind: str):
    """A key, a choice or a number in backticks stands in the Italian and in the English text."""
    schema = json.loads((ROOT / f"schemas/{kind}.schema.json").read_bytes())
    terms = _terms(schema)
    for text in _prose(schema):
        spans = [set(re.findall(r"`([^`]*)`", each)) for each in (text, TEXTS[text])]
        assert spans[0] & terms == spans[1] & terms, text
        assert len(spans[0]) == len(spans[1]), text
        numbers = [sorted(re.findall(r"\d+", each)) for each in (text, TEXTS[text])]
        assert numbers[0] == numbers[1], text


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("language", ["it", "en"])
def test_examples_hold(kind: str, language: str):
    """Each example that an editor shows is admitted where it stands, in either language."""
    schema = _written(kind, language)
    for part in _schemas(schema):
        if isinstance(part.get("examples"), list):
            whole = {**part, "$defs": schema["$defs"]}
            for example in part["examples"]:
                jsonschema.Draft202012Validator(whole).validate(example)


@pytest.mark.parametrize("language", ["it", "en"])
def test_new_lays_schemas_of_its_language(language: str, tmp_path: Path):
    """Those that editors read beside a new rulebook are those that `schema` writes."""
    assert call("new", "a/1", "--folder", tmp_path, "--lang", language)[0] == 0
    laid = sorted((tmp_path / "schemas/ruletrail").iterdir())
    assert [path.name.partition(".")[0] for path in laid] == ["layout", "rulebook", "test"]
    for path in laid:
        out = tmp_path / "asked.json"
        kind = path.name.partition(".")[0]
        assert call("schema", kind, "-o", out, "--lang", language)[:2] == (0, "")
        assert path.read_bytes() == out.read_bytes()


def test_what_documents_are_checked_by_is_left():
    """A key of a document may be called as a keyword, and a choice may read as a text does."""
    texts = {"uno": "one", "title": "heading", "it": "en"}
    schema = {
        "title": "uno",
        "required": ["title", "uno"],
        "properties": {
            "title": {"const": "uno", "description": "uno"},
            "examples": {"enum": ["uno", "it"], "enumDescriptions": ["uno", "due"]},
            "uno": {"default": "uno", "examples": [{"it": "uno"}, 1, True, None]},
        },
    }
    assert put_texts(schema, texts) == {
        "title": "one",
        "required": ["title", "uno"],
        "properties": {
            "title": {"const": "uno", "description": "one"},
            "examples": {"enum": ["uno", "it"], "enumDescriptions": ["one", "due"]},
            "uno": {"default": "uno", "examples": [{"en": "one"}, 1, True, None]},
        },
    }
