"""What a file is that was given to the wrong command, and which command reads it."""

from collections.abc import Mapping

_READ = (
    "`ruletrail read {name} --rulebook sociale/2024 -o modulo.yaml` ne ricava una relazione",
    "`ruletrail read {name} --rulebook sociale/2024 -o form.yaml` makes a report of it",
)
_ROWS = (
    (
        "se ogni riga è una relazione, le valuta "
        "`ruletrail batch {name} -o risposte.csv --rulebook sociale/2024`"
    ),
    (
        "if each row is a report, "
        "`ruletrail batch {name} -o answers.csv --rulebook sociale/2024` evaluates them"
    ),
)
_EXPORT = (
    (
        "esportalo come .xlsx o .csv: se ogni riga è una relazione, le valuta poi "
        "`ruletrail batch tabella.xlsx -o risposte.xlsx --rulebook sociale/2024`"
    ),
    (
        "export it as .xlsx or .csv: if each row is a report, "
        "`ruletrail batch table.xlsx -o answers.xlsx --rulebook sociale/2024` then evaluates them"
    ),
)
_PRINT = (
    (
        "se è un modulo, salvalo in PDF, e poi "
        "`ruletrail read {pdf} --rulebook sociale/2024 -o modulo.yaml`"
    ),
    (
        "if it is a form, save it as PDF, and then "
        "`ruletrail read {pdf} --rulebook sociale/2024 -o form.yaml`"
    ),
)
_FORM_OF_ROWS = (
    (
        "; se è un modulo solo, con un rigo per riga, salvalo come PDF o come testo con le "
        "tabulazioni, e poi `ruletrail read {txt} --rulebook sociale/2024 -o modulo.yaml`"
    ),
    (
        "; if it is one form, with its rows one below the other, save it as PDF or as text with "
        "tabs, and then `ruletrail read {txt} --rulebook sociale/2024 -o form.yaml`"
    ),
)
_ROWS_OR_FORM = (_ROWS[0] + _FORM_OF_ROWS[0], _ROWS[1] + _FORM_OF_ROWS[1])
_EXPORT_OR_FORM = (_EXPORT[0] + _FORM_OF_ROWS[0], _EXPORT[1] + _FORM_OF_ROWS[1])
_AS_TEXT = (
    (
        "; oppure come solo testo, e poi "
        "`ruletrail read {txt} --rulebook sociale/2024 -o modulo.yaml`"
    ),
    "; or as plain text, and then `ruletrail read {txt} --rulebook sociale/2024 -o form.yaml`",
)

DOORS: Mapping[str, tuple[str, str, str, str]] = {
    "pdf": ("un PDF", "a PDF", f"se è un modulo stampato, {_READ[0]}",
        f"if it is a printed form, {_READ[1]}"),
    "text": ("un testo che non è né YAML né JSON",
        "a text that is neither YAML nor JSON",
        f"se è il testo di un modulo stampato, {_READ[0]}",
        f"if it is the text of a printed form, {_READ[1]}"),
    "html": ("una pagina HTML", "an HTML page",
        f"se è una risposta di ruletrail si guarda con il browser; {_PRINT[0]}",
        f"if it is an answer of ruletrail, a browser shows it; {_PRINT[1]}"),
    "written": ("un documento di videoscrittura", "a word processor's document",
        _PRINT[0] + _AS_TEXT[0], _PRINT[1] + _AS_TEXT[1]),
    "image": ("un'immagine", "an image",
        ("di una foto o di una scansione non si legge nulla: scarica il PDF dal portale, e poi "
         "`ruletrail read {pdf} --rulebook sociale/2024 -o modulo.yaml`; senza, la relazione si "
         "scrive a mano, come mostra `ruletrail help commands`"),
        ("nothing is read of a photo or a scan: download the PDF from the portal, and then "
         "`ruletrail read {pdf} --rulebook sociale/2024 -o form.yaml`; without it the report is "
         "written by hand, as `ruletrail help commands` shows")),
    "signed": ("un documento firmato (.p7m)", "a signed document (.p7m)",
        ("estrai con il programma di firma il documento che contiene, di solito un PDF, e indica "
         "quello"),
        ("extract the document in it, mostly a PDF, with the program for signatures, and name "
         "that one")),
    "mail": ("un messaggio di posta", "an e-mail message",
        "apri il messaggio, salva l'allegato che serve, e indica quello",
        "open the message, save the attachment that is needed, and name that one"),
    "table": ("una tabella CSV", "a CSV table", *_ROWS_OR_FORM),
    "lines": ("un file JSONL (un documento JSON per riga)",
        "a JSONL file (a JSON document a line)", *_ROWS),
    "parquet": ("una tabella Parquet", "a Parquet table", *_ROWS),
    "workbook": ("un foglio di calcolo .xlsx", "an .xlsx spreadsheet", *_ROWS_OR_FORM),
    "open-workbook": ("un foglio di calcolo .ods", "an .ods spreadsheet", *_EXPORT_OR_FORM),
    "old-workbook": ("un foglio di calcolo .xls", "an .xls spreadsheet", *_EXPORT_OR_FORM),
    "packed": ("un archivio compresso", "a compressed archive",
        "estrai i file che contiene e indica quello che serve",
        "extract the files in it and name the one that is needed"),
    "sqlite": ("un file SQLite", "an SQLite file",
        "se è un archivio di ruletrail, lo apre `ruletrail archive list --archive {name}`",
        "if it is an archive of ruletrail, `ruletrail archive list --archive {name}` opens it"),
    "binary": ("un file binario, non un testo", "a binary file, no text",
        ("controlla di aver indicato il file giusto; `ruletrail help` dice quale comando legge "
         "che cosa"),
        "check that it is the right file; `ruletrail help` tells which command reads what"),
    "trail": ("una traccia", "a trail", "la verifica `ruletrail verify {name}`",
        "`ruletrail verify {name}` verifies it"),
    "report": ("una relazione", "a report", "la valuta `ruletrail evaluate {name}`",
        "`ruletrail evaluate {name}` evaluates it"),
    "canonical": ("la forma canonica di una relazione, con i numeri fra virgolette",
        "the canonical form of a report, with its numbers in quotes",
        ("di un record si valuta la relazione com'era stata data, `ruletrail evaluate {name}`; in "
         "una relazione tua i numeri si scrivono senza virgolette"),
        ("of a record the report is evaluated as it was given, `ruletrail evaluate {name}`; in a "
         "report of your own numbers are written without quotes")),
    "record": ("la busta di un record sigillato", "the envelope of a sealed record",
        ("la traccia le sta accanto, `ruletrail verify {trail}`; la relazione com'era stata data "
         "pure, `ruletrail evaluate {name}`"),
        ("the trail lies beside it, `ruletrail verify {trail}`, and so does the report as it was "
         "given, `ruletrail evaluate {name}`")),
    "answer": ("una risposta di ruletrail, scritta per chi la legge",
        "an answer of ruletrail, written for people",
        ("indica la relazione da cui viene; per verificarla serve la traccia, che scrive "
         "`ruletrail evaluate RELAZIONE --format json -o traccia.json`"),
        ("name the report that it is of; to verify it the trail is needed, which "
         "`ruletrail evaluate REPORT --format json -o trail.json` writes")),
    "answers": ("un file di risposte di `ruletrail batch`",
        "a file of answers of `ruletrail batch`",
        ("le relazioni sono nella tabella da cui vengono: indica quella; una traccia per riga, che "
         "`ruletrail verify` verifica, la scrive `batch` con `--trails CARTELLA`"),
        ("the reports are in the table that they are of: name that one; a trail a row, which "
         "`ruletrail verify` verifies, `batch` writes with `--trails FOLDER`")),
    "rulebook": ("un rulebook", "a rulebook",
        ("lo controlla `ruletrail check {name}`; una relazione si valuta con questo rulebook "
         "scrivendo `ruletrail evaluate … --rulebook {name}`"),
        ("`ruletrail check {name}` checks it; a report is evaluated by it with "
         "`ruletrail evaluate … --rulebook {name}`")),
    "layout": ("un layout", "a layout",
        "indica il rulebook che gli sta accanto: `check` e `read` trovano il layout da soli",
        "name the rulebook beside it: `check` and `read` find the layout themselves"),
    "examples": ("un file di esempi", "a file of examples",
        "indica il rulebook che gli sta accanto: `check` e `test` trovano gli esempi da soli",
        "name the rulebook beside it: `check` and `test` find the examples themselves"),
    "schema": ("uno schema JSON", "a JSON Schema",
        "indica il rulebook che lo nomina in `report`: `check` controlla anche lo schema",
        "name the rulebook that names it in `report`: `check` checks the schema too"),
}  # fmt: skip
"""By kind: what it is and what to do, each in Italian and English."""
