"""What can be wrong with scales and keyed tables, and with their calls."""

from ruletrail.problem_texts.texts import error

TEXTS = {
    "lookup-without-call": error(
        "{text} è una scala o una tabella: si legge con i suoi argomenti",
        "{text} is a scale or a table: it is read with its arguments",
        "scrivi il numero o le chiavi da cercare fra parentesi",
        "write the number or the keys to look up in brackets",
    ),
    "band-begins": error(
        "uno scaglione comincia con `from` o con `above`, una sola delle due",
        "a band begins by `from` or by `above`, just one of them",
        "`from: t` vale da t compreso, `above: t` oltre t",
        "`from: t` holds at t, `above: t` only past it",
    ),
    "band-gives": error(
        "uno scaglione di una scala {kind} ha {key}, e niente altro che risponda",
        "a band of a {kind} scale has {key}, and nothing else that answers",
        "`rate` sta in una scala `marginal`, `value` nelle altre",
        "`rate` stands in a `marginal` scale, `value` in the others",
    ),
    "scale-constant": error(
        "{text} non è un numero né il codice di un parametro numerico",
        "{text} is neither a number nor the code of a number parameter",
        "scrivi un numero con il punto decimale, o il codice di un parametro",
        "write a number with a decimal point, or the code of a parameter",
    ),
    "scale-times": error(
        "{text} moltiplica le soglie, e deve essere più di zero",
        "{text} multiplies the thresholds, and must be more than zero",
        "correggi il valore del parametro, o togli `times`",
        "mend the parameter's value, or leave `times` out",
    ),
    "scale-order": error(
        "gli scaglioni di {text} non sono in ordine: questo non comincia dopo il precedente",
        "the bands of {text} are not in order: this one does not begin after the one before",
        "metti le soglie in ordine crescente; due uguali solo in una scala `step`, prima `from` e"
        " poi `above`",
        "put the thresholds in ascending order; two equal ones only in a `step` scale, `from` and"
        " then `above`",
    ),
    "rate-in-percent": error(
        "il parametro {text} è in `%`, e un'aliquota lo prenderebbe com'è",
        "the parameter {text} is in `%`, and a rate would take it as it is",
        "dagli come valore la frazione (0.23 per il 23 per cento), e togli l'unità",
        "give it the fraction as its value (0.23 for 23 per cent), and leave the unit out",
    ),
    "table-column-lacking": error(
        "la riga non ha la colonna {column}",
        "the row does not have the column {column}",
        "ogni riga ha le colonne di `by` e `value`",
        "every row has the columns of `by`, and `value`",
    ),
    "table-column-unknown": error(
        "{column} non è una colonna della tabella",
        "{column} is not a column of the table",
        "le colonne sono quelle di `by`, cioè {by}, e `value`",
        "the columns are those of `by`, that is {by}, and `value`",
    ),
    "table-column-value": error(
        "`value` è la colonna dei valori, e non può essere una chiave",
        "`value` is the column of values, and cannot be a key",
        "chiama la chiave in un altro modo",
        "call the key by another name",
    ),
    "table-day": error(
        "{text} è un giorno, e le tabelle non hanno ancora colonne di giorni",
        "{text} is a day, and tables have no columns of days yet",
        "se è un testo scrivilo fra virgolette, o `types: {{colonna: text}}`",
        "if it is a text put it in quotes, or write `types: {{column: text}}`",
    ),
    "table-cell-type": error(
        "la cella {text} non è scritta come {type}",
        "the cell {text} is not written as {type}",
        "correggi la cella, o il tipo della colonna in `types`",
        "mend the cell, or the column's type in `types`",
    ),
    "table-value-types": error(
        "i valori della tabella non sono di un solo tipo: {text} e {first}",
        "the table's values are not of one type: {text} and {first}",
        "scrivili tutti come numeri, o tutti come testi fra virgolette",
        "write them all as numbers, or all as texts in quotes",
    ),
    "table-repeated-key": error(
        "la chiave {text} c'è già nella riga della linea {line}",
        "the key {text} is already in the row of line {line}",
        "una chiave ha una riga sola: togli l'altra",
        "a key has one row: remove the other one",
    ),
    "table-too-many-keys": error(
        "le righe di {code} rispondono a più di {limit} chiavi",
        "the rows of {code} answer for more than {limit} keys",
        "accorcia gli elenchi nelle celle, o usa `otherwise`",
        "shorten the lists in the cells, or use `otherwise`",
    ),
    "table-file-unknown": error(
        "il file {text} non si trova accanto al rulebook",
        "the file {text} cannot be found beside the rulebook",
        "mettilo nella cartella del rulebook che lo nomina",
        "put it into the folder of the rulebook that names it",
    ),
    "table-file-header": error(
        "la prima riga ha le colonne {found}, e non {columns}",
        "the first line has the columns {found}, and not {columns}",
        "scrivi nella prima riga i nomi di `by` e `value`, separati da virgole",
        "write the names of `by` and `value` on the first line, between commas",
    ),
    "table-file-cells": error(
        "la riga ha {found} celle, e le colonne sono {columns}",
        "the row has {found} cells, and there are {columns} columns",
        "una cella con una virgola sta fra virgolette; i decimali hanno il punto",
        "a cell with a comma stands in quotes; decimals have a point",
    ),
    "table-cell-empty": error(
        "la cella della colonna {column} è vuota",
        "the cell of the column {column} is empty",
        "scrivi il valore, o togli la riga",
        "write the value, or remove the row",
    ),
    "table-file-quotes": error(
        "le virgolette della cella {text} non sono chiuse, o non la racchiudono tutta",
        "the quotes of the cell {text} are not closed, or do not hold all of it",
        'una cella comincia e finisce con `"`; dentro, ogni `"` si scrive due volte',
        'a cell begins and ends with `"`; inside, each `"` is written twice',
    ),
    "table-file-empty": error(
        "il file non ha righe dopo la prima",
        "the file has no rows after the first line",
        "scrivi almeno una riga",
        "write one row at least",
    ),
    "table-file-too-long": error(
        "il file ha più di {limit} righe",
        "the file has more than {limit} rows",
        "dividi la tabella",
        "split the table",
    ),
}
