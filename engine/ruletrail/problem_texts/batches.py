"""What can be wrong with many reports at once (`ruletrail batch`)."""

from ruletrail.problem_texts.texts import error

TEXTS = {
    "batch-format": error(
        "dal nome {text} non si capisce se sia JSONL, CSV o Parquet", "the name {text} does not tell JSONL, CSV or Parquet",
        "usa `.jsonl`, `.csv` o `.parquet`, oppure `--from` e `--to`", "use `.jsonl`, `.csv` or `.parquet`, or `--from` and `--to`"),
    "batch-parquet-stream": error(
        "dai flussi standard non passa Parquet", "standard streams carry no Parquet",
        "indica un file", "name a file"),
    "batch-header": error(
        "la prima riga deve contenere i nomi delle colonne", "the first line must hold the names of the columns",
        "scrivi i codici dei campi, per esempio `rulebook,subject.comune,R03`",
        "write the codes of the fields, for example `rulebook,subject.comune,R03`"),
    "batch-delimiter": error(
        "nella prima riga ci sono separatori diversi: {text}", "the first line holds different delimiters: {text}",
        "usa un solo separatore: virgola, punto e virgola o tabulazione", "use one delimiter: comma, semicolon or tab"),
    "batch-column-unknown": error(
        "la colonna {text} non è un campo del modulo", "the column {text} is no field of the form",
        "le colonne sono i codici dei campi, `rulebook` e `subject.…`", "columns are the codes of fields, `rulebook` and `subject.…`"),
    "batch-column-repeated": error(
        "la colonna {text} c'è due volte", "the column {text} stands twice", "tieni una sola delle due", "keep one of the two"),
    "batch-column-type": error(
        "la colonna {text} è di tipo {found}", "the column {text} is of type {found}",
        "usa numeri, decimali, testi o booleani", "use numbers, decimals, texts or booleans"),
    "batch-column-taken": error(
        "la voce {code} ha il nome di una colonna del risultato", "the entry {code} has the name of a column of the result",
        "scrivi il risultato in JSONL", "write the result as JSONL"),
    "batch-quotes": error(
        "le virgolette non sono chiuse, o stanno dentro una cella: {near}", "quotes are not closed, or stand inside a cell: {near}",
        'racchiudi la cella fra virgolette e raddoppia quelle interne: `"così ""scritto"""`',
        'put the cell in quotes and double those inside: `"written ""like this"""`'),
    "batch-cells": error(
        "la riga ha {found} celle, l'intestazione {expected}", "the row has {found} cells, the header {expected}",
        "controlla i separatori e le virgolette", "check delimiters and quotes"),
    "batch-no-rulebook": error(
        "nessuna delle prime righe dice quale rulebook le valuta", "none of the first rows says which rulebook evaluates them",
        "indicalo con `--rulebook`", "name it with `--rulebook`"),
    "batch-output-in-use": error(
        "un'altra esecuzione sta scrivendo {file}", "another run is writing {file}",
        "aspetta che finisca, o scegli un altro nome", "wait until it ends, or choose another name"),
    "batch-output-is-input": error(
        "{file} è anche l'ingresso: il risultato lo cancellerebbe", "{file} is the input too: the result would erase it",
        "scegli un altro nome", "choose another name"),
    "batch-resume-other": error(
        "quel che resta di {file} viene da altri dati, da un altro rulebook o da altre opzioni",
        "what is left of {file} comes from other data, another rulebook or other options",
        "ripeti con gli stessi, o ricomincia senza `--resume`", "repeat with the same ones, or start anew without `--resume`"),
    "batch-resume-stream": error(
        "`--resume` non vale per i flussi standard", "`--resume` does not work with standard streams",
        "indica un file di ingresso e uno di uscita", "name an input file and an output file"),
    "worker-other-engine": error(
        "su questa macchina c'è un altro ruletrail ({version}, file {found}) da quello che ha preparato il lavoro (file {expected})",
        "this machine has another ruletrail ({version}, files {found}) than the one that prepared the job (files {expected})",
        "installa la stessa versione su tutte le macchine", "install the same version on every machine"),
    "worker-other-plan": error(
        "il piano di {rulebook} non è arrivato come è partito", "the plan of {rulebook} did not arrive as it left",
        "segnalalo, con le versioni di Python delle macchine", "report it, with the Python versions of the machines"),
    "row-killed-worker": error(
        "la riga {row} ha fatto cadere due volte il processo che la valutava",
        "the row {row} brought down the process that evaluated it twice",
        "valuta la riga da sola, con più memoria", "evaluate the row alone, with more memory"),
    "row-defect": error(
        "la riga {row} ha incontrato un difetto di ruletrail", "the row {row} met a defect of ruletrail",
        "segnalalo, con la riga", "report it, with the row"),
}  # fmt: skip
