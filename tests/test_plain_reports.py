"""The fast reading of JSON reports: where it answers, documents and schema answer the same.

What is in doubt it leaves to them.
"""

import json
import random
import re
import unicodedata
from pathlib import Path

import pytest

import ruletrail
from ruletrail.documents import REPORT_LIMITS, read_document
from ruletrail.problems import Problem, ProblemsError
from ruletrail.reports import Report
from ruletrail.reports.plain_json import read_plain
from support.evaluators import compare_call
from support.places import REPORTS
from support.plain_yaml import load_texts


def to_json(
    path: Path,
    plan: ruletrail.Plan,
    order: tuple[str, ...] = ("rulebook", "subject", "fields", "printed"),
) -> str:
    """Write an example as JSON, numbers with their source text."""
    written = load_texts(path.read_text(encoding="utf-8"))
    numbers = {code for code, field in plan.linked.schema.fields.items() if field.type == "number"}
    fields = ", ".join(
        f'"{code}": {text if code in numbers else dump(text)}'
        for code, text in written["fields"].items()
    )
    parts = {key: dump(written[key]) for key in order if key != "fields" and key in written}
    return (
        "{"
        + ", ".join(
            f'"{key}": {parts.get(key, "{" + fields + "}")}' for key in order if key in written
        )
        + "}"
    )


def dump(data: object) -> str:
    return json.dumps(data, ensure_ascii=False)


def read_slowly(plan: ruletrail.Plan, data: bytes) -> Report | list[Problem]:
    """Read through the tree, which marks and explains everything."""
    try:
        return plan.check(*read_document(data, "report", REPORT_LIMITS))
    except ProblemsError as error:
        return list(error.problems)


def compare(plan: ruletrail.Plan, data: bytes) -> bool:
    """Assert that both ways read the same, marks and their lines included.

    Tell whether the fast one answered.
    """
    slow = read_slowly(plan, data)
    fast = read_plain(data, "report", plan.linked.schema)
    if fast is not None:
        assert isinstance(slow, Report) or [problem.code for problem in slow] == [
            "report-of-another"
        ], slow
    if fast is not None and isinstance(slow, Report):
        assert fast == slow
        assert list(fast.fields) == list(slow.fields)
        assert list(fast.subject) == list(slow.subject)
        assert (fast.mark.text, fast.reference_mark.text) == (
            slow.mark.text,
            slow.reference_mark.text,
        )
        for code, declared in slow.fields.items():
            assert (type(fast.fields[code].exact), fast.fields[code].text) == (
                type(declared.exact),
                declared.text,
            )
    try:
        whole: Report | list[Problem] = plan.read(data)
    except ProblemsError as error:
        whole = list(error.problems)
    assert whole == slow
    compare_call(plan, data, slow)
    return fast is not None


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_examples_are_read_fast(path: Path, plan: ruletrail.Plan):
    """Each example as JSON, on one line and on many, in two orders of keys.

    The trail is the reference's.
    """
    for order in (
        ("rulebook", "subject", "fields", "printed"),
        ("fields", "printed", "rulebook", "subject"),
    ):
        text = to_json(path, plan, order)
        for written in (
            text,
            text.replace(', "', ',\r\n\t"'),
            f"\n \t{text}\n\n",
            text.replace(": ", ":"),
        ):
            assert compare(plan, written.encode())
    slow = plan.evaluate(path).trail.to_json()
    fast = ruletrail.load("sociale/2024").compile().evaluate(to_json(path, plan).encode())
    assert fast.trail.to_json() == slow
    assert json.dumps(fast.trail.to_dict(), sort_keys=True) == json.dumps(
        json.loads(slow), sort_keys=True
    )


def replace_number(new: str, text: str, chance: random.Random) -> str:
    """Put something else in the place of one number."""
    found = chance.choice(list(re.finditer(r'(?<=": )-?[0-9.]+', text)))
    return text[: found.start()] + new + text[found.end() :]


def replace_text(new: str, text: str, chance: random.Random) -> str:
    """Put something else in the place of one text, a key or a value."""
    found = chance.choice(list(re.finditer(r'"(?:[^"\\]|\\.)*"', text)))
    return text[: found.start()] + new + text[found.end() :]


NUMBERS = [
    "0",
    "-0",
    "-0.0",
    "0.0",
    "-1",
    "7",
    "8.50",
    "5.00",
    "1e3",
    "1E3",
    "1.5e-3",
    "1E999999",
    "-1E999999",
    "1e-99",
    "0421",
    "007",
    "00",
    "1.",
    ".5",
    "+1",
    "- 1",
    "1_0",
    "0x10",
    "NaN",
    "Infinity",
    "-Infinity",
    "nan",
    "true",
    "false",
    "null",
    '"12"',
    '""',
    "[]",
    "{}",
    "[1]",
    '{"a": 1}',
    "9" * 15,
    "9" * 16,
    "-" + "9" * 15,
    "9" * 5000,
    "0.1234567890",
    "0.12345678901",
    "1.0000000000",
    "1.00000000000",
    "12 3",
    "1,",
    "--1",
    "1-0",
    "1e",
    "1e+",
    "١",
    "tru",
    "1 -0",
    "[-0]",
]
TEXTS = [
    '"SI"',
    '"NO"',
    '""',
    '"x"',
    '"-0 "',
    '" -0 ,"',
    r'"\u0053I"',
    r'"SI\n"',
    '"S\nI"',
    '"S\tI"',
    r'"\u0000"',
    '"\x00"',
    '"\x7f"',
    r'"\ud800"',
    r'"\udc00\ud800"',
    r'"\ud83d\ude00"',
    '"e\u0301"',
    r'"e\u0301"',
    '"\u00e9"',
    '"\u212a"',
    r'"\u212a"',
    '"\ufeff"',
    '"\u2028"',
    "'SI'",
    "SI",
    '"SI',
    'SI"',
    r'"\x41"',
    r'"\u12"',
    r'"\u 123"',
    '"' + "x" * 9000 + '"',
    '"' + "x" * 33000 + '"',
    '"' + "\u00e8" * 8000 + '"',
    "12",
    "1.50",
    "true",
    "null",
    "[]",
    '["a"]',
    "{}",
    '"rulebook"',
    '"fields"',
    '"M12"',
    '"M99"',
    r'"M\u0031\u0032"',
    '"rulebook": 1, "rulebook"',
    r'"rule\u0062ook": "sociale/2024", "x"',
    '"sociale/2024"',
    '"sociale/2024@1.0.0"',
    '"sociale/2023"',
    '"sociale/2024@9.9.9"',
    '"sociale"',
]
WHOLE = [
    lambda text: "\ufeff" + text,
    lambda text: text + "\ufeff",
    lambda text: text[:-1],
    lambda text: text + "}",
    lambda text: text + " 1",
    lambda text: text[:-1] + ",}",
    lambda text: text.replace(", ", ",, ", 1),
    lambda text: text.replace(": ", " ", 1),
    lambda text: "[" + text + "]",
    lambda text: "/* a */" + text,
    lambda text: text.replace("{", "{\u00a0", 1),
    lambda text: text.replace("{", "{\x0c", 1),
    lambda _: "",
    lambda _: " ",
    lambda _: "{",
    lambda _: "{}",
    lambda _: "[]",
    lambda _: '"a"',
    lambda _: "[" * 100_000,
    lambda _: '{"a":' * 100_000,
    lambda _: '{"rulebook": "sociale/2024"}',
    lambda _: '{"rulebook": "sociale/2024", "fields": {}}',
    lambda _: '{"rulebook": 5, "fields": {}}',
    lambda text: text.replace('"fields": {', '"fields": {"M12": 1, ', 1),
    lambda text: text.replace('"fields": {', '"fields": {"M\\u00312": 1, ', 1),
    lambda text: text.replace("{", '{"altro": 1, ', 1),
    lambda text: text.replace('"subject": {', '"subject": {"a": 1, "b": 1.50, "c": true, ', 1),
    lambda text: text.replace('"subject": {', '"subject": {"a": {"b": 1}, ', 1),
    lambda text: text.replace('"subject": {', '"subject": {"a": 1e3, ', 1),
    lambda text: text.replace('"subject": {', '"subject": {"e\u0301": "x", ', 1),
    lambda text: text.replace('"messages": [', '"messages": [1, ', 1),
    lambda text: text.replace('"messages": [', '"messages": ["", ', 1),
    lambda text: text.replace('"printed": {', '"printed": {"x": 1, ', 1),
    lambda text: text + " " * REPORT_LIMITS.size,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: text.replace("\u2019", "\\u2019"),
    lambda text: text.replace('"rulebook"', '"rule\\u0062ook"'),
]


def test_generated_documents_are_read_alike(plan: ruletrail.Plan):
    """Valid, invalid and hostile: one place changed, or several.

    Most of those that stay plain are read fast.
    """
    chance = random.Random(7)  # noqa: S311 - the same cases each time
    bases = [to_json(path, plan) for path in REPORTS]
    answered = 0
    cases = list(bases)
    changed = [
        replace_number(new, chance.choice(bases), chance) for new in NUMBERS for _ in range(2)
    ]
    changed += [replace_text(new, chance.choice(bases), chance) for new in TEXTS for _ in range(3)]
    changed += [change(base) for change in WHOLE for base in bases[:2]]
    for _ in range(100):
        text = chance.choice(bases)
        for _ in range(chance.randrange(1, 4)):
            text = (
                replace_number(chance.choice(NUMBERS[:14]), text, chance)
                if chance.random() < 0.7
                else text.replace(" ", "", 1)
            )
        cases.append(text)
    for text in (*cases, *changed):
        answered += compare(plan, text.encode("utf-8", "surrogatepass"))
    assert answered > 70


@pytest.mark.parametrize(
    "data",
    [
        b"\xff{}",
        b'{"rulebook": "\xff"}',
        b"\xfe\xff\x00{",
        b'\xef\xbb\xbf{"rulebook": "sociale/2024"}',
        b'{"a": "\xed\xa0\x80"}',
    ],
)
def test_bytes_that_are_no_text_are_read_alike(data: bytes, plan: ruletrail.Plan):
    """What is not UTF-8 is a problem with its place; a byte order mark is none."""
    compare(plan, data)


def test_cut_anywhere(plan: ruletrail.Plan):
    """A document that ends too soon says so wherever that is."""
    text = to_json(REPORTS[0], plan).encode()
    for at in range(0, len(text), 41):
        assert not compare(plan, text[:at])


def test_another_rulebook_and_fields_that_are_read(plan: ruletrail.Plan):
    """The fields of a report read fast are a mapping like any other."""
    report = plan.read(to_json(REPORTS[0], plan).encode())
    slow = plan.read(REPORTS[0])
    assert dict(report.fields) == dict(slow.fields) == report.fields
    assert "M12" in report.fields
    assert "M99" not in report.fields
    assert report.fields.get("M99") is None
    assert len(report.fields) == len(slow.fields)
    assert "Declared" in repr(report.fields)
    with pytest.raises(ProblemsError, match="report-of-another"):
        plan.read(to_json(REPORTS[0], plan).replace("sociale/2024", "sociale/2023", 1).encode())
