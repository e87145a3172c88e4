"""What a rendering says in our own words, in Italian and English; the rest is details."""

from collections.abc import Mapping

from ruletrail.formats import Locale

_PHRASES: Mapping[str, tuple[str, str]] = {
    # the head of the page
    "title": ("Esito della valutazione", "Outcome of the evaluation"),
    "title_of": ("Esito della valutazione: {subject}", "Outcome of the evaluation: {subject}"),
    "title_explained": ("Perché {code}", "Why {code}"),
    "title_explained_of": ("Perché {code}: {subject}", "Why {code}: {subject}"),
    "rulebook": (
        "Rulebook {name}/{edition}, edizione {edition}, versione {version} ({status}): {title}",
        "Rulebook {name}/{edition}, edition {edition}, version {version} ({status}): {title}",
    ),
    "published": ("pubblicato", "published"),
    "draft": ("bozza", "draft"),
    "draft_warning": (
        "Attenzione: questo rulebook è una bozza. La risposta serve a provarlo, non a decidere.",
        "Beware: this rulebook is a draft. The answer serves to try it out, not to decide.",
    ),
    "support": (
        "È un aiuto alla decisione: per ogni valore cita la regola, la sua versione e la fonte. Non sostituisce il modulo né l'atto.",
        "This is decision support: for each value it cites the rule, its version and its source. It replaces neither form nor act.",
    ),
    # the status and what to do
    "status_complete": (
        "Relazione completa: ogni parte dovuta è compilata, ogni decisione è presa, nessun controllo grave è fallito.",
        "The report is complete: every part that is due is filled in, every decision is settled, no serious check failed.",
    ),
    "status_incomplete": (
        "Relazione incompleta: qualcosa manca o non si può ancora stabilire. Non è un esito negativo.",
        "The report is incomplete: something is missing or cannot be settled yet. This is not a negative outcome.",
    ),
    "status_invalid": ("Relazione non valida: ", "The report is invalid: "),
    "invalid_check": ("un controllo grave è fallito", "a serious check failed"),
    "invalid_declared": (
        "un valore dichiarato è diverso da quello calcolato",
        "a declared value differs from the one computed",
    ),
    "invalid_error": ("un valore non si può calcolare", "a value cannot be computed"),
    "to_do": ("Che cosa fare", "What to do"),
    "nothing_to_do": (
        "Non c'è altro da compilare o da correggere.",
        "There is nothing else to fill in or correct.",
    ),
    "read_warnings": ("Rileggi prima gli avvisi: {count}.", "Read the warnings first: {count}."),
    "fill_in": ("Compila {field}", "Fill in {field}"),
    "needed_by": ("serve a: {steps}", "needed by: {steps}"),
    "correct_declared": (
        "Correggi {code}: dichiarato {declared}, calcolato {computed}",
        "Correct {code}: declared {declared}, computed {computed}",
    ),
    "correct_check": ("Correggi: {message}", "Correct: {message}"),
    "look_into_error": ("Non si può calcolare: {cause}", "This cannot be computed: {cause}"),
    "concerns": ("riguarda: {steps}", "concerns: {steps}"),
    "not_encoded_yet": (
        "Da valutare a mano, non è codificato: {step}",
        "To be judged by hand, it is not encoded: {step}",
    ),
    "because": ("motivo: {why}", "reason: {why}"),
    # chapters
    "decisions": ("Decisioni", "Decisions"),
    "sections": ("Parti del modulo", "Parts of the form"),
    "checks": ("Controlli", "Checks"),
    "declared": ("Valori dichiarati e calcolati", "Declared and computed values"),
    "messages": ("Frasi", "Sentences"),
    "why": ("Perché: i valori calcolati", "Why: the computed values"),
    "sources": ("Fonti e identità", "Sources and identity"),
    "contents": ("Indice", "Contents"),
    # outcomes
    "due": ("dovuto", "due"),
    "not_due": ("NON dovuto", "NOT due"),
    "undetermined": ("indeterminato", "undetermined"),
    "not_applicable": ("non si applica", "not applicable"),
    "not_encoded": ("non codificato", "not encoded"),
    "error": ("errore", "error"),
    "passed": ("superato", "passed"),
    "failed": ("fallito", "failed"),
    "shown": ("mostrata", "shown"),
    "not_shown": ("non mostrata", "not shown"),
    "true": ("vero", "true"),
    "false": ("falso", "false"),
    "always": ("sempre", "always"),
    "never": ("mai", "never"),
    # reasons
    "outcome_constant": ("{outcome} {constant}", "{outcome}, {constant}"),
    "outcome_because": ("{outcome}, perché {reason}", "{outcome}, because {reason}"),
    "parent_not_due": ("{parent} non è dovuto", "{parent} is not due"),
    "parent_open": ("non si sa se {parent} è dovuto", "it is not known whether {parent} is due"),
    "is": ("{name} è {value}", "{name} is {value}"),
    "is_not": ("{name} è {value}, non {other}", "{name} is {value}, not {other}"),
    "otherwise": ("altrimenti", "otherwise"),
    "case": ("caso {outcome}: {condition}", "case {outcome}: {condition}"),
    "case_chosen": ("caso {outcome} (scelto): {condition}", "case {outcome} (chosen): {condition}"),
    "otherwise_of": ("negli altri casi", "in all other cases"),
    "condition": ("condizione: {condition}", "condition: {condition}"),
    "expected": ("atteso: {condition}", "expected: {condition}"),
    "applies_when": ("si applica quando {condition}", "applies when {condition}"),
    "fields_not_encoded": (
        "È dovuto, ma i suoi campi non sono codificati: {why}",
        "It is due, but its fields are not encoded: {why}",
    ),
    "fields_not_encoded_idle": (
        "I suoi campi non sono codificati: {why}",
        "Its fields are not encoded: {why}",
    ),
    "fields_empty": ("da compilare: {fields}", "to be filled in: {fields}"),
    "fields_empty_idle": (
        "vuoti, se sarà dovuto: {fields}",
        "empty, should it become due: {fields}",
    ),
    "fields_filled": (
        "campi compilati: {count} su {total}",
        "fields filled in: {count} of {total}",
    ),
    "fields_filled_idle": (
        "compilati benché non dovuti: {fields}",
        "filled in although not due: {fields}",
    ),
    # gaps
    "gap_missing": ("manca {codes}", "{codes} missing"),
    "gap_not_applicable": ("{code} non si applica", "{code} does not apply"),
    "gap_not_encoded": ("non codificato: {why}", "not encoded: {why}"),
    "gap_division_by_zero": ("divisione per zero: {of} vale 0", "division by zero: {of} is 0"),
    "gap_conflict": ("più casi di {of} sono veri insieme", "more than one case of {of} is true"),
    "gap_no_case": ("nessun caso di {of} è vero", "no case of {of} is true"),
    "gap_limit": (
        "il valore di {of} ha più di 400 cifre",
        "the value of {of} has more than 400 digits",
    ),
    "inside": ("[{gap}]", "[{gap}]"),
    # checks
    "severity_error": ("errore", "error"),
    "severity_warning": ("avviso", "warning"),
    "severity_info": ("nota", "note"),
    "check_line": ("{severity}, {outcome}: {label}", "{severity}, {outcome}: {label}"),
    "checks_passed_1": ("1 controllo superato", "1 check passed"),
    "checks_passed": ("{count} controlli superati", "{count} checks passed"),
    "checks_idle_1": ("1 controllo non si applica", "1 check does not apply"),
    "checks_idle": ("{count} controlli non si applicano", "{count} checks do not apply"),
    "checks_none_failed": ("Nessun controllo è fallito.", "No check failed."),
    "check_code": ("Controllo", "Check"),
    "check_why": ("Perché", "Why"),
    # declared values
    "declared_count_1": ("1 valore dichiarato: {counts}.", "1 declared value: {counts}."),
    "declared_count": (
        "{count} valori dichiarati: {counts}.",
        "{count} declared values: {counts}.",
    ),
    "declared_none": (
        "La relazione non dichiara valori che il rulebook calcola.",
        "The report declares none of the values that the rulebook computes.",
    ),
    "declared_differs": (
        "{code}: dichiarato {declared}, calcolato {computed}: diversi",
        "{code}: declared {declared}, computed {computed}: they differ",
    ),
    "declared_other": (
        "{code}: dichiarato {declared}: {agreement} ({computed})",
        "{code}: declared {declared}: {agreement} ({computed})",
    ),
    "declared_line": ("dichiarato {declared}: {agreement}", "declared {declared}: {agreement}"),
    "equal_1": ("uguale", "equal"),
    "equal": ("uguali", "equal"),
    "rounded_1": ("arrotondato", "rounded"),
    "rounded": ("arrotondati", "rounded"),
    "truncated_1": ("troncato", "cut"),
    "truncated": ("troncati", "cut"),
    "blank_1": (
        "in bianco o zero, perché la regola non si applica",
        "blank or zero, because the rule does not apply",
    ),
    "blank": (
        "in bianco o zero, perché la regola non si applica",
        "blank or zero, because the rule does not apply",
    ),
    "unverified_1": ("non verificabile", "not verifiable"),
    "unverified": ("non verificabili", "not verifiable"),
    "differs_1": ("diverso", "different"),
    "differs": ("diversi", "different"),
    # sentences
    "printed_matched_1": ("1 frase ritrovata nel modulo.", "1 sentence found on the printed form."),
    "printed_matched": (
        "{count} frasi ritrovate nel modulo.",
        "{count} sentences found on the printed form.",
    ),
    "printed_unmatched": (
        "Sul modulo c'è anche, e nessuna regola lo dice: {text}",
        "The printed form also says, and no rule does: {text}",
    ),
    "printed_absent": (
        "La relazione non riporta le frasi stampate sul modulo: non c'è nulla da confrontare.",
        "The report does not hold the sentences printed on the form: there is nothing to compare.",
    ),
    "sentence_gap": ("la frase ha un vuoto: {gap}", "the sentence has a gap: {gap}"),
    "no_messages": ("La valutazione non mostra frasi.", "The evaluation shows no sentence."),
    # values
    "code": ("Codice", "Code"),
    "label": ("Che cos'è", "What it is"),
    "calculation": ("Calcolo", "Calculation"),
    "declared_column": ("Dichiarato", "Declared"),
    "value": ("Valore", "Value"),
    "rounding": (
        "arrotondato a {decimals} decimali ({mode}); prima: {before}",
        "rounded to {decimals} decimals ({mode}); before: {before}",
    ),
    "rounding_0": (
        "arrotondato all'intero ({mode}); prima: {before}",
        "rounded to a whole number ({mode}); before: {before}",
    ),
    "rounding_1": (
        "arrotondato a 1 decimale ({mode}); prima: {before}",
        "rounded to 1 decimal ({mode}); before: {before}",
    ),
    "half_up": ("la metà in su, lontano da zero", "halves away from zero"),
    "half_even": ("la metà alla cifra pari", "halves to the even digit"),
    "down": ("troncato", "cut"),
    "up": ("in su, lontano da zero", "away from zero"),
    "floor": ("per difetto", "downwards"),
    "ceiling": ("per eccesso", "upwards"),
    "gap_because": ("{gap}, perché {reason}", "{gap}, because {reason}"),
    "branch_taken": (
        "ramo scelto: {taken}, perché {reason}; non valutato: {other}",
        "branch taken: {taken}, because {reason}; not evaluated: {other}",
    ),
    "basis_sources": ("fonte: {sources}", "source: {sources}"),
    "basis_mark": ("regola: {mark}", "rule: {mark}"),
    "seed": ("visto nel modulo", "seen on the form"),
    "quoted": ("letto in una fonte", "read in a source"),
    "inferred": ("dedotto", "inferred"),
    "assumed": ("supposto", "assumed"),
    "note": ("nota: {note}", "note: {note}"),
    # comparisons
    "above": (
        "{left} supera {right} di {difference}{share}",
        "{left} is above {right} by {difference}{share}",
    ),
    "below": (
        "{left} è sotto {right} di {difference}{share}",
        "{left} is below {right} by {difference}{share}",
    ),
    "same": ("{left} e {right} sono esattamente uguali", "{left} and {right} are exactly equal"),
    "share": (" ({percent} % di {right})", " ({percent} % of {right})"),
    # appendices
    "reported": (
        "Dati dichiarati nella relazione: {count}",
        "Values declared in the report: {count}",
    ),
    "parameters": ("Costanti del rulebook: {count}", "Constants of the rulebook: {count}"),
    "digest_rulebook": ("Impronta del rulebook: {digest}", "Digest of the rulebook: {digest}"),
    "digest_report": ("Impronta della relazione: {digest}", "Digest of the report: {digest}"),
    "digest_trail": ("Impronta di questa traccia: {digest}", "Digest of this trail: {digest}"),
    "engine": ("Valutato da {name} {version}", "Evaluated by {name} {version}"),
    # explanations
    "in_short": ("In breve", "In short"),
    "in_full": ("Dal valore al foglio", "From the value back to the paper"),
    "used_by": ("Chi lo legge", "What reads it"),
    "used_by_none": ("Nessun passo lo legge.", "No step reads it."),
    "by_report": (
        "{value} ({code}) è dichiarato nella relazione",
        "{value} ({code}) was declared in the report",
    ),
    "by_sum": (
        "{value} ({code}) è la somma di {count} valori",
        "{value} ({code}) is the sum of {count} values",
    ),
    "by_rule": ("{value} ({code}) è calcolato", "{value} ({code}) is computed"),
    "by_parameter": (
        "{value} ({code}) è una costante del rulebook",
        "{value} ({code}) is a constant of the rulebook",
    ),
    "by_decision": ("{code} è {value}, per decisione", "{code} is {value}, by decision"),
    "by_section": (
        "{code} è {value}, come parte del modulo",
        "{code} is {value}, as a part of the form",
    ),
    "by_missing": ("{code} manca nella relazione", "{code} is missing from the report"),
    "by_gap": ("{code}: {gap}", "{code}: {gap}"),
    "declared_in_report": (
        "dichiarato nella relazione: {value}",
        "declared in the report: {value}",
    ),
    "not_declared": (
        "non è dichiarato nella relazione: manca",
        "it is not declared in the report: missing",
    ),
    "constant": ("costante del rulebook: {value}", "constant of the rulebook: {value}"),
    "leaf_report": (
        "{code} = {value}, dichiarato nella relazione",
        "{code} = {value}, declared in the report",
    ),
    "leaf_parameter": (
        "{code} = {value}, costante del rulebook",
        "{code} = {value}, a constant of the rulebook",
    ),
    "leaf_missing": ("{code}: manca nella relazione", "{code}: missing from the report"),
    "above_already": ("spiegato sopra", "explained above"),
    "branch_not_taken": ("non valutato: ramo non scelto", "not evaluated: branch not taken"),
    "when_false": (
        "non calcolato: la regola non si applica",
        "not computed: the rule does not apply",
    ),
    "when_unsettled": (
        "non calcolato: non si sa se la regola si applica",
        "not computed: it is not known whether the rule applies",
    ),
    "replaced": ("usato il valore di riserva", "the value in reserve was used"),
    "cut_depth": (
        "altri passi più in fondo: `ruletrail explain RELAZIONE {code}`",
        "more steps further down: `ruletrail explain REPORT {code}`",
    ),
    "cut_length": (
        "la spiegazione si ferma qui, dopo {count} righe; i passi in tutto sono {total}",
        "the explanation stops here, after {count} lines; there are {total} steps in all",
    ),
    "if_else": ("{then} se {test} altrimenti {other}", "{then} if {test} else {other}"),
    "more_values": ("… altri {count}", "… {count} more"),
}
_COLUMNS: Mapping[Locale, int] = {"it": 0, "en": 1}


def say(phrase: str, language: Locale, **details: object) -> str:
    """Say a phrase; details are put in and never read as a template."""
    return _PHRASES[phrase][_COLUMNS[language]].format(**details)


def say_count(phrase: str, language: Locale, count: int, **details: object) -> str:
    """Say a phrase about a number of things; one thing has its own words."""
    return say(f"{phrase}_1" if count == 1 else phrase, language, count=count, **details)
