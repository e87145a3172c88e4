"""Why a code is not renamed in an editor (`ruletrail lsp`)."""

from ruletrail.problem_texts.texts import error

TEXTS = {
    "rename-nothing": error("qui non c'è un codice del rulebook",
        "no code of the rulebook stands here",
        "porta il cursore su un codice, in una formula o dove è dichiarato",
        "put the cursor on a code, in a formula or where it is declared"),
    "rename-taken": error("il codice {code} c'è già", "the code {code} is there already",
        "scegli un codice che nessuno usa", "choose a code that nothing uses"),
    "rename-field": error("{code} è un campo dello schema {file}: le relazioni lo chiamano così",
        "{code} is a field of the schema {file}: reports call it so",
        "rinominalo prima nello schema, poi nel rulebook e nelle relazioni",
        "rename it in the schema first, then in the rulebook and in the reports"),
    "rename-inherited": error("{code} è dichiarato in {file}, non qui",
        "{code} is declared in {file}, not here",
        "rinominalo in quel file", "rename it in that file"),
    "rename-for-each": error("{code} viene da un `for_each`, che ne compone il codice",
        "{code} comes from a `for_each`, which puts its code together",
        "cambia a mano la voce con `for_each` e chi la legge",
        "change the entry with `for_each` and what reads it by hand"),
    "rename-unsafe": error("chiamare {new} il codice {code} lascerebbe il rulebook con un errore",
        "calling the code {code} {new} would leave an error in the rulebook",
        "correggi prima gli errori che ci sono, o cambia a mano le voci che lo compongono",
        "correct the errors that are there first, or change by hand the entries that put it"
        " together"),
}  # fmt: skip
