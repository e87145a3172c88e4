"""Prompts: what a person can have an assistant begin with."""

from collections.abc import Mapping

from ruletrail.assistants.arguments import Argument, Asked
from ruletrail.formats import LOCALES, Locale

NAME = "write_rulebook"
TITLE = "Write a rulebook"
SAYS = "Write a rulebook from a form and its instructions, by the loop of `check` and `test`."
ARGUMENTS = (
    Argument("rulebook", "Its name and edition, as `asili/2025`.", required=True,
             example="asili/2025"),
    Argument("source", "Where the rules stand: the form, its instructions, the law.",
             largest=4_000),
    Argument("lang", "The language of the rulebook: Italian or English.", choices=LOCALES),
)  # fmt: skip

_STEPS: Mapping[Locale, str] = {
    "it": """Scrivi il rulebook «{rulebook}» per ruletrail.{source}

1. Leggi `ruletrail://help/language` e `ruletrail://help/authoring`, e un rulebook che c'è già, da \
`ruletrail://rulebooks`.
2. Scrivi il rulebook, lo schema delle relazioni e gli esempi. Ogni voce dice la sua `source` e la \
sua `evidence`; ciò che la fonte non dice va in `not_encoded`, e non si indovina.
3. Chiama `check`; correggi ogni problema con il suo suggerimento; ripeti finché non ce ne sono.
4. Chiama `test`; un esempio che non passa dice un errore nella regola o nell'esempio: decidi \
sulla fonte, mai per far passare il test. Aggiungi esempi per ciò che nessuno mostra.
5. Chiama `whatif` con la relazione di un esempio (`rulebook: {rulebook}@VERSIONE`) e una sua \
decisione: i confronti che nomina devono essere quelli della fonte, con i loro numeri.
6. Chiama `prove`: un buco, una sovrapposizione, un caso morto o un errore vengono con una \
relazione che li mostra. Decidi sulla fonte se sbaglia la regola o tace il modulo, e dillo.
7. Alla fine elenca per la persona ogni voce `inferred`, `assumed` o `not_encoded`: le conferma lei.

Lascia `status: draft`: pubblicare tocca a una persona.""",
    "en": """Write the rulebook “{rulebook}” for ruletrail.{source}

1. Read `ruletrail://help/language` and `ruletrail://help/authoring`, and a rulebook that is there \
already, from `ruletrail://rulebooks`.
2. Write the rulebook, the schema of its reports, and examples. Every entry says its `source` and \
its `evidence`; what the source does not say is `not_encoded`, and is never guessed.
3. Call `check`; mend every problem by its hint; again, until there are none.
4. Call `test`; an example that fails shows an error in the rule or in the example: decide by the \
source, never to make the test pass. Add examples for what none shows.
5. Call `whatif` with the report of an example (`rulebook: {rulebook}@VERSION`) and a decision of \
it: the comparisons that it names must be those of the source, with their numbers.
6. Call `prove`: a gap, an overlap, a dead case or an error comes with a report that shows it. \
Decide by the source whether the rule is wrong or the form is silent, and say so.
7. At the end list every entry that is `inferred`, `assumed` or `not_encoded`, for a person to \
confirm.

Leave `status: draft`: publishing is up to a person.""",
}
_SOURCE: Mapping[Locale, str] = {"it": " La fonte: {}", "en": " The source: {}"}


def write_prompt(asked: Asked) -> str:
    """Write what the assistant begins with."""
    source = _SOURCE[asked.language].format(asked["source"]) if asked["source"] else ""
    parts = {"rulebook": asked["rulebook"], "source": source}
    text = _STEPS[asked.language]
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return text
