"""The checker of stored trails: form, canonical bytes, digests, the command, and hostile input.

Forgeries with digests made anew are in `verification/test_forgeries.py`, agreement with the
evaluator on generated rulebooks in `verification/test_agreement.py`. RULETRAIL_ROUNDS multiplies
the random rounds.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import ruletrail
from ruletrail.trails import canonical_json
from ruletrail.verification import TRAIL_VERSIONS, readings, verify_trail
from ruletrail.verification.trail_form import (
    KEYWORDS,
    LATEST,
    NOTES,
    find_violation,
    trail_schema,
)
from support.command_line import call
from support.places import ROOT, TESTS
from support.rulebooks import load_text, rows_of, rulebook_text, schema_of
from support.signing import sign

ROUNDS = int(os.environ.get("RULETRAIL_ROUNDS", "1"))
EXAMPLES = ("jesi-2024", "livorno-2024")


@pytest.fixture(scope="module")
def small() -> str:
    plan = ruletrail.load(TESTS / "verification" / "small.yaml")
    return plan.evaluate(TESTS / "verification" / "small.report.yaml").trail.to_json() + "\n"


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request) -> str:
    return (
        ruletrail.load("sociale/2024")
        .evaluate(ROOT / "examples" / f"{request.param}.yaml")
        .trail.to_json()
        + "\n"
    )


def codes(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    problems = verify_trail(data, "trail.json")
    assert all(
        problem.message(language) and problem.hint(language)
        for problem in problems
        for language in ("it", "en")
    )
    return [problem.code for problem in problems]


def run(*words: str, stdin: bytes = b"") -> tuple[int, str, str]:
    return call("verify", *words, stdin=stdin)


# -- What is written verifies


def test_the_small_trail_verifies(small):
    assert codes(small) == []


def test_the_example_trails_verify(example):
    assert codes(example) == []


@pytest.mark.parametrize("version", TRAIL_VERSIONS)
def test_the_schema_is_valid_and_strict(version):
    schema = trail_schema(version)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:ruletrail:schema:trail:{version}"
    loose = [
        place
        for place, part in _parts(schema)
        if "properties" in part and part.get("additionalProperties") is not False
    ]
    assert [
        place for place in loose if not place.endswith((".step", ".if", ".oneOf", ".then"))
    ] == []


def _parts(schema, place="$"):
    if isinstance(schema, dict):
        yield place, schema
        for key, value in schema.items():
            yield from _parts(value, f"{place}.{key}")
    elif isinstance(schema, list):
        for value in schema:
            yield from _parts(value, place)


def test_the_schema_uses_only_keywords_that_the_own_checker_knows():
    """A keyword that `forms` does not know would be passed over in silence."""

    def keywords(schema):
        for key, value in schema.items():
            yield key
            if key in ("properties", "$defs"):
                for sub in value.values():
                    yield from keywords(sub)
            elif isinstance(value, dict) and key != "dependentRequired":
                yield from keywords(value)
            elif key in ("allOf", "anyOf", "oneOf"):
                for sub in value:
                    yield from keywords(sub)

    assert set(keywords(trail_schema(LATEST))) <= KEYWORDS | NOTES


@pytest.mark.parametrize("version", TRAIL_VERSIONS)
def test_the_own_checker_of_form_agrees_with_jsonschema(version, small):
    """Both judge the same damaged documents alike."""
    validator = jsonschema.Draft202012Validator(trail_schema(version))
    rng = random.Random(4)  # noqa: S311 - a test, not a secret
    refused = 0
    for _ in range(400):
        document = json.loads(small)
        _damage(document, rng)
        violation = find_violation(document, version)
        assert (violation is None) == validator.is_valid(document), violation
        refused += violation is not None
    assert 150 < refused < 390


def _damage(data, rng):
    """Change, drop or add something at a random place of a JSON document."""
    while True:
        keys = list(data) if isinstance(data, dict) else list(range(len(data)))
        key = rng.choice(keys) if keys else None
        if (
            key is None
            or not isinstance(data[key], dict | list)
            or not data[key]
            or rng.random() < 0.15
        ):
            break
        data = data[key]
    other = rng.choice(
        [
            0,
            -1,
            True,
            "",
            "1/3",
            "01",
            "A",
            "sha256:0",
            {},
            [],
            {"text": "x"},
            {"missing": []},
            {"missing": ["A"]},
            None,
        ]
    )
    if isinstance(data, list):
        if key is None or rng.random() < 0.3:
            data.append(other)
        elif rng.random() < 0.5:
            data[key] = other
        else:
            del data[key]
    elif key is None or rng.random() < 0.2:
        data[rng.choice(("unit", "more", "not_encoded", "parts", "B2", "due"))] = other
    elif rng.random() < 0.5:
        data[key] = other
    else:
        del data[key]


# -- Every change of a stored trail is found


def test_every_changed_character_of_the_small_trail_is_found(small):
    """Each position: another letter, a quote, a digit, nothing, one more."""
    for at, char in enumerate(small):
        changes = {
            small[:at] + other + small[at + 1 :] for other in (chr(ord(char) ^ 1), '"', "7", "")
        }
        changes |= {small[:at] + " " + small[at:], small[:at] + char + small[at:]}
        for changed in changes - {small}:
            assert codes(changed), f"nothing found at {at}: {changed[at - 20 : at + 20]}"


def test_every_swap_of_neighbours_in_the_small_trail_is_found(small):
    for at in range(len(small) - 1):
        changed = small[:at] + small[at + 1] + small[at] + small[at + 2 :]
        assert changed == small or codes(changed), at


def test_flipped_bits_of_the_small_trail_are_found(small):
    data, rng = small.encode(), random.Random(7)  # noqa: S311 - a test, not a secret
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << rng.randrange(8)
        assert codes(bytes(changed)), at


def test_random_changes_of_the_examples_are_found(example):
    rng = random.Random(len(example))  # noqa: S311 - a test, not a secret
    alphabet = [*sorted(set(example)), "è", "è", "\ufeff", "\x00", "\n"]
    for _ in range(500 * ROUNDS):
        at, to = rng.randrange(len(example)), rng.randrange(len(example))
        kind = rng.randrange(4)
        if kind == 0:
            changed = example[:at] + rng.choice(alphabet) + example[at + 1 :]
        elif kind == 1:
            changed = example[:at] + rng.choice(alphabet) + example[at:]
        elif kind == 2:
            changed = example[:at] + example[at + rng.randint(1, 30) :]
        else:
            piece = example[to : to + rng.randint(1, 30)]
            changed = example[:at] + piece + example[at + len(piece) :]
        assert changed == example or codes(changed), (kind, at)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"id":"quota"', '"id":"quote"', "trail-digest-step"),
        ('"title":"Piccolo"', '"title":"Grande"', "trail-digest-document"),
        ('"A":"8"', '"A":"9"', "trail-digest-report"),
        ('"trail":1', '"trail":3', "trail-version"),
        ('"trail":1', '"trail":2', "trail-key"),
        ('"trail":1', '"trail":1,"trail":1', "trail-repeated-key"),
        ('"trail":1', '"trail":1.0', "trail-number"),
        ('"trail":1', '"trail":NaN', "trail-number"),
        ('"trail":1', '"trail":' + "1" * 5000, "trail-number"),
        ('"trail":1', '"trail":true', "trail-not-one"),
        ('"trail":1', '"trail": 1', "trail-not-canonical"),
        ('"trail":1', '"trail":1,"zero":1', "trail-form"),
        ('"title":"Piccolo",', "", "trail-key"),
        ('"Quota 2,67. Poi."', '"Quota 2,67.\\u0020Poi."', "trail-not-canonical"),
        ('"Quota 2,67. Poi."', '"\\ud800"', "trail-not-canonical"),
        ('"mode":"half_up"', '"mode":"half"', "trail-form"),
        ('"span":[0,', '"span":[-1,', "trail-form"),
    ],
)
def test_what_was_changed_is_named(small, old, new, code):
    assert old in small
    assert codes(small.replace(old, new, 1)) == [code]


def test_the_step_that_was_changed_is_named_with_its_place(small):
    changed = small.replace('"outcome":"passed"', '"outcome":"failed"')
    (problem,) = verify_trail(changed.encode(), "trail.json")
    assert problem.code == "trail-digest-step"
    assert "`C1`" in problem.message("en")
    assert '"id":"C1"' in changed[problem.mark.column - 1 :].split('"digest"')[1]


@pytest.mark.parametrize("tail", ["", "\n\n", " \n", "\r\n", "\x00\n"])
def test_a_stored_trail_ends_with_one_newline(small, tail):
    assert codes(small[:-1] + tail)


@pytest.mark.parametrize("tail", ["", "\n\n", " \n", "\r\n"])
def test_of_an_end_that_differs_the_newline_is_named(small, tail):
    """White space between backticks says nothing; `to_json()` in a file lacks the newline."""
    (problem,) = verify_trail((small[:-1] + tail).encode(), "trail.json")
    assert problem.code == "trail-not-canonical"
    assert problem.mark.column == len(small)
    assert problem.message("en") == "the file of the trail does not end with exactly one newline"
    assert problem.message("it") == "il file della traccia non finisce con un solo a capo"


def test_text_that_is_not_nfc_is_refused(small):
    document = json.loads(small)
    document["rulebook"]["title"] = "Perche\u0301"
    written = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    assert codes(written) == ["trail-not-canonical"]


# -- Each problem of the package is triggered


def _set(document, code, **changes):
    next(step for step in document["steps"] if step["id"] == code).update(changes)


def _case_message(document, text):
    next(step for step in document["steps"] if step["id"] == "livello")["message"]["template"] = (
        text
    )


FORGERIES = {
    "trail-report": lambda document: document["report"].update(rulebook="altro/2024"),
    "trail-name": lambda document: _set(document, "C1", id="C"),
    "trail-source": lambda document: _set(document, "C1", source="nessuna"),
    "trail-formula": lambda document: _set(document, "resto", formula="lambda: A"),
    "trail-types": lambda document: _set(document, "C1", condition="B"),
    "trail-read": lambda document: document["steps"].reverse(),
    "trail-step": lambda document: _set(document, "quota", value="2.68"),
    "trail-template": lambda document: _case_message(document, "Quota {quota."),
    "trail-sentence-lost": lambda document: next(
        step for step in document["steps"] if step["id"] == "livello"
    ).pop("message"),
    "trail-sentence-unfounded": lambda document: _set(
        document, "parte", sentences=[], message=_MESSAGE
    ),
    "trail-place": lambda document: _set(document, "C1", place=7),
    "trail-order": lambda document: document["steps"].insert(0, document["steps"].pop()),
    "trail-result": lambda document: document["result"].update(status="invalid"),
}
_MESSAGE = {"language": "it", "template": "Bene.", "arguments": {}, "text": "Bene."}


@pytest.mark.parametrize("code", FORGERIES)
def test_a_forgery_with_new_digests_has_its_own_problem(small, code):
    """One of each; `verification/test_forgeries.py` has the many, and `trail-replay`."""
    document = json.loads(small)
    FORGERIES[code](document)
    assert codes(sign(document)) == [code]


# -- Hostile input ends in problems

HOSTILE = {
    "empty": (b"", "empty-document"),
    "no object": (b"[]\n", "trail-not-one"),
    "another document": (b'{"rulebook":"a/1"}\n', "trail-not-one"),
    "not UTF-8": (b'{"trail":1,"a":"\xff"}\n', "not-utf8"),
    "byte order mark": (b'\xef\xbb\xbf{"trail":1}\n', "json-syntax"),
    "deep list": (b"[" * 200_000, "document-too-deep"),
    "deep map": (b'{"a":' * 100_000, "document-too-deep"),
    "ten megabytes of list": (b'{"trail":1,"steps":[' + b"1," * 5_000_000 + b"1]}\n", "trail-key"),
    "ten megabytes of text": (b'{"trail":1,"x":"' + b"a" * 10_000_000 + b'"}\n', "trail-key"),
    "a large number": (b'{"trail":1' + b"0" * 1_000_000 + b"}\n", "trail-number"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_end_in_a_problem(name):
    data, code = HOSTILE[name]
    assert codes(data) == [code]


def test_a_trail_that_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr("ruletrail.verification.readings.LARGEST_TRAIL", 100)
    assert codes(b" " * 101) == ["document-too-large"]


def test_values_of_the_wrong_type_end_in_a_problem(small):
    """Every value of the trail replaced by each of some others.

    Never a traceback, never verified.
    """
    others = [0, -1, True, "x", {}, [], {"text": 1}, {"missing": "A"}, [[]], 10**14]
    document = json.loads(small)
    for place in list(_places(document)):
        for other in others:
            changed = json.loads(small)
            target = changed
            for key in place[:-1]:
                target = target[key]
            if target[place[-1]] == other and type(target[place[-1]]) is type(other):
                continue
            target[place[-1]] = other
            assert codes(canonical_json(changed) + "\n"), (place, other)


def _places(data, place=()):
    keys = (
        data.keys()
        if isinstance(data, dict)
        else range(len(data))
        if isinstance(data, list)
        else ()
    )
    for key in keys:
        yield (*place, key)
        yield from _places(data[key], (*place, key))


# -- The command


@pytest.fixture
def stored(tmp_path, example) -> Path:
    path = tmp_path / "trail.json"
    path.write_text(example, "utf-8")
    return path


def test_verify_says_what_was_proved_in_both_languages(stored):
    status, out, err = run(str(stored))
    assert (status, err) == (0, "")
    assert out.startswith("verified 78 steps of the trail of sociale/2024@1.0.1")
    assert "cannot be seen from a trail" in out
    assert run(str(stored), "--lang", "it")[1].startswith(
        "verificati 78 passi della traccia di sociale/2024@1.0.1"
    )


def test_verify_as_json(stored):
    status, out, _ = run(str(stored), "--format", "json")
    document = json.loads(stored.read_text("utf-8"))
    wanted = {
        "verified": True,
        "steps": 78,
        "rulebook": "sociale/2024@1.0.1",
        "status": document["result"]["status"],
    }
    assert (status, json.loads(out)) == (
        0,
        {**wanted, "replayed": False, "digest": document["digest"]},
    )


def test_a_failure_as_json_is_one_object_of_problems(stored):
    text = stored.read_text("utf-8").replace('"complete"', '"invalid"')
    status, out, _ = run("-", "--format", "json", stdin=text.encode())
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["code"], problem["severity"]) == (1, "trail-digest-document", "error")


def test_replay_gives_the_same_bytes(stored):
    status, out, _ = run(str(stored), "--replay")
    assert status == 0
    assert "byte for byte" in out


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"{", 2), (b'{"trail":1}', 1), (b"", 2), (b"[]", 2), (b'{"trail":3}', 2), (b"\xff", 2)],
)
def test_exit_status_tells_unreadable_from_failed(data, status):
    assert run("-", stdin=data)[0] == status


def test_a_file_that_is_not_there_is_unreadable(tmp_path):
    status, _, err = run(str(tmp_path / "none.json"))
    assert status == 2
    assert "file-unreadable" in err


def test_rulebook_without_replay_is_a_usage_problem(stored):
    status, _, err = run(str(stored), "--rulebook", "x/1")
    assert status == 2
    assert "[usage]" in err


def test_replay_of_a_rulebook_that_is_gone(small):
    status, _, err = run("-", "--replay", stdin=small.encode())
    assert status == 1
    assert "trail-rulebook-unknown" in err
    assert "piccolo/2024@1.0.0" in err


def test_replay_with_a_rulebook_given_by_path(small):
    path = TESTS / "verification" / "small.yaml"
    assert run("-", "--replay", "--rulebook", str(path), stdin=small.encode())[0] == 0


def test_replay_with_an_edited_rulebook(small, tmp_path):
    text = (TESTS / "verification" / "small.yaml").read_text("utf-8")
    shutil.copy(TESTS / "verification" / "small.schema.json", tmp_path)
    edited = tmp_path / "small.yaml"
    edited.write_text(text.replace("2.5", "2.6"), "utf-8")
    status, _, err = run("-", "--replay", "--rulebook", str(edited), stdin=small.encode())
    assert status == 1
    assert "trail-rulebook-changed" in err


def test_a_trail_verifies_in_a_fresh_process_without_rulebooks(tmp_path, example):
    """The package, the schema of trails and nothing else: no rulebook, no schema of any report."""
    shutil.copytree(
        ROOT / "engine" / "ruletrail",
        tmp_path / "engine" / "ruletrail",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (tmp_path / "schemas").mkdir()
    for schema in (ROOT / "schemas").glob("trail*.json"):
        shutil.copy(schema, tmp_path / "schemas")
    (tmp_path / "trail.json").write_text(example, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "engine")}
    command = [sys.executable, "-m", "ruletrail", "verify", "trail.json", "--lang", "en"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "verified 78 steps" in done.stdout
    gone = subprocess.run(
        [*command, "--replay"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert gone.returncode == 1
    assert "trail-rulebook-unknown" in gone.stderr


_ALONE = """
import sys, types
package = types.ModuleType("ruletrail")
package.__path__ = [sys.argv[1]]
sys.modules["ruletrail"] = package
from ruletrail.verification import verify_trail
assert verify_trail(sys.stdin.buffer.read(), "trail.json") == []
own = {name.split(".")[1] for name in sys.modules if name.startswith("ruletrail.")}
own = sorted(own - {"problems", "problem_texts", "suggestions", "normal_forms", "fast_dataclasses"})
others = sorted({"yaml", "simpleeval", "jsonschema", "referencing", "numpy"} & set(sys.modules))
print(own, others)
"""


def test_the_checker_loads_nothing_of_the_evaluator(example):
    """Run without the package's own `__init__`, which loads the evaluator.

    Problems and how they are declared are shared.
    """
    command = [sys.executable, "-S", "-c", _ALONE, str(ROOT / "engine" / "ruletrail")]
    done = subprocess.run(
        command, input=example.encode(), capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip() == "['verification'] []"


@pytest.mark.parametrize(
    ("required", "holds"),
    [
        (["subject"], {"subject": {}}),
        (["printed"], {"printed": {"messages": []}}),
        (["printed"], {"printed": {}}),
        (["subject", "printed"], {"subject": {}, "printed": {"messages": ["a"]}}),
        ([], {}),
    ],
)
def test_what_a_report_holds_empty_is_replayed(
    required: list[str], holds: dict[str, Any], tmp_path: Path
):
    """A trail does not say whether it was written or left out; the schema may ask for either."""
    schema = schema_of({"A": "number"}) | {"required": ["rulebook", *required]}
    if not required:
        schema["properties"]["subject"]["minProperties"] = 1
    (tmp_path / "schema.json").write_text(json.dumps(schema), "utf-8")
    (tmp_path / "prova.yaml").write_text(rulebook_text({"rules": {"R": {"formula": "A"}}}), "utf-8")
    plan = ruletrail.load(tmp_path / "prova.yaml")
    trail = plan.evaluate({"fields": {"A": 1}, **holds}).trail.to_json() + "\n"
    words = ("-", "--replay", "--rulebook", str(tmp_path / "prova.yaml"))
    assert run(*words, stdin=trail.encode())[0] == 0


@pytest.mark.parametrize("kept", [0.001, 0.3, 0.5, 0.7, 0.999])
def test_a_trail_that_ends_in_the_middle_is_told_so(kept: float, small, tmp_path):
    """To check commas and quotes is no way out: what follows is lost."""
    path = tmp_path / "cut.json"
    path.write_text(small[: max(2, int(len(small) * kept))], "utf-8")
    for language, said in (
        ("it", "il file finisce a metà: riprendi l'originale, intero"),
        ("en", "the file ends in the middle: take the original, whole"),
    ):
        status, _, err = call("verify", str(path), "--lang", language)
        assert status == 2
        assert said in err


def test_a_trail_that_ends_within_a_character_is_told_so(tmp_path):
    path = tmp_path / "cut.json"
    path.write_bytes('{"trail":1,"title":"è'.encode()[:-1])
    status, _, err = call("verify", str(path), "--lang", "en")
    assert status == 2
    assert "the file ends in the middle" in err


def test_a_trail_broken_elsewhere_is_not_told_to_be_cut(small, tmp_path):
    path = tmp_path / "broken.json"
    path.write_text(small.replace('"steps":', '"steps"'), "utf-8")
    _, _, err = call("verify", str(path), "--lang", "en")
    assert "[json-syntax]" in err
    assert "in the middle" not in err


# -- What would take gigabytes ---------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["{},", "[],", "[0],", "[[]],", '{"":{}},', '{"a":0},'])
def test_what_no_trail_can_be_is_refused_before_it_is_read(
    unit: str, small, monkeypatch: pytest.MonkeyPatch
):
    """Of `{},` alone 64 MB take 1.7 GB, of `[[]],` 2.4: no object is made of it, and it is told."""
    monkeypatch.setattr(readings, "_parse", lambda *_: pytest.fail("it was read"))
    count = 9 * 1024 * 1024 // len(unit)
    start, end = small[:-2], "0]}\n"
    assert codes(f'{start},"z":[{unit * count}{end}') == ["trail-not-one"]


def test_more_different_keys_than_any_trail_has(small, monkeypatch: pytest.MonkeyPatch):
    """Of a flat object of seven million keys 64 MB took 1.8 GB; no object is made of it."""
    assert readings._MOST_KEYS == 1_000_000
    named = set[str]()
    json.loads(small, object_pairs_hook=lambda pairs: named.update(key for key, _ in pairs))
    start, end = small[:-2], "}\n"
    parsed = list[int]()
    parse = readings._parse
    monkeypatch.setattr(
        readings, "_parse", lambda text, file: parsed.append(len(text)) or parse(text, file)
    )

    def found(lines: str, most: int) -> tuple[list[str], int]:
        parsed.clear()
        monkeypatch.setattr(readings, "_MOST_KEYS", most)
        return codes(start + lines + end), len(parsed)

    keys = "".join(f',"k{at}" :0' for at in range(50))
    assert found(keys, len(named) + 50) == (["trail-form"], 1)
    assert found(keys, len(named) + 49) == (["trail-not-one"], 0)
    # a key counts once, and what looks like one in a text is none
    rows = ',"rows":[' + ",".join(['{"k0":"\\"k1\\":"}'] * 60) + "]"
    assert found(rows, len(named) + len(["rows", "k0"])) == (["trail-form"], 1)


@pytest.mark.parametrize("end", ['"]}\n', ""])
def test_a_text_full_of_escapes_takes_no_memory_to_pass_over(end: str):
    """Each was remembered while the text was matched: 64 MB took three gigabytes."""
    data = ('{"trail":1,"x":[' + "[]," * 1_500_000 + '"' + "\\n" * 500_000 + end).encode()
    tracemalloc.start()
    try:
        assert codes(data.decode()) == ["trail-not-one"]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5 * len(data)


def test_rows_that_say_nothing_are_no_sign_of_another_document(monkeypatch: pytest.MonkeyPatch):
    """As many lists of as many rows as a form may have, and all rows empty."""
    fields = {f"L{at}": rows_of({"y": {"type": "number"}}, 500) for at in range(20)}
    rules = {f"{code}.x": {"formula": f"{code}.y", "when": f"{code}.y > 0"} for code in fields}
    plan = load_text(rulebook_text({"rules": rules}, language="2"), schema_of(fields))
    stated: dict[str, Any] = {code: [{}] * 500 for code in fields}
    evaluation = plan.evaluate({"rulebook": "prova/2024@1.0.0", "fields": stated})
    trail = evaluation.trail.to_json() + "\n"
    empty = json.loads(trail)["result"]["lists"]
    assert sum(not row for rows in empty.values() for row in rows) == 20 * 500
    parsed = list[int]()
    monkeypatch.setattr(readings, "_parse", lambda text, _: parsed.append(len(text)) or {})
    monkeypatch.setattr(readings, "_MOST_SHORTER", 0)
    codes(trail)
    assert parsed


def test_brackets_in_texts_are_not_counted(monkeypatch: pytest.MonkeyPatch):
    """A text may hold nothing else, and quotes and strokes among them."""
    plan = load_text(
        rulebook_text({"checks": {"c": {"expect": "length(t) > 9", "severity": "error"}}}),
        schema_of({"t": {"type": "string"}}),
    )
    fields = {"t": '[{"\\' * 7000}
    evaluation = plan.evaluate({"rulebook": "prova/2024@1.0.0", "fields": fields})
    monkeypatch.setattr(readings, "_MOST_SHORTER", 0)
    assert codes(evaluation.trail.to_json() + "\n") == []


def test_no_true_trail_is_near_what_is_refused(example, small):
    """Objects and lists are a third of its bytes at most, with nothing to spare for short ones."""
    for trail in (example, small):
        assert readings._least_bytes(trail.encode()) < 0.5 * len(trail)
