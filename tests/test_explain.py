"""`ruletrail explain`: a value followed back to the paper, conditions, unknown codes."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

import ruletrail
from ruletrail.problems import ProblemsError
from ruletrail.rendering import explain_step
from ruletrail.rendering.expressions import list_reads
from ruletrail.rendering.readings import read_trail
from support import places
from support.command_line import call
from support.first_screens import change

JESI, INCOMPLETE = str(places.JESI), str(places.INCOMPLETE)


def run(*words: str) -> tuple[int, str, str]:
    """Run a command as a terminal would; returns its status, results and problems."""
    status, out, err = call("explain", *words, language="it")
    return status, " ".join(out.split()), err


def write_rulebook(
    folder: Path, rules: str, fields: tuple[str, ...] = ("a", "b")
) -> ruletrail.Plan:
    """Load a small English rulebook over number fields."""
    properties = {name: {"type": "number", "title": name.upper(), "unit": "kg"} for name in fields}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:test:small",
        "type": "object",
        "properties": {
            "rulebook": {"type": "string"},
            "fields": {"type": "object", "properties": properties, "additionalProperties": False},
        },
    }
    (folder / "small.schema.json").write_text(json.dumps(schema), "utf-8")
    head = 'language: 1\nrulebook: small\nedition: "1"\nversion: 1.0.0\nstatus: draft\n'
    head += "title: Small\nreport: small.schema.json\nlocale: en\n"
    (folder / "small.yaml").write_text(head + rules, "utf-8")
    return ruletrail.load(folder / "small.yaml")


def explain(plan: ruletrail.Plan, code: str, **fields: str) -> str:
    report = {
        "rulebook": "small/1@1.0.0",
        "fields": {name: Decimal(value) for name, value in fields.items()},
    }
    return " ".join(explain_step(plan.evaluate(report).trail.to_dict(), code).split())


def test_a_value_goes_back_to_the_paper() -> None:
    """The example of the house: the ratio, the sum behind it, the declared number."""
    status, text, _ = run(JESI, "R04")
    assert status == 0
    assert (
        "In breve: R04 (Livello di Servizio 2024 (% di utenti serviti rispetto alla popolazione)): "
        "10,320348 % = 4.056 / 39.301 · 100; "
        "R0B (TOTALE UTENTI, N° di utenti serviti 2024): 4.056 utenti, somma di 21 valori; "
        "R03 (Numero di abitanti 2024): 39.301 abitanti, dichiarato nella relazione"
    ) in text
    assert (
        "arrotondato a 6 decimali (al più vicino; a metà si allontana da zero); prima: 10,32034808…"
        in text
    )
    assert "R03 = 39.301 abitanti, dichiarato nella relazione Numero di abitanti 2024" in text
    assert "M24 = 1.380 utenti, dichiarato nella relazione" in text


@pytest.mark.parametrize(
    "report", [places.JESI, places.INCOMPLETE, places.EXAMPLES / "garden/application.yaml"]
)
def test_no_explanation_depends_on_the_order_of_keys(report: Path) -> None:
    """A stored trail has its keys sorted: what is read stands as the formulas read it, always."""
    is_garden = report.parent.name == "garden"
    plan = ruletrail.load(report.parent / "garden.yaml" if is_garden else "sociale/2024")
    trail = plan.evaluate(report).trail
    document, stored = trail.to_dict(), json.loads(trail.to_json())
    reading = read_trail(stored, None)
    for step in stored["steps"]:
        assert list_reads(reading, step) == list(plan.linked.reads[step["id"]]), step["id"]
    for code in (*(step["id"] for step in stored["steps"][::4]), *document["parameters"], "R04"):
        if is_garden and code == "R04":
            continue
        for form in ("text", "html"):
            assert explain_step(stored, code, "it", form) == explain_step(
                document, code, "it", form
            ), code


def test_reads_come_as_conditions_and_formulas_name_them(tmp_path: Path) -> None:
    """The condition first, groups written out in their place, each code once."""
    plan = write_rulebook(
        tmp_path,
        "groups:\n  g: [c, a]\nrules:\n  x: {formula: sum(g) + b * d + c, when: d > a}\n",
        ("a", "b", "c", "d"),
    )
    stored = json.loads(plan.evaluate({"rulebook": "small/1", "fields": {}}).trail.to_json())
    assert plan.linked.reads["x"] == ("d", "a", "c", "b")
    assert list_reads(read_trail(stored, None), stored["steps"][0]) == ["d", "a", "c", "b"]


def test_a_section_shows_every_case_and_part() -> None:
    """Both cases of the decision behind it, the one not chosen too, with the truth of each part."""
    _, text, _ = run(JESI, "quadro_3")
    assert 'caso "non inferiore", scelto: R07_2017 ≥ R06 o R07_2021 ≥ R06 → vero' in text
    assert 'caso "inferiore": R07_2017 < R06 e R07_2021 < R06 → falso' in text
    assert "R07_2021 < R06 → falso: 16.686.328,33 ≥ 3.580.390,40" in text


@pytest.mark.parametrize(
    ("report", "code", "said"),
    [
        (JESI, "da_rendicontare", "(Importo da rendicontare nel Quadro 3): 0.00 euro, because "),
        (
            JESI,
            "M56_media",
            (
                "(Utenti immigrati e nomadi (strutture), Media annua ore di assistenza 2024) = "
                "M56_ore / M56: M56_media does not apply, "
            ),
        ),
        (
            INCOMPLETE,
            "R04",
            (
                "(Livello di Servizio 2024 (% di utenti serviti rispetto alla popolazione)) = "
                "R0B / R03 · 100 = 4,056 / [R03 is missing] · 100: "
            ),
        ),
    ],
)
def test_what_a_value_is_called_comes_before_how_it_comes_about(report, code, said) -> None:
    """Also of a choice, and of what has no value: who reads it may not know the code."""
    _, text, _ = run(report, code, "--lang", "en")
    assert f"In short: {code} {said}" in text


def test_a_branch_not_taken_says_so() -> None:
    """The amount is 0 because of the decision; the other branch was not evaluated."""
    _, text, _ = run(JESI, "da_rendicontare", "--lang", "en")
    assert (
        "it is 0, because the outcome “Spesa storica rispetto al fabbisogno standard” (spesa) is"
        in text
    )
    assert "min(R06 - R07_2017; R08): not evaluated: branch not taken" in text


def test_a_rule_that_does_not_apply_shows_its_condition() -> None:
    """M56 has no users: the average is not computed."""
    _, text, _ = run(JESI, "M56_media")
    assert "si applica quando M56 > 0 → falso: 0 ≤ 0" in text
    assert "M56_ore / M56: non calcolato: la regola non si applica" in text


def test_a_missing_field_is_named_in_every_part() -> None:
    """Kleene's parts: what is settled stays settled, what is not says which field is missing."""
    _, text, _ = run(INCOMPLETE, "quadro_4_motivi")
    assert 'spesa = "non inferiore" → vero: "non inferiore" = "non inferiore"' in text
    # what is missing is said once: the numbers stand below
    assert "R04 > R05 → manca R03 " in text
    assert "[manca R03] >" not in text
    assert "R03: manca nella relazione" in text


@pytest.mark.parametrize(
    ("report", "code", "said"),
    [
        (
            JESI,
            "R03",
            "R03 (Numero di abitanti 2024): 39.301 abitanti, dichiarato nella relazione",
        ),
        (
            INCOMPLETE,
            "R03",
            "R03 (Numero di abitanti 2024), abitanti: manca nella relazione",
        ),
        (JESI, "ore_anno", ": 8.784 ore/utente, costante del rulebook"),
    ],
)
def test_a_code_without_a_step_says_where_it_comes_from(report: str, code: str, said: str) -> None:
    """A field or a constant explains as what it holds, and which steps read it."""
    status, text, _ = run(report, code)
    assert status == 0
    assert said in text
    assert ("(R01B)" if code == "R03" else "(M12_media_possibile)") in text.partition(
        "Dove è usato"
    )[2]


def test_json_holds_the_steps_in_order_and_their_fields() -> None:
    """One object: the code, the steps behind it, the fields with what was declared."""
    status, text, _ = run(INCOMPLETE, "livello", "--format", "json")
    written = json.loads(text)
    assert status == 0
    assert list(written) == ["explain", "fields", "steps"]
    assert written["explain"] == "livello"
    assert [step["id"] for step in written["steps"]] == ["R0B", "R04", "livello"]
    assert written["fields"]["R03"]["declared"] == {"missing": ["R03"]}
    assert written["fields"]["R05"]["declared"] == "8.50"
    assert written["fields"]["R04"]["declared"] == "10.320348"
    assert "R06" not in written["fields"]


def test_an_unknown_code_offers_the_nearest() -> None:
    """What looks like none is not taken for one, though it is near."""
    status, text, problems = run(JESI, "livelo")
    assert (status, text) == (2, "")
    assert "[unknown-step]" in problems
    assert "né una decisione, né una sezione, né un controllo" in problems
    assert "intendevi `livello`?" in problems


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("ROB", "R0B"),
        ("r04", "R04"),
        ("R4", "R04"),
        ("Quadro 3", "quadro_3"),
        ("quadro 4", "quadro_4"),
        ("Quadro  2", "quadro_2"),
        ("Totale utenti 2024", "R0B"),
        ("livello di servizio rispetto al riferimento", "livello"),
        ("Importo da rendicontare", "da_rendicontare"),
        ("Spesa storica rispetto", "spesa"),
        ("numero di abitanti", "R03"),
        ("preferenze locali", "R16"),
    ],
)
def test_an_entry_is_found_by_what_it_looks_like_or_is_called(asked: str, code: str) -> None:
    """Letters, zeros and case as people write them; the title that the pages print."""
    status, text, _ = run(JESI, asked, "--format", "json")
    assert (status, json.loads(text)["explain"]) == (0, code)
    _, shown, _ = run(JESI, asked)
    assert shown.startswith(f"Perché {code}:")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("R07", "intendevi `R07_2017` o `R07_2021`?"),
        (
            "Totale utenti",
            "uno di questi? `R0B` (TOTALE UTENTI, N° di utenti serviti 2024), `R0B_2019` (",
        ),
        ("Livello di servizio", "`livello` (Livello di servizio rispetto al riferimento)"),
        ("abitanti", "`R03` (Numero di abitanti 2024)"),
        ("abitanti", "uno di questi? `R01B` (Numeri di assistenti sociali"),
        ("popolazione", "`R04` (Livello di Servizio 2024 (% di utenti serviti"),
        ("R99", "ruletrail docs"),
    ],
)
def test_what_fits_more_than_one_entry_is_not_guessed(asked: str, hint: str) -> None:
    """Both columns of a row are offered; so are titles that begin alike."""
    status, text, problems = run(JESI, asked)
    assert (status, text) == (2, "")
    assert hint in problems
    assert "intendevi `M" not in problems


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        *((code, "righi R23-R39, hanno codici ed etichette") for code in ("R23", "r24", "R39")),
        *((code, "le etichette dei righi R09-R15 non sono note") for code in ("R09", "R9", "R15")),
    ],
)
def test_a_code_that_the_rulebook_says_not_to_know_is_answered_by_why(asked: str, why: str) -> None:
    """No code of another letter instead, though its number is the same."""
    status, text, problems = run(JESI, asked)
    assert (status, text) == (2, "")
    assert "[code-not-encoded]" in problems
    assert why in problems
    assert "M24" not in problems


@pytest.mark.parametrize(
    ("why", "asked", "is_told"),
    [
        ("rows Z1-Z9", "Z5", True),
        ("rows Z1–9", "Z9", True),
        ("only Z7", "Z7", True),
        ("rows Z1-Z9", "Z10", False),
        ("rows Z1-Y9", "Z5", False),
        ("rows XZ1-XZ9", "Z5", False),
        ("Z 5 of 9", "Z5", False),
    ],
)
def test_reasons_speak_of_ranges_and_single_codes(
    why: str,
    asked: str,
    is_told: bool,  # noqa: FBT001 - one row of a table
    tmp_path: Path,
) -> None:
    """Wherever the entry has its reason: a section's fields, a rule, a case."""
    for number, entry in enumerate(
        (
            f'sections: {{S: {{title: S, due: a > 5, not_encoded: "{why}"}}}}\n',
            f'rules: {{R: {{not_encoded: "{why}"}}}}\n',
            f'messages: {{m: {{when: a < 5, not_encoded: "{why}"}}}}\n',
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(ProblemsError) as raised:
            explain(write_rulebook(folder, entry), asked, a="1")
        (problem,) = raised.value.problems
        assert (problem.code == "code-not-encoded") is is_told, entry


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("R16", "(quadro_4_motivi): dovuto; R16 è uno dei suoi"),
        ("R40", "; R40 è "),
        ("R06", "(quadro_2): dovuto; R06 è uno dei suoi 4 campi"),
    ],
)
def test_a_field_of_a_part_says_of_which_and_whether_it_is_due(code: str, said: str) -> None:
    """First, before what computes with it; never that nothing uses it."""
    _, text, _ = run(JESI, code)
    used = text.partition("Dove è usato")[2]
    assert said in used
    assert "Nessun altro valore" not in used
    assert used.index("camp") < used.index("superato") if "superato" in used else True


def test_what_has_a_sentence_shows_it() -> None:
    """A message, a section, a decision, a failed check; in the reader's language if written."""
    for code, said in (
        ("rapporto_lep", "«Nel 2024 per il Comune il numero di assistenti sociali"),
        ("quadro_3", "«L'ente non deve compilare il Quadro 3"),
        ("livello", "NON inferiore al livello di servizio di riferimento.»"),
        ("R01_diverso_da_R01A", "«R01 (assistenti sociali del Comune) e R01A (forniti"),
    ):
        assert said in run(JESI, code)[1]
    assert (
        "“R01 (the municipality's social workers) and R01A"
        in run(JESI, "R01_diverso_da_R01A", "--lang", "en")[1]
    )
    assert "«" not in run(JESI, "R04")[1]


def test_an_unknown_code_is_a_problem_in_json_too() -> None:
    """Programs get the problem on standard output."""
    status, text, _ = run(JESI, "livelo", "--format", "json")
    problem = json.loads(text)["problems"][0]
    assert (status, problem["code"]) == (2, "unknown-step")
    assert "`livello`" in problem["hint"]


def test_a_report_that_cannot_be_evaluated_is_refused_first() -> None:
    """As `evaluate`: the problem of the report, status 2."""
    status, text, problems = run("nowhere.yaml", "R04")
    assert (status, text) == (2, "")
    assert "nowhere.yaml" in problems


def test_a_difference_that_decides_is_no_share_of_nothing(tmp_path: Path) -> None:
    """A gap of a millionth is told as it is."""
    rules = "checks:\n  below: {severity: info, expect: a < b, label: Below}\n"
    plan = write_rulebook(tmp_path, rules)
    for a, b, said in (
        ("10.439999", "10.44", "a (10.439999 kg) is below b (10.44 kg) by 0.000001 kg"),
        ("9.99", "10", "a (9.99 kg) is below b (10 kg) by 0.01 kg (0.1 % of b)"),
    ):
        shown = explain(plan, "below", a=a, b=b)
        assert said in shown
        assert ("% of" in shown) is ("% of" in said)


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_a_chain_of_ten_thousand_steps_ends(tmp_path: Path, form: str) -> None:
    """No recursion; the tree is cut with a note that says how to go on, the JSON form is whole."""
    rules = "rules:\n  x0: {formula: a + 1}\n" + "".join(
        f"  x{i}: {{formula: x{i - 1} + 1}}\n" for i in range(1, 10_000)
    )
    plan = write_rulebook(tmp_path, rules)
    document = plan.evaluate({"rulebook": "small/1@1.0.0", "fields": {"a": 1}}).trail.to_dict()
    explained = explain_step(document, "x9999", "en", form)
    if form == "json":
        assert len(json.loads(explained)["steps"]) == 10_000
    else:
        assert "10,001 = 10,000 + 1" in explained
        assert "ruletrail explain REPORT x9987" in explained.replace("\\`", "`").replace("`", "")
        assert len(explained) < 12_000


def test_a_shared_step_is_written_once(tmp_path: Path) -> None:
    """Many paths lead to one step; it stands in full once and is then referred to."""
    rules = "rules:\n  x0: {formula: a + b}\n" + "".join(
        f"  x{i}: {{formula: x{i - 1} + x{i - 1} * b}}\n" for i in range(1, 6)
    )
    rules += "  y: {formula: x5 + x3 + x0}\n"
    text = explain(write_rulebook(tmp_path, rules), "y", a="1", b="2")
    assert text.count("x3 = x2 + x2 · b") == 1
    assert "x3: 81 (explained above)" in text
    assert "x0: 3 (explained above)" in text


def test_a_wide_sum_is_cut_with_a_count(tmp_path: Path) -> None:
    """A sum of two thousand rules says how many steps there are and stops."""
    names = [f"x{i}" for i in range(2000)]
    rules = (
        "groups:\n  all: ["
        + ", ".join(names)
        + "]\nrules:\n"
        + "".join(f"  {name}: {{formula: a + 1}}\n" for name in names)
    )
    text = explain(write_rulebook(tmp_path, rules + "  y: {formula: sum(all)}\n"), "y", a="1")
    assert "there are 2,001 steps in all" in text
    assert "… 1,960 more" in text


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("(a + b) * 2 - (a - b)", "y = (a + b) · 2 - (a - b) = (10 + (-4)) · 2 - (10 - (-4)) = -2"),
        ("a - (b - 1)", "= 10 - (-4 - 1) = 15"),
        ("-(a + b) / 3", "y = -(a + b) / 3 = -(10 + (-4)) / 3 = -2"),
        ("a / 3", "= 10 / 3 = 3.333333…"),
        ("sum(a, b) * 2", "y = sum(a; b) · 2 = (10 + (-4)) · 2 = 12"),
        ("a / (b + 4)", "= 10 / (-4 + 4): division by zero: b + 4 is 0"),
        ("1 if a > 5 and not b > 0 else 2", "y = 1 if a > 5 and not b > 0 else 2 = 1"),
        ("a if b in [-4, 3] else b", "y = a if b in [-4; 3] else b = 10"),
        ("max(a, b, 0.5)", "y = max(a; b; 0.5) = max(10; -4; 0.5) = 10"),
    ],
)
def test_formulas_keep_their_brackets(tmp_path: Path, formula: str, shown: str) -> None:
    """Numbers stand in place of the codes, and the brackets still say the same thing."""
    plan = write_rulebook(tmp_path, f"rules:\n  y: {{formula: '{formula}'}}\n")
    assert shown in explain(plan, "y", a="10", b="-4")


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        (
            "      - {outcome: up, when: a > 0}\n      - {outcome: down, when: a > 5}\n",
            "more than one case of d is true; a (10 kg) is above 0; a (10 kg) is above 5",
        ),
        (
            "      - {outcome: up, when: a > 20}\n      - {outcome: down, when: a < 0}\n",
            "no case of d is true; a (10 kg) is at most 20; a (10 kg) is at least 0",
        ),
        (
            "      - {outcome: up, when: a > 20}\n      - {outcome: down, otherwise: true}\n",
            "down, because in all other cases: a (10 kg) is at most 20",
        ),
        (
            (
                "      - {outcome: up, when: a > 0 or b > 0}\n"
                "      - {outcome: down, when: a <= 0 and b <= 0}\n"
            ),
            "up, because a (10 kg) is above 0 ",
        ),
    ],
)
def test_decisions_say_why(tmp_path: Path, cases: str, said: str) -> None:
    """A conflict shows what holds at once, `no_case` what does not.

    A gap that is set aside is no reason.
    """
    plan = write_rulebook(tmp_path, "decisions:\n  d:\n    label: D\n    cases:\n" + cases)
    assert said in explain(plan, "d", a="10")


def test_an_unknown_code_raises_for_callers(tmp_path: Path) -> None:
    """Embedders get the problem as a value."""
    plan = write_rulebook(tmp_path, "rules:\n  y: {formula: a + 1}\n")
    with pytest.raises(ProblemsError) as caught:
        explain(plan, "z", a="1")
    assert [problem.code for problem in caught.value.problems] == ["unknown-step"]


# -- Asked for by words


@pytest.mark.parametrize(
    ("asked", "first", "others"),
    [
        ("ore anziani", ("M21_ore", "M53_ore"), {"M21_media", "M53_media"}),
        ("anziano, ORE", ("M21_ore", "M53_ore"), {"M21_media", "M53_media"}),
        ("media anziani", ("M21_media", "M53_media"), set()),
        ("ore di assistenza anziani", ("M21_ore", "M53_ore"), {"M21_media", "M53_media"}),
        ("ore M21", ("M21_ore",), {"M21_ore_senza_utenti", "M21_media"}),
        ("M12_2024", ("M12",), {"M12_ore", "M12_media"}),
    ],
)
def test_words_of_titles_and_codes_in_any_order_find_what_has_them_all(
    asked: str, first: tuple[str, ...], others: set[str]
) -> None:
    """Those whose code has more of the words come first, each with what it is called."""
    status, text, problems = run(JESI, asked)
    assert (status, text) == (2, "")
    codes = re.findall(r"`(\w+)` \(", problems.partition("intendevi uno di questi? ")[2])
    assert tuple(codes[: len(first)]) == first
    assert others <= set(codes)
    assert "ore_anno" not in codes


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("importo rendicontare", "da_rendicontare"),
        ("fabbisogno monetario", "R06"),
        ("riferimento 2017 spesa", "R07_2017"),
    ],
)
def test_words_that_one_title_has_alone_are_enough(asked: str, found: str) -> None:
    """In any order, and with others between them."""
    assert json.loads(run(JESI, asked, "--format", "json")[1])["explain"] == found


def test_words_in_part_list_the_nearest_and_one_word_is_guessed() -> None:
    """By the number of words met; a code that nobody has is answered by no other."""
    partly = run(JESI, "ore pagate agli anziani")[2]
    codes = set(re.findall(r"`(\w+)` \(", partly.partition("intendevi")[2]))
    assert codes == {"M21_ore", "M53_ore", "M21_media", "M53_media"}
    assert "→ intendevi `R07_2017`?" in run(JESI, "spesa_2017")[2]
    assert "→ intendevi `livello`?" in run(JESI, "livelo")[2]
    assert "→ `ruletrail docs sociale/2024` elenca i codici" in run(JESI, "xyz kkk")[2]


_NOT_ENCODED = """
rules: {R: {not_encoded: the formula is unknown}}
sections:
  s: {title: Part, due: a > 5, not_encoded: the rows are unknown}
  s2: {title: Part two, due: {not_encoded: when it is due is unknown}, fields: [b]}
decisions:
  d: {label: Outcome, not_encoded: the cases are unknown}
  d2: {label: Other, cases: [{outcome: x, not_encoded: the one case is unknown},
    {outcome: y, when: a > 5}]}
messages:
  m: {label: Sentence, when: a > 5, not_encoded: the text is unknown}
  m2: {label: Sentence, when: {not_encoded: when it is printed is unknown}, text: {en: Hello.}}
checks:
  c: {label: Check, expect: {not_encoded: the check is unknown}, severity: error}
"""


@pytest.mark.parametrize(
    ("code", "short", "why"),
    [
        ("R", "R: not encoded: the formula is unknown", "condition: not encoded: the formula is"),
        (
            "s",
            "(s): due, because a (6 kg) is above 5; its fields are not encoded here: the rows are",
            "a (6 kg) is above 5 its fields are not encoded here: the rows are unknown",
        ),
        ("s2", "(s2): not encoded: when it is due is unknown", "condition: not encoded: when it"),
        ("d", "(d): not encoded: the cases are unknown", "its cases are not encoded: the cases"),
        ("d2", "(d2): not encoded: the one case is unknown", 'case "x": not encoded: the one case'),
        ("m", "(m): not encoded: the text is unknown", "its text is not encoded: the text is"),
        ("m2", "(m2): not encoded: when it is printed is unknown", "condition: not encoded: when"),
        ("c", "(c): not encoded: the check is unknown", "expected: not encoded: the check is"),
    ],
)
def test_what_is_not_encoded_says_so_and_why(
    code: str, short: str, why: str, tmp_path: Path
) -> None:
    """In short and below: whatever part of an entry it is, its reason stands there whole."""
    text = explain(write_rulebook(tmp_path, _NOT_ENCODED), code, a="6")
    brief, _, full = text.partition("How the value comes about")
    assert short in brief
    assert why in full
    assert "because not encoded" not in text


@pytest.mark.parametrize(
    ("code", "a", "said"),
    [
        ("s", "", "should it become due: its fields are not encoded here, the rows are unknown"),
        ("m", "", "should it be shown: its text is not encoded, the text is unknown"),
        ("s", "1", ""),
        ("m", "1", ""),
    ],
)
def test_a_part_that_is_not_encoded_matters_where_it_may_still_be_asked_for(
    code: str, a: str, said: str, tmp_path: Path
) -> None:
    text = explain(write_rulebook(tmp_path, _NOT_ENCODED), code, **({"a": a} if a else {}))
    assert said in text
    assert ("not encoded" in text) is bool(said)


@pytest.mark.parametrize(
    ("language", "said"),
    [("it", "i suoi campi non sono codificati qui: "), ("en", "its fields are not encoded here")],
)
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_due_part_that_nobody_encoded_says_so_in_every_form(
    form: str, language: str, said: str, tmp_path: Path
) -> None:
    below = tmp_path / "below.yaml"
    below.write_text(places.JESI.read_text("utf-8").replace("R05: 8.50", "R05: 12.00"), "utf-8")
    words = ("explain", below, "quadro_4_altri", "--format", form, "--lang", language)
    page = call(*words)[1]
    shown = " ".join(re.sub(r"<[^>]+>", "", page).replace("\\", "").split())
    assert said in shown
    assert "righi R23-R39, hanno codici ed etichette non noti" in shown.replace("\u2011", "-")


def test_an_output_that_cannot_be_written_is_not_the_codes_fault(tmp_path: Path) -> None:
    """The problem stands at the file, as with every command; that of a code at the code."""
    code, _, err = run(JESI, "R04", "-o", str(tmp_path))
    assert (code, err.partition(": errore")[0]) == (2, str(tmp_path))
    code, _, err = run(JESI, "R04444", "-o", str(tmp_path / "x.txt"))
    assert (code, err.partition(": errore")[0]) == (2, "R04444")


def test_who_shows_a_value_in_a_sentence_uses_it_too() -> None:
    """No other value or outcome reads R01B, and the form prints it in a sentence."""
    for code, said in (("R01B", "(rapporto_lep): mostrata"), ("R00E", "(lep_riguarda_ats): mostr")):
        _, text, _ = run(JESI, code)
        assert said in text.partition("Dove è usato")[2]


def test_what_no_value_alone_changes_says_what_is_needed(tmp_path: Path) -> None:
    """Where values are missing that is why, and the command that says which stands there."""
    report = change(places.INCOMPLETE, tmp_path, M12=None)
    for language, said in (
        ("it", "non ancora stabilito: mancano M12, R03"),
        ("en", "not settled yet: M12, R03 are missing"),
    ):
        _, out, _ = call("whatif", report, "livello", "--lang", language)
        text = " ".join(out.split())
        assert said in text
        assert f"`ruletrail needed {report} livello`" in text
