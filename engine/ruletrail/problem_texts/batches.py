"""What can be wrong with many reports at once (`ruletrail batch`)."""

from ruletrail.problem_texts.texts import error, hints, warning

TEXTS = {
    "working-folder-lost": error("la cartella di lavoro non c'è più",
        "the working folder is no longer there",
        "qualcuno l'ha tolta: spostati in un'altra con `cd`, o di nuovo nella stessa se è stata "
        "rifatta",
        "somebody removed it: change into another one by `cd`, or into the same again if it was "
        "made anew"),
    "system-refused": error("il sistema non concede altro: {text}",
        "the system gives no more: {text}",
        "chiudi altri programmi, usa meno `--workers`, o alza il limite (`ulimit -n`)",
        "close other programs, use fewer `--workers`, or raise the limit (`ulimit -n`)"),
    "batch-format": error("dal nome {text} non si capisce se sia JSONL, CSV, Parquet o Excel",
        "the name {text} does not tell JSONL, CSV, Parquet or Excel",
        "usa `.jsonl`, `.csv`, `.parquet` o `.xlsx`, oppure di' che cos'è con `--from`",
        "use `.jsonl`, `.csv`, `.parquet` or `.xlsx`, or say what it is by `--from`"),
    "batch-parquet-stream": error("dai flussi standard non passa {form}",
        "standard streams carry no {form}",
        "indica un file", "name a file"),
    "batch-header": error("la prima riga deve contenere i nomi delle colonne",
        "the first line must hold the names of the columns",
        "scrivi i codici dei campi, per esempio `rulebook,subject.comune,R03`; un modulo solo, con "
        "un rigo per riga, salvato come PDF o come testo con le tabulazioni, lo legge `ruletrail "
        "read`",
        "write the codes of the fields, for example `rulebook,subject.comune,R03`; one form, with "
        "its rows one below the other, is read by `ruletrail read`, saved as PDF or as text with "
        "tabs"),
    "batch-delimiter": error("nella prima riga ci sono separatori diversi: {text}",
        "the first line holds different delimiters: {text}",
        "la prima riga contiene i nomi delle colonne, con un solo separatore: virgola, punto e "
        "virgola o tabulazione",
        "the first line holds the names of the columns, with one delimiter: comma, semicolon or "
        "tab"),
    "batch-column-unknown": error("la colonna {text} non è un campo del modulo",
        "the column {text} is not a field of the form",
        "se deve arrivare nel risultato com'è, indicala con `--keep`; se no toglila: le colonne "
        "sono i codici dei campi, `rulebook` e `subject.…`",
        "if it should reach the result as it is, name it with `--keep`; else leave it out: columns "
        "are the codes of fields, `rulebook` and `subject.…`"),
    "batch-column-repeated": error("la colonna {text} c'è due volte",
        "the column {text} stands twice",
        "tieni una sola delle due", "keep one of the two"),
    "batch-column-type": error("la colonna {text} è di tipo {found}",
        "the column {text} is of type {found}",
        "usa numeri, testi o valori vero/falso", "use numbers, texts or true/false values"),
    "table-value": error("nella riga {row}, contata da 0, c'è {text}, e qui serve {expected}",
        "in row {row}, counted from 0, there is {text}, and {expected} is needed here",
        "dove il dato manca scrivi None; un numero è un int, un float finito, un Decimal o una "
        "frazione decimale, con al più 15 cifre intere e 10 decimali, mai un testo",
        "where it is missing write None; a number is an int, a finite float, a Decimal or a "
        "decimal fraction, of at most 15 digits before the point and 10 decimals, never a text"),
    "table-lengths": error("le colonne non sono lunghe uguali: {found}",
        "the columns are not equally long: {found}",
        "ogni colonna ha un valore per riga; dove il dato manca scrivi None",
        "each column has one value a row; where it is missing write None"),
    "batch-column-taken": error("la voce {code} ha il nome di una colonna del risultato",
        "the entry {code} has the name of a column of the result",
        "scrivi il risultato in JSONL", "write the result as JSONL"),
    "batch-keep-taken": error("la colonna {text} da tenere ha il nome di una colonna del risultato",
        "the column {text} to be kept has the name of a column of the result",
        "cambiale nome nel file di ingresso", "give it another name in the input"),
    "batch-keep-alike": warning(
        "la colonna {text} si tiene com'è e non si legge, ma somiglia a {code}, che il file "
        "non ha",
        "the column {text} is kept as it is and not read, but looks like {code}, which "
        "the file lacks",
        "se è quella, chiamala {code}", "if it is that one, call it {code}"),
    "batch-keep-type": error(
        "la colonna {text} da tenere è di tipo {found}, che un testo non riporta esattamente",
        "the column {text} to be kept is of type {found}, which no text says exactly",
        "lasciala fuori da `--keep`, o scrivi il risultato in Parquet",
        "leave it out of `--keep`, or write the result as Parquet"),
    "batch-keep-unknown": error("da tenere c'è la colonna {text}, che il file non ha",
        "the column {text} is to be kept, and the file has none of this name",
        "controlla i nomi nella prima riga del file", "check the names in the file's first line"),
    "batch-keep-lines": error("fra le chiavi di JSONL da tenere non può esserci {text}",
        "{text} cannot be among the keys of JSONL to be kept",
        "indica per nome le chiavi che stanno accanto a `fields`, per esempio `--keep id`",
        "name the keys that stand beside `fields`, for example `--keep id`"),
    "batch-decimal-unclear": error(
        "{text} non dice se il segno decimale del file sia la virgola o il punto",
        "{text} does not tell whether the file's decimal sign is the comma or the point",
        "dillo con `--decimal comma` o `--decimal point`",
        "say it with `--decimal comma` or `--decimal point`"),
    "batch-encoding": error("il byte {byte} non vuol dire nulla in {encoding}",
        "the byte {byte} means nothing in {encoding}",
        "salva di nuovo il file in UTF-8, o indica la codifica giusta con `--encoding`",
        "save the file again as UTF-8, or name the right encoding with `--encoding`"),
    "batch-workbook": error("{file} non si legge come cartella di lavoro .xlsx",
        "{file} cannot be read as an .xlsx workbook",
        "aprilo con un foglio di calcolo e salvalo di nuovo come .xlsx, senza password",
        "open it with a spreadsheet and save it again as .xlsx, without a password"),
    "batch-workbook-size": error("nella cartella di lavoro la parte {part} supera {limit}",
        "in the workbook the part {part} is larger than {limit}",
        "salva il foglio come CSV", "save the sheet as CSV"),
    "batch-sheet-unknown": error("la cartella di lavoro non ha un foglio {text}",
        "the workbook has no sheet {text}",
        "i suoi fogli sono {known}", "its sheets are {known}"),
    "batch-sheet-merged": error("nel foglio le celle {text} sono unite",
        "the cells {text} of the sheet are merged",
        "separale: una sola di loro ha un valore, le altre sembrerebbero vuote; un modulo solo, "
        "salvato come PDF o come testo con le tabulazioni, lo legge `ruletrail read`",
        "part them: only one of them has a value, the others would seem empty; one form is read by "
        "`ruletrail read`, saved as PDF or as text with tabs"),
    "batch-sheet-gap": error("nel foglio ci sono {count} righe vuote sopra la riga {line}",
        "the sheet has {count} empty rows above row {line}",
        "elimina le righe vuote, o la riga {line} se è scritta per sbaglio (Ctrl+Fine ci porta)",
        "delete the empty rows, or row {line} if it is there by mistake (Ctrl+End leads to it)"),
    "batch-sheet-columns": error("il risultato ha {found} colonne, un foglio al massimo {most}",
        "the result has {found} columns, a sheet at most {most}",
        "scrivilo in CSV o in Parquet", "write it as CSV or Parquet"),
    "batch-cell-error": error("la cella contiene l'errore {text}",
        "the cell holds the error {text}",
        "correggi la formula o il valore", "correct the formula or the value"),
    "batch-cell-duration": error("la cella contiene una durata, {text} (ore, minuti e secondi)",
        "the cell holds a duration, {text} (hours, minutes and seconds)",
        "nessun campo contiene durate: scrivi un numero nell'unità del campo, con il formato di un "
        "numero; 37:30 in ore è 37,5 (la cella per 24)",
        "no field holds durations: write a number in the unit of the field, with the format of a "
        "number; 37:30 in hours is 37.5 (the cell times 24)"),
    "batch-cell-uncomputed": error("la cella contiene una formula che nessuno ha calcolato",
        "the cell holds a formula that nobody has computed",
        "apri il file con un foglio di calcolo e salvalo, o scrivi il valore",
        "open the file with a spreadsheet and save it, or write the value"),
    "batch-quotes": error("le virgolette non sono chiuse, o stanno dentro una cella: {near}",
        "quotes are not closed, or stand inside a cell: {near}",
        'racchiudi la cella fra virgolette e raddoppia quelle interne: `"così ""scritto"""`',
        'put the cell in quotes and double those inside: `"written ""like this"""`'),
    "batch-cells": error("le celle della riga sono {found}, quelle dell'intestazione {expected}",
        "cells in the row: {found}, in the header: {expected}",
        "controlla i separatori e le virgolette", "check delimiters and quotes"),
    "batch-line-end": error("la riga finisce con un ritorno a capo (CR) senza avanzamento (LF)",
        "the line ends by a carriage return (CR) without a line feed (LF)",
        "salva il file con le righe di Unix (LF) o di Windows (CRLF); un ritorno a capo che sta "
        "in un testo va fra virgolette",
        "save the file with the lines of Unix (LF) or of Windows (CRLF); a carriage return that "
        "is part of a text goes in quotes"),
    "batch-no-rulebook": error("nessuna delle prime righe dice quale rulebook le valuta",
        "none of the first rows says which rulebook evaluates them",
        "indicalo con `--rulebook`, per esempio `--rulebook sociale/2024`",
        "name it with `--rulebook`, for example `--rulebook sociale/2024`"),
    "batch-page-size": error(
        "nella colonna {text} c'è una pagina di più di {page_limit} MB, o un testo di più di "
        "{text_limit} MB in un dizionario",
        "in the column {text} there is a page of more than {page_limit} MB, or a text of more than "
        "{text_limit} MB in a dictionary",
        "togli la colonna o accorcia i testi, e scrivi il file con pagine di 1 MB, come quasi "
        "tutti i programmi",
        "remove the column or shorten its texts, and write the file with pages of 1 MB, as most "
        "programs do"),
    "batch-moved": error(
        "{file} è cambiato mentre veniva letto: le righe potrebbero essere di due file",
        "{file} changed while it was read: the rows may be those of two files",
        "ripeti quando nessuno lo cambia, o valuta una copia",
        "repeat when nobody changes it, or evaluate a copy"),
    "batch-output-in-use": error("un'altra esecuzione sta scrivendo {file}",
        "another run is writing {file}",
        "aspetta che finisca, o scegli un altro nome",
        "wait until it ends, or choose another name"),
    "batch-resume-other": error(
        "quel che resta di {file} viene da altri dati, da un altro rulebook o da altre opzioni",
        "what is left of {file} comes from other data, another rulebook or other options",
        "ripeti con gli stessi, o ricomincia senza `--resume`",
        "repeat with the same ones, or start anew without `--resume`"),
    "batch-resume-stream": error("`--resume` non vale per i flussi standard",
        "`--resume` does not work with standard streams",
        "indica un file di ingresso e uno di uscita", "name an input file and an output file"),
    "worker-other-engine": error(
        "su questa macchina c'è un altro ruletrail ({version}, file {found}) da quello che ha "
        "preparato il lavoro (file {expected})",
        "this machine has another ruletrail ({version}, files {found}) than the one that prepared "
        "the job (files {expected})",
        "installa la stessa versione su tutte le macchine",
        "install the same version on every machine"),
    "worker-other-plan": error("il piano di {rulebook} non è arrivato come è partito",
        "the plan of {rulebook} did not arrive as it left",
        "segnalalo, con le versioni di Python delle macchine",
        "report it, with the Python versions of the machines"),
    "row-killed-worker": error(
        "la riga {row} ha fatto cadere due volte il processo che la valutava",
        "the row {row} brought down the process that evaluated it twice",
        "valuta la riga da sola, con più memoria", "evaluate the row alone, with more memory"),
    "row-without-memory": error("per valutare la riga {row} non c'è abbastanza memoria",
        "there is not enough memory to evaluate row {row}",
        "valutala di nuovo con più memoria, o con meno `--workers`",
        "evaluate it again with more memory, or with fewer `--workers`"),
    "row-defect": error("la riga {row} ha incontrato un difetto di ruletrail",
        "the row {row} met a defect of ruletrail",
        "segnalalo, con la riga", "report it, with the row"),
}  # fmt: skip

HINTS = hints(
    ("form-of-output", "usa `.jsonl`, `.csv`, `.parquet` o `.xlsx`, oppure di' la forma con `--to`",
        "use `.jsonl`, `.csv`, `.parquet` or `.xlsx`, or say the form by `--to`"),
    ("nor-file", "e nemmeno un file: correggi il nome", "nor a file: mend the name"),
    ("pairs-of-codes",
        ("se ogni riga è un codice con il suo valore, è una relazione sola: scrivila in YAML, con "
         "`rulebook: nome/edizione`, poi `fields:` e sotto, più a destra, un `codice: valore` per "
         "riga; se sono molte, in un CSV i codici stanno nella prima riga, e una relazione in ogni "
         "riga che segue: la legge `ruletrail batch`"),
        ("if each row is a code with its value, it is one report: write it in YAML, with "
         "`rulebook: name/edition`, then `fields:` and below it, further right, one `code: value` "
         "a line; if there are many, the codes of a CSV stand in the first row, and a report in "
         "each row after it: `ruletrail batch` reads it")),
    ("keys-are-texts", "le chiavi sono i nomi delle celle del modulo, scritti come testi",
        "keys are the names of the form's cells, written as texts"),
    ("nameless-column",
        "scrivi nella prima riga il codice del campo; una colonna vuota si toglie",
        "write the code of the field in the first row; an empty column is taken out"),
    ("empty-row", "la riga è vuota: toglila", "the row is empty: take it out"),
    ("subject-column", "per dire di chi è la relazione, intitola la colonna {instead}",
        "to say whose report it is, head the column {instead}"),
    ("subject-columns",
        ("aggiungi le colonne `subject.…` che dicono di chi è la riga;"
        " in una relazione sola sono {example}"),
        ("add the columns `subject.…` that say whose the row is;"
        " in a report of its own they are {example}")),
    ("cell-fill",
        "scrivi il suo valore nella colonna {column}; se la colonna non c'è, aggiungila",
        "write its value in the column {column}; if there is no such column, add it"),
    ("day-as-date32",
        ("un giorno sta in una colonna di tipo `date32`: converti questa (`cast` in Arrow, "
        "`CAST(… AS DATE)` in SQL); per il resto usa numeri, testi o valori vero/falso"),
        ("a day stands in a column of type `date32`: cast this one (`cast` in Arrow, `CAST(… "
        "AS DATE)` in SQL); for anything else use numbers, texts or true/false values")),
    ("value-of-day",
        ("dove il dato manca scrivi None; un giorno è una data, un testo come `2025-01-31`, o "
        "un momento a mezzanotte e senza fuso, dal `0001-01-01` al `9999-12-31`"),
        ("where it is missing write None; a day is a date, a text like `2025-01-31`, or a "
        "moment at midnight without a zone, from `0001-01-01` to `9999-12-31`")),
    ("header-of-codes",
        ("una colonna per campo, con il suo codice ({known}), e una relazione per riga; "
         "in un CSV e in un foglio i codici stanno nella prima riga; un modulo solo, con un rigo "
         "per riga, salvato come PDF o come testo con le tabulazioni, lo legge `ruletrail read`"),
        ("a column for each field, with its code ({known}), and a report in each row; in a "
         "CSV and in a sheet the codes stand in the first row; one form, with its rows one below "
         "the other, is read by `ruletrail read`, saved as PDF or as text with tabs")),
    ("parquet-damaged", "il file è rovinato o non è Parquet: fallo scrivere di nuovo",
        "the file is damaged, or is not Parquet: have it written again"),
    ("no-file", "non è un file: indicane uno, o `-` per lo standard output",
        "it is not a file: name one, or `-` for standard output"),
    ("cell-number",
        ("scrivi solo cifre e, se serve, un punto: {example}; se il dato manca, lascia vuota "
         "la cella"),
        ("write digits only and, where needed, a point: {example}; if there is no value, leave "
         "the cell empty")),
    ("cell-number-whole", "scrivi solo cifre: {example}; se il dato manca, lascia vuota la cella",
        "write digits only: {example}; if there is no value, leave the cell empty"),
    ("cell-alone",
        ("scrivi nella cella soltanto il numero, e non come testo; se il dato manca, lascia "
         "vuota la cella"),
        ("write the number alone in the cell, and not as text; if there is no value, leave the "
         "cell empty")),
    ("cell-is-text",
        ("è un numero salvato come testo: riscrivilo nel foglio come numero, o aggiungi "
         "{instead} se tutti i numeri salvati come testo sono scritti così"),
        ("it is a number stored as text: write it as a number in the sheet, or add {instead} "
         "if all numbers stored as text are written so")),
    ("cell-is-text-either",
        ("è un numero salvato come testo: riscrivilo nel foglio come numero, o aggiungi "
         "`--decimal comma` o `--decimal point`, secondo come sono scritti i decimali"),
        ("it is a number stored as text: write it as a number in the sheet, or add `--decimal "
         "comma` or `--decimal point`, as the decimals are written")),
    ("json-as-lines",
        ("se ogni riga del file è una relazione, aggiungi `--from jsonl`; se è un elenco, scrivi "
         "una relazione per riga in un file `.jsonl`, senza `[` e `]` attorno né virgole fra "
         "l'una e l'altra"),
        ("if each line of the file is a report, add `--from jsonl`; if it is a list, write one "
         "report a line in a file `.jsonl`, without `[` and `]` around them or commas between")),
    ("titled-column",
        ("se è {fields}, intitola la colonna con il codice; se deve arrivare nel risultato com'è, "
         "indicala con `--keep`; se no toglila"),
        ("if it is {fields}, call the column by that code; if it should reach the result as it is, "
         "name it with `--keep`; else leave it out")),
    ("lacking-column",
        ("del rigo {row} il modulo ha solo {codes}: se la colonna è di un altro rigo correggi il "
         "codice, se no toglila, o indicala con `--keep`"),
        ("of the row {row} the form has only {codes}: if the column is of another row mend the "
         "code, else leave it out, or name it with `--keep`")),
    ("titled-columns",
        ("se è uno fra {fields}, intitola la colonna con il suo codice; se deve arrivare nel "
         "risultato com'è, indicala con `--keep`; se no toglila"),
        ("if it is one of {fields}, call the column by its code; if it should reach the result as "
         "it is, name it with `--keep`; else leave it out")),
    ("number-form-comma-whole",
        ("scrivi cifre e semmai un punto ogni tre: {example}; se il dato manca, lascia vuota la "
         "cella"),
        ("write digits and at most a point every three: {example}; if there is no value, leave "
         "the cell empty")),
    ("number-form-comma",
        ("scrivi cifre, la virgola decimale e semmai un punto ogni tre cifre: {example}; se "
         "il dato manca, lascia vuota la cella"),
        ("write digits, the decimal comma and at most a point every three digits: {example}; "
         "if there is no value, leave the cell empty")),
    ("csv-decimal",
        ("nelle prime righe del file tutti i numeri sono interi e il segno decimale non si "
         "capisce: dillo con `--decimal comma` o `--decimal point`"),
        ("in the file's first rows all numbers are whole and do not tell the decimal sign: say "
         "it with `--decimal comma` or `--decimal point`")),
    ("csv-decimal-comma",
        ("i numeri di questo file hanno la virgola decimale: aggiungi `--decimal comma`, che "
         "vale per tutte le celle"),
        ("the numbers of this file have a decimal comma: add `--decimal comma`, which holds for "
         "all cells")),
    ("csv-encoding",
        ("salvalo di nuovo in UTF-8; se viene da Excel in italiano prova "
         "`--encoding cp1252`"),
        "save it again as UTF-8; if it comes from Excel, try `--encoding cp1252`"),
    ("header-separator",
        ("le colonne si separano con virgola, punto e virgola o tabulazione, non con `|`: "
        "salva di nuovo la tabella"),
        "columns are apart by comma, semicolon or tab, not by `|`: save the table again"),
    ("header-of-excel",
        "togli la prima riga, `sep=`: il separatore si riconosce da solo",
        "take the first line out, `sep=`: the delimiter is recognised without it"),
    ("header-of-sheet",
        ("la prima riga è quella dei codici ({known}), una colonna per campo; se le relazioni "
         "stanno in un altro foglio, indicalo con `--sheet NOME`; un modulo solo, salvato come PDF "
         "o come testo con le tabulazioni, lo legge `ruletrail read`"),
        ("the first row is that of the codes ({known}), a column for each field; if the "
         "reports stand in another sheet, name it with `--sheet NAME`; one form is read by "
         "`ruletrail read`, saved as PDF or as text with tabs")),
    ("rulebook-or-sheet",
        ("la prima riga, con i codici dei campi, qui comincia con {text}; se le relazioni stanno "
         "in un altro foglio, scrivi per esempio {option}; gli altri fogli sono {sheets}; se "
         "stanno in questo indica il rulebook, per esempio `--rulebook sociale/2024`"),
        ("the first row, with the codes of the fields, begins here with {text}; if the reports "
         "stand in another sheet, write for example {option}; the other sheets are {sheets}; if "
         "they stand in this one name the rulebook, for example `--rulebook sociale/2024`")),
    ("other-sheets",
        ("se le relazioni stanno in un altro foglio, scrivi per esempio {option}; gli altri fogli "
         "sono {sheets}; la prima riga è quella dei codici, una colonna per campo"),
        ("if the reports stand in another sheet, write for example {option}; the other sheets are "
         "{sheets}; the first row is that of the codes, a column for each field")),
    ("list-cell",
        ("la cella contiene tutte le righe dell'elenco, come JSON: "
        '`[{{"codice": valore, …}}, …]`'),
        'the cell holds all rows of the list, as JSON: `[{{"code": value, …}}, …]`'),
    ("list-column",
        ("le righe dell'elenco {list} stanno tutte nella colonna {list}, come JSON: "
        '`[{{"codice": valore, …}}, …]`'),
        ("all rows of the list {list} stand in the column {list}, as JSON: "
        '`[{{"code": value, …}}, …]`')),
)  # fmt: skip
