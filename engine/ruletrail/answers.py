"""The answer to one report: `Evaluation`, which `Plan.evaluate` makes.

What an answer consists of is read when it is first asked for, here from the record of reasons, or
from what compiled functions left.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from ruletrail.linking import LinkedRulebook, has_rows, is_row_entry
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.reports import Report
from ruletrail.rulebooks import Check, Decision, Rule, Section
from ruletrail.suggestions import nearest_name
from ruletrail.trails import Record, Status, Trail, cut_code, outcome_word
from ruletrail.trails.document import lists_of_values, missing_codes, refuse_least_size
from ruletrail.values import ExactValue, Fact, give, is_non_value, to_decimal

if TYPE_CHECKING:
    from ruletrail.compiled import Answer, CompiledRulebook
    from ruletrail.compiled.answer_reading import AnswerReader
    from ruletrail.formats import Locale
    from ruletrail.reports.plain_json import PlainReport

AnswerForm = Literal["text", "markdown", "html", "json"]
_ANSWER_FORMS = get_args(AnswerForm)


def require_text(name: str, value: object) -> None:
    """Raise a `TypeError` that names the argument where a caller gives no text for it."""
    if not isinstance(value, str):
        raise TypeError(f"`{name}` is a text, not {type(value).__name__}")


def require_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Raise a `TypeError` for a word that an argument does not know, so that no slip is dropped."""
    if not isinstance(value, str) or value not in choices:
        admitted = ", ".join(f'"{choice}"' for choice in choices)
        raise TypeError(f"`{name}` is one of {admitted}, not {value!r}")


def _require_language(language: object) -> None:
    from ruletrail.formats import LOCALES  # noqa: PLC0415 - evaluating needs none of it

    if language is not None:
        require_choice("language", language, LOCALES)


class Evaluation:
    """The answer to one report: values, outcomes, status, and the trail that explains them.

    Nobody makes one but `Plan.evaluate`. It does not change, can be copied, and is pickled with its
    rulebook and record, so that it answers in another process. A notebook shows it as a page.

    >>> import ruletrail
    >>> plan = ruletrail.load("examples/garden/garden.yaml")
    >>> evaluation = plan.evaluate("examples/garden/application.yaml")
    >>> evaluation.status, evaluation.decisions["outcome"], evaluation.values["fee"]
    ('complete', 'granted', Decimal('115.62'))
    """

    # each is read when it is first asked for; `cached_property` takes a lock, which costs more than
    # reading some of them
    _values: "Mapping[str, ExactValue] | None" = None
    _outcomes: "tuple[Mapping[str, str], ...] | None" = None
    """Of decisions, sections and checks."""
    _sentences: "tuple[tuple[str, str], ...] | None" = None
    _trail: Trail | None = None

    def __init__(self, linked: LinkedRulebook, record: Record | None = None) -> None:
        """Made by `Plan.evaluate`, with the reference evaluator's record where that answered."""
        self._linked, self._record = linked, record

    def __repr__(self) -> str:
        """Show which rulebook answered, and the status."""
        return f"<Evaluation {self._linked.rulebook.identity}: {self.status}>"

    @property
    def record(self) -> Record:
        """How each fact was reached; internal, may change."""
        if self._record is None:
            self._record = self._make_record()
        return self._record

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The fact of every step by its code, exact; internal, may change."""
        return self.record.facts

    @property
    def report(self) -> Report:
        """The report that was evaluated; internal, may change."""
        return self.record.report

    @property
    def reference(self) -> str:
        """The full reference of the rulebook that answered, for example `sociale/2024@1.0.0`."""
        return str(self._linked.rulebook.identity)

    @property
    def status(self) -> Status:
        """`complete`, `incomplete` or `invalid`."""
        return self.record.status

    @property
    def values(self) -> Mapping[str, ExactValue]:
        """The exact values of the rules; one that has none is absent, and the trail says why."""
        if self._values is None:
            self._values = self._read_values()
        return self._values

    @property
    def has_lists(self) -> bool:
        """Whether the form has lists of rows; internal, may change."""
        return has_rows(self._linked)

    @cached_property
    def lists(self) -> "Mapping[str, tuple[Mapping[str, ExactValue], ...]]":
        """The rows of each list that the report supplies, with the exact values of their rules.

        A row is by the names of its rules, without the list: `lists["members"][0]["age"]`. A rule
        that has no value in a row is absent there.
        """
        return {
            code: tuple([{name: give(fact) for name, fact in row.items()} for row in rows])
            for code, rows in self._read_lists().items()
        }

    @property
    def decisions(self) -> Mapping[str, str]:
        """The outcome of each decision, or the word of a non-value (`undetermined`, `error`…)."""
        return (self._outcomes or self._keep_outcomes())[0]

    @property
    def sections(self) -> Mapping[str, str]:
        """`due`, `not_due`, or why it is neither, of each section."""
        return (self._outcomes or self._keep_outcomes())[1]

    @property
    def checks(self) -> Mapping[str, str]:
        """`passed`, `failed`, or why it is neither, of each check."""
        return (self._outcomes or self._keep_outcomes())[2]

    @property
    def messages(self) -> tuple[str, ...]:
        """The sentences that the evaluation shows, in the order of the rulebook."""
        return tuple([text for _, text in self.sentences])

    @property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """The messages, each after the code of the step that shows it; internal, may change."""
        if self._sentences is None:
            self._sentences = self._read_sentences()
        return self._sentences

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The codes that something misses, and the empty required fields of due sections."""
        return self._read_missing()

    @property
    def trail(self) -> Trail:
        """Why: every value, condition and branch; written when its document is first asked for."""
        if self._trail is None:
            self._trail = self._make_trail()
        return self._trail

    def number(self, code: str) -> Decimal | Fraction | None:
        """Return the exact number of a rule, a field or a parameter; None where there is none.

        It is a `Decimal` where its decimals end, else a `Fraction`. `ProblemsError` for a code that
        the rulebook does not know, `TypeError` for one whose value is no number.

        >>> import ruletrail
        >>> plan = ruletrail.load("examples/garden/garden.yaml")
        >>> evaluation = plan.evaluate("examples/garden/application.yaml")
        >>> evaluation.number("fee"), evaluation.number("adults"), evaluation.number("child_share")
        (Decimal('115.62'), Decimal('2'), Decimal('1.5'))
        """
        require_text("code", code)
        fact = self._find_fact(code)
        if fact is None or is_non_value(fact):
            return None
        if not isinstance(fact, Fraction):
            raise TypeError(f"`{code}` is no number")
        return to_decimal(fact)

    def _find_fact(self, code: str) -> Fact | None:
        linked, record = self._linked, self.record
        over, row, name = cut_code(code)
        if code in linked.schema.lists or "[*]." in code:
            raise TypeError(
                f"`{code}` is no number"
            )  # though its fact says how many rows there are
        if code in record.facts:
            return record.facts[code]
        if code in record.report.fields:
            return record.report.fields[code].value
        is_cell = row in range(1, len(record.report.lists.get(over, ())) + 1)
        is_cell = is_cell and name in linked.schema.lists[over].cells
        if not is_cell and code not in linked.schema.fields:
            near = nearest_name(code, [*record.facts, *linked.schema.fields])
            problem = Problem("unknown-step", Mark(code), {"text": quote(code)}, near)
            raise ProblemsError([problem])
        return None

    def to_text(self, language: "Locale | None" = None, *, brief: bool = False) -> str:
        """Write the answer for people, as `ruletrail evaluate` prints it.

        `language` is `it` or `en`, by default the rulebook's; `brief` leaves out all but the first
        screen: what to do, what is due.

        >>> import ruletrail
        >>> plan = ruletrail.load("examples/garden/garden.yaml")
        >>> evaluation = plan.evaluate("examples/garden/application.yaml")
        >>> "granted" in evaluation.to_text("en", brief=True)
        True
        """
        return self._render("text", language, brief=brief)

    def to_markdown(self, language: "Locale | None" = None, *, brief: bool = False) -> str:
        """Write the answer as Markdown; arguments as for `to_text`."""
        return self._render("markdown", language, brief=brief)

    def to_html(self, language: "Locale | None" = None, *, brief: bool = False) -> str:
        """Write the answer as one HTML page, without scripts or anything from elsewhere.

        Arguments as for `to_text`.
        """
        return self._render("html", language, brief=brief)

    def _render(self, form: str, language: "Locale | None", *, brief: bool) -> str:
        from ruletrail.rendering import read_wording, render_trail  # noqa: PLC0415 - on demand

        _require_language(language)
        wording = read_wording(self.record, language)
        return render_trail(self.trail.to_dict(), form, language, wording, brief=brief)

    def explain(
        self, code: str, language: "Locale | None" = None, form: AnswerForm = "text"
    ) -> str:
        """Say where a value, an outcome or a field comes from, as `ruletrail explain` does.

        `form` is `text`, `markdown`, `html` or `json`. `ProblemsError` for a code that the trail
        does not know.

        >>> import ruletrail
        >>> plan = ruletrail.load("examples/garden/garden.yaml")
        >>> evaluation = plan.evaluate("examples/garden/application.yaml")
        >>> "115.62" in evaluation.explain("fee")
        True
        """
        from ruletrail.rendering import explain_step, read_wording  # noqa: PLC0415 - on demand

        require_text("code", code)
        _require_language(language)
        require_choice("form", form, _ANSWER_FORMS)
        wording = None if form == "json" else read_wording(self.record, language)
        return explain_step(self.trail.to_dict(), code, language, form, wording)

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame of its own: neither changes the other's look."""
        from html import escape  # noqa: PLC0415 - notebooks only

        style = "width: 100%; height: 36rem; border: 0"
        page = escape(self.to_html())
        return f'<iframe sandbox="" style="{style}" srcdoc="{page}"></iframe>'

    def __copy__(self) -> "Evaluation":
        """Return the evaluation: it does not change."""
        return self

    def __deepcopy__(self, memo: object) -> "Evaluation":
        """Return the evaluation: it does not change."""
        return self

    def __reduce__(self) -> "tuple[object, ...]":
        """Pickle the rulebook and the record of reasons, of which all else is made."""
        return Evaluation, (self._linked, self.record)

    def _make_record(self) -> Record:
        raise TypeError("there is a record, or functions to make one of")

    def _make_trail(self) -> Trail:
        return Trail(self.record)

    def _read_values(self) -> Mapping[str, ExactValue]:
        facts = self.record.facts
        rules = [
            step.code
            for step in self._linked.steps
            if isinstance(step, Rule) and not is_row_entry(step)
        ]
        values = [(code, fact) for code in rules if not is_non_value(fact := facts[code])]
        return {code: give(fact) for code, fact in values}

    def _read_lists(self) -> "Mapping[str, list[dict[str, Fact]]]":
        return lists_of_values(self.record)

    def _keep_outcomes(self) -> "tuple[Mapping[str, str], ...]":
        self._outcomes = self._read_outcomes()
        return self._outcomes

    def _read_outcomes(self) -> "tuple[Mapping[str, str], ...]":
        facts, steps = self.record.facts, self._linked.steps
        return tuple(
            [
                {
                    step.code: outcome_word(facts[step.code])
                    for step in steps
                    if isinstance(step, kind)
                }
                for kind in (Decision, Section, Check)
            ]
        )

    def _read_sentences(self) -> tuple[tuple[str, str], ...]:
        return tuple([(message.step, message.text) for message in self.record.messages])

    def _read_missing(self) -> tuple[str, ...]:
        return tuple(missing_codes(self.record))


class CompiledEvaluation(Evaluation):
    """What compiled functions answered; report and record are made when they are asked for."""

    def __init__(
        self, functions: "CompiledRulebook", answer: "Answer", report: "Report | PlainReport"
    ) -> None:
        """Made by `Plan.evaluate`, with what the functions left and the report that it is to."""
        super().__init__(functions.linked)
        self._functions, self._answer, self._given = functions, answer, report

    @property
    def status(self) -> Status:
        """`complete`, `incomplete` or `invalid`."""
        return self._answer.status

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The fact of every step by its code, exact; internal, may change."""
        return self._answer.facts

    @property
    def report(self) -> Report:
        """The report that was evaluated; internal, may change."""
        return self._report

    @cached_property
    def _report(self) -> Report:
        return self._given if isinstance(self._given, Report) else self._given.to_report()

    @property
    def _reader(self) -> "AnswerReader":
        return self._functions.reader(self._answer)

    def _make_record(self) -> Record:
        return self._answer.record(self._report)

    def _make_trail(self) -> Trail:
        return Trail(
            self._record_to_write,
            lambda: self._functions.write_trail(self._answer, self._report),
        )

    def _record_to_write(self) -> Record:
        refuse_least_size(self._functions.linked, self._report)
        return self.record

    def _read_values(self) -> Mapping[str, ExactValue]:
        return self._reader.read_values(self._answer.results)

    def _read_outcomes(self) -> "tuple[Mapping[str, str], ...]":
        return self._reader.read_outcomes(self._answer.results)

    def _read_lists(self) -> "Mapping[str, list[dict[str, Fact]]]":
        return self._answer.lists(self._given.lists)

    def _read_sentences(self) -> tuple[tuple[str, str], ...]:
        return self._reader.read_sentences(self._answer)

    def _read_missing(self) -> tuple[str, ...]:
        return self._reader.read_missing(self._answer, self._given)
