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
        "scrivi un numero con il punto decimale, o il codice di un parametro; ciò che si calcola "
        "sta nella regola che legge la scala",
        "write a number with a decimal point, or the code of a parameter; what is computed belongs "
        "in the rule that reads the scale",
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
    "table-column-unwritten": error(
        "nessuna riga della tabella ha la colonna {column}",
        "no row of the table has the column {column}",
        "scrivi in `by` le colonne come nelle righe, senza `value`",
        "write the columns in `by` as the rows have them, without `value`",
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
        "{text} è un giorno, in una colonna che non è di giorni",
        "{text} is a day, in a column that is not one of days",
        "scrivi giorni in tutta la colonna; se è un testo scrivilo fra virgolette, o"
        " `types: {{colonna: text}}`",
        "write days in all of the column; if it is a text put it in quotes, or write"
        " `types: {{column: text}}`",
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
        "scrivili tutti come numeri, o tutti come testi fra virgolette; un codice o una formula"
        " qui non si legge",
        "write them all as numbers, or all as texts in quotes; no code or formula is read here",
    ),
    "table-repeated-key": error(
        "la chiave {text} c'è già nella riga {line}",
        "the key {text} is already in line {line}",
        "una chiave ha una riga sola: togli l'altra",
        "a key has one row: remove the other one",
    ),
    "table-too-many-keys": error(
        "le righe di {code} rispondono a più di {limit} chiavi",
        "the rows of {code} answer for more than {limit} keys",
        "accorcia gli elenchi nelle celle, o usa `otherwise`",
        "shorten the lists in the cells, or use `otherwise`",
    ),
    "tables-too-large": error(
        "le tabelle del rulebook, con quelle che estende, hanno in tutto più di {limit} celle,"
        " contando le righe di un file per ogni tabella che lo nomina",
        "the tables of the rulebook, with those that it extends, have more than {limit} cells in"
        " all, the rows of a file counted for each table that names it",
        "una tabella con una chiave in più prende il posto di molte; o accorcia gli elenchi nelle"
        " celle",
        "one table with one more key takes the place of many; or shorten the lists in the cells",
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
        "le celle della riga non sono quante le colonne: {found}, e non {columns}",
        "the row has not as many cells as there are columns: {found}, and not {columns}",
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
    "dated-without-day": error(
        "i valori di {code} dipendono da un giorno, e nessuno dice quale",
        "the values of {code} depend on a day, and nothing says which",
        "scrivi in testa al rulebook `day` con il codice di un campo data, o `day` nella voce",
        "write `day` with the code of a date field at the head of the rulebook, or in the entry",
    ),
    "day-not-date": error(
        "{text} non è un campo data né una regola data della relazione",
        "{text} is neither a date field nor a date rule of the report",
        "`day` nomina il giorno che decide: un campo con `format: date`, o una regola che dà una"
        " data; mai una riga di un elenco",
        "`day` names the day that decides: a field with `format: date`, or a rule that gives a"
        " date; never a row of a list",
    ),
    "day-reads-dated": error(
        "il giorno {text} dipende da {code}, di cui decide il valore",
        "the day {text} depends on {code}, whose value it decides",
        "usa come `day` un giorno che si sa senza {code}",
        "take for `day` a day that is known without {code}",
    ),
    "day-of-nothing": error(
        "`day` non decide nulla: {code} è lo stesso in ogni giorno",
        "`day` decides nothing: {code} is the same on all days",
        "togli `day`, o scrivi i valori con il giorno da cui valgono",
        "remove `day`, or write the values with the day from which on they hold",
    ),
    "dated-order": error(
        "questo comincia il {text}, e quello prima il {first}",
        "this one begins on {text}, and the one before it on {first}",
        "metti i giorni di `from` in ordine, ciascuno una volta",
        "put the days of `from` in order, each of them once",
    ),
    "dated-until": error(
        "finisce il {text}, prima di cominciare il {first}",
        "it ends on {text}, before it begins on {first}",
        "correggi `until` o `from`; il giorno di `until` è compreso",
        "mend `until` or `from`; the day of `until` is included",
    ),
    "dated-overlap": error(
        "finisce il {text}, e quello dopo comincia già il {first}",
        "it ends on {text}, and the next one begins already on {first}",
        "togli `until`, o scrivi un giorno prima di quello in cui comincia il seguente",
        "remove `until`, or write a day before the one on which the next one begins",
    ),
    "dated-types": error(
        "i valori non sono di un solo tipo: {text} e {first}",
        "the values are not of one type: {text} and {first}",
        "scrivili tutti come numeri, o tutti come giorni, o tutti fra virgolette",
        "write all as numbers, or all as days, or all in quotes",
    ),
    "scale-days-differ": error(
        "il parametro {text} dipende da un giorno che non è quello della scala, {day}",
        "the parameter {text} depends on a day that is not the scale's, {day}",
        "una scala e i suoi parametri dipendono dallo stesso giorno: dai a tutti lo stesso `day`",
        "a scale and its parameters depend on one day: give all of them the same `day`",
    ),
    "too-many-dated-bands": error(
        "le scale avrebbero più di {limit} fasce in tutto, contate di nuovo per ogni periodo",
        "the scales would have more than {limit} bands in all, counted anew for each period",
        "ogni giorno in cui cambia una costante di una scala ne comincia un altro: dividi la "
        "scala, o fai cambiare le sue costanti negli stessi giorni",
        "each day on which a constant of a scale changes begins another: split the scale, or let "
        "its constants change on the same days",
    ),
}
