"""What can be wrong with a stored trail."""

from ruletrail.problem_texts.texts import error, hints

_TAMPERED = (
    ("la traccia non è quella scritta dal motore: prendi l'originale, "
     "o valuta di nuovo la relazione"),
    ("the trail is not the one that the engine wrote: take the original, "
     "or evaluate the report again"),
)  # fmt: skip

TEXTS = {
    "trail-not-one": error("il documento non è una traccia", "the document is not a trail",
        "una traccia si ottiene con `ruletrail evaluate RELAZIONE --format json`",
        "a trail comes from `ruletrail evaluate REPORT --format json`"),
    "trail-too-large": error("la traccia supererebbe {limit} byte",
        "the trail would be larger than {limit} bytes",
        "ogni passo ripete i campi mancanti, le scale e le tabelle che chiama, e ogni riga di una "
        "lista ha i suoi passi: compila i campi, o unisci regole e controlli di riga; `batch` "
        "senza `--trails` risponde lo stesso",
        "each step repeats the missing fields, and the scales and tables that it calls, and each "
        "row of a list has steps of its own: fill in the fields, or join rules and checks of rows; "
        "`batch` without `--trails` answers all the same"),
    "trail-version": error("la traccia è della versione {found}, qui si legge la {known}",
        "the trail is of version {found}, here version {known} is read",
        "usa la versione di ruletrail che l'ha scritta",
        "use the version of ruletrail that wrote it"),
    "trail-repeated-key": error("la traccia ripete la chiave {key}",
        "the trail repeats the key {key}", *_TAMPERED),
    "trail-number": error("una traccia scrive i numeri come testo, non {text}",
        "a trail writes numbers as text, not {text}", *_TAMPERED),
    "trail-form": error("{place} non può essere {found}", "{place} cannot be {found}",
        "la forma di una traccia è in `schemas/trail.schema.json`",
        "the form of a trail is in `schemas/trail.schema.json`"),
    "trail-key": error("manca {place}", "{place} is missing",
        "la forma di una traccia è in `schemas/trail.schema.json`",
        "the form of a trail is in `schemas/trail.schema.json`"),
    "trail-not-canonical": error(
        "i byte non sono quelli canonici: qui c'è {near} al posto di {wanted}",
        "the bytes are not the canonical ones: here stands {near} in place of {wanted}",
        "una traccia si conserva così com'è scritta, con un solo a capo alla fine: se un programma "
        "l'ha aperta e riscritta, prendi l'originale",
        "a trail is kept exactly as it was written, with one newline at the end: where a program "
        "opened it and wrote it anew, take the original"),
    "trail-digest-step": error("il passo {step} è stato cambiato: la sua impronta non corrisponde",
        "the step {step} was changed: its digest does not match", *_TAMPERED),
    "trail-digest-report": error(
        "la relazione nella traccia è stata cambiata: la sua impronta non corrisponde",
        "the report in the trail was changed: its digest does not match", *_TAMPERED),
    "trail-digest-document": error(
        "la traccia è stata cambiata: l'impronta del documento non corrisponde",
        "the trail was changed: the document's digest does not match", *_TAMPERED),
    "trail-report": error(
        "{place} non può essere {found}: non è ciò che il modulo e il rulebook dichiarano",
        "{place} cannot be {found}: it is not what form and rulebook declare", *_TAMPERED),
    "trail-name": error("{code} è il nome di due cose, o di una che nulla usa, o è riservato",
        "{code} names two things, or one that nothing uses, or is a reserved word", *_TAMPERED),
    "trail-mark": error(
        "nel passo {step}, un caso sta a {found}, ma quello prima di lui a {before}",
        "in the step {step}, a case stands at {found}, but the one before it at {before}",
        *_TAMPERED),
    "trail-source": error("{step} cita la fonte {source}, che la traccia non descrive",
        "{step} names the source {source}, which the trail does not describe", *_TAMPERED),
    "trail-formula": error("nel passo {step}, {text} non è una formula",
        "in the step {step}, {text} is not a formula", *_TAMPERED),
    "trail-types": error(
        "nel passo {step}, {text} non è del linguaggio: tipi o unità non vanno d'accordo",
        "in the step {step}, {text} is not of the language: types or units do not agree",
        *_TAMPERED),
    "trail-read": error(
        "il passo {step} usa {code}, che nessun passo precedente, parametro o campo dà",
        "the step {step} reads {code}, which no earlier step, parameter or field gives",
        *_TAMPERED),
    "trail-step": error("nel passo {step}, {place} è {found}, ma da ciò che usa segue {derived}",
        "in the step {step}, {place} is {found}, but from what it reads follows {derived}",
        *_TAMPERED),
    "trail-template": error("nel passo {step}, {text} non è un modello di frase",
        "in the step {step}, {text} is not a template of a sentence", *_TAMPERED),
    "trail-sentence-lost": error("il passo {step} deve mostrare una frase e non la mostra",
        "the step {step} must show a sentence and does not", *_TAMPERED),
    "trail-sentence-unfounded": error(
        "il passo {step} mostra una frase che il suo esito non prevede",
        "the step {step} shows a sentence that its outcome does not have", *_TAMPERED),
    "trail-place": error("il passo {step} ha il posto {found}, ma nel rulebook gli tocca {derived}",
        "the step {step} has the place {found}, but in the rulebook it has {derived}", *_TAMPERED),
    "trail-order": error("il passo {step} non è al suo posto: prima viene {other}",
        "the step {step} is out of order: {other} comes first", *_TAMPERED),
    "trail-result": error("{place} è {found}, ma dai passi segue {derived}",
        "{place} is {found}, but from the steps follows {derived}", *_TAMPERED),
    "trail-rulebook-changed": error(
        "il rulebook {text} trovato qui non è quello della traccia: ha un'altra impronta",
        "the rulebook {text} found here is not the one of the trail: its digest is another",
        "una versione pubblicata non cambia: cerca la copia originale, o indicala con `--rulebook`",
        "a published version never changes: find the original copy, or name it with `--rulebook`"),
    "trail-rulebook-unknown": error(
        "per valutare di nuovo serve il rulebook {text}, che qui non c'è",
        "to evaluate again, the rulebook {text} is needed and is not here",
        "indicalo con `--rulebook`, o verifica senza `--replay`",
        "name it with `--rulebook`, or verify without `--replay`"),
    "trail-replay": error("valutando di nuovo, {place} è {derived} e non {found}",
        "evaluated again, {place} is {derived} and not {found}",
        "se la versione del motore è un'altra, ripeti con quella che la traccia nomina in `engine`",
        "if the engine's version is another one, repeat with the one that the trail names in "
        "`engine`"),
}  # fmt: skip

HINTS = hints(
    ("empty-trail",
        "una traccia la scrive `ruletrail evaluate RELAZIONE --format json -o traccia.json`",
        "`ruletrail evaluate REPORT --format json -o trail.json` writes a trail"),
    ("trail-cut", "il file finisce a metà: riprendi l'originale, intero, da chi l'ha prodotto",
        "the file ends in the middle: take the original, whole, from where it was made"),
    ("rulebook-of-trail",
        ("la traccia è di {named}: valuta di nuovo con quella versione, che senza `--rulebook` si "
         "trova da sola se è in una raccolta"),
        ("the trail is of {named}: evaluate again by that version, which is found without "
         "`--rulebook` where a library has it")),
)  # fmt: skip
