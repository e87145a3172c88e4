"""What every command, argument and option means, in Italian and English, with an example of it.

Imported only by those who ask for help or write a command wrongly. A test walks through all parsers
and finds what has no text here, and calls every example.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from ruletrail.formats import Locale


class Parser(Protocol):
    """What is asked of the parser of the whole, of a command or of an action of one."""

    prog: str
    language: Locale
    description: str | None
    """What the map says of a command."""

    @property
    def actions(self) -> Sequence[argparse.Action]:
        """Everything that may be written: arguments, options, commands."""

    @property
    def parsers(self) -> "Mapping[str, Parser]":
        """The parsers of the commands, or of a command's actions, by name."""

    def make_formatter(self) -> argparse.HelpFormatter:
        """Return what lays out a help text at the terminal's width."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse words; whatever is wrong with them raises `ProblemsError`."""


class Text(NamedTuple):
    """What one argument or option means, and how it is written."""

    it: str
    en: str
    example: str = ""

    def sentence(self, language: Locale) -> str:
        """Say what it means, without a final stop."""
        return self.it if language == "it" else self.en


GROUPS: tuple[tuple[Mapping[Locale, str], tuple[str, ...]], ...] = (
    ({"it": "Per chi compila o controlla una relazione",
      "en": "For those who fill in or check a report"},
     ("evaluate", "explain", "whatif", "needed", "read", "list")),
    ({"it": "Per chi scrive rulebook", "en": "For those who write rulebooks"},
     ("new", "check", "test", "prove", "diff", "fmt", "show", "docs", "graph", "schema")),
    ({"it": "Per chi ha molte relazioni", "en": "For those who have many reports"},
     ("batch", "serve")),
    ({"it": "Per l'archivio, gli editor, gli assistenti e la shell",
      "en": "For the archive, for editors, assistants and the shell"},
     ("seal", "archive", "verify", "lsp", "mcp", "completion", "help")),
)  # fmt: skip
"""The map: each command stands once, with those who use it most."""

METAVARS = {
    "REPORT": "RELAZIONE", "FORM": "MODULO", "DATE": "DATA", "CODE": "CODICE", "TRAIL": "TRACCIA",
    "REF|PATH": "RIF|PERCORSO", "COLUMN,…|all": "COLONNA,…|all", "CONDITION": "CONDIZIONE",
    "NAME": "NOME", "PERCENT": "PERCENTO", "TIME": "ORA", "NAME/EDITION": "NOME/EDIZIONE",
    "DIR": "CARTELLA", "COMMAND": "COMANDO", "ACTION": "AZIONE", "FOLDER": "CARTELLA",
    "TOPIC": "ARGOMENTO", "RULEBOOK|DIR": "RULEBOOK|CARTELLA", "ADDRESS": "INDIRIZZO",
    "SECONDS": "SECONDI", "MILLIONS": "MILIONI", "TARGET": "RISPOSTA",
    "FIELD=VALUE": "CAMPO=VALORE",
    "TARGET=OUTCOME": "RISPOSTA=ESITO", "OLD": "PRIMA", "NEW": "DOPO",
    "DIR|FILE": "CARTELLA|FILE", "COLUMN,…": "COLONNA,…", "FIELD,…": "CAMPO,…",
    "FORMULA": "FORMULA",
}  # fmt: skip
"""The names of what is put in, in Italian; those that are alike in both languages are left out."""

_REPORT = Text(
    "la relazione: un file YAML o JSON, o - per lo standard input",
    "the report: a YAML or JSON file, or - for standard input",
    "jesi.yaml",
)
_LANGUAGE_OF_ANSWER = Text(
    "la lingua della risposta e dei problemi; senza, la risposta è in quella del rulebook, i "
    "problemi in quella del sistema",
    "the language of the answer and of problems; without, the answer is in the rulebook's, "
    "problems are in the system's",
    "--lang it",
)
_RULEBOOK = Text(
    "il rulebook: un riferimento (nome/edizione, anche con @versione) o il percorso di un file",
    "the rulebook: a reference (name/edition, @version too) or a file's path",
    "sociale/2024",
)
_OTHER_RULEBOOK = Text(
    "valuta con questo rulebook, al posto di quello che la relazione nomina",
    "evaluate by this rulebook, in place of the one that the report names",
    "--rulebook sociale/2024@1.0.0",
)
_RULEBOOKS = Text(
    "rulebook, per riferimento o per percorso, o cartelle di rulebook; senza, tutti quelli della "
    "raccolta più vicina",
    "rulebooks, by reference or by path, or folders of them; without, all of the nearest library",
    "sociale/2024",
)
_FORMAT_OF_PROBLEMS = Text(
    "come si scrivono i problemi: text per le persone, json per i programmi",
    "how problems are written: text for people, json for programs",
    "--format json",
)
_FORMAT_OF_ANSWER = Text(
    "come si scrive la risposta: text per le persone, json per i programmi",
    "how the answer is written: text for people, json for programs",
    "--format json",
)
_FORM_OF_CHANGES = Text(
    "la forma della risposta; senza, la dice l'estensione di -o, altrimenti è text",
    "the form of the answer; without, the extension of -o says it, else it is text",
    "--format json",
)
_ARCHIVE = Text(
    "il file dell'archivio; senza, ruletrail-archive.sqlite in questa cartella",
    "the archive's file; without, ruletrail-archive.sqlite in this folder",
    "--archive 2024.sqlite",
)
_NUMBER = Text(
    "il numero del record, come lo scrive archive list",
    "the record's number, as archive list writes it",
    "3",
)

COMMON: Mapping[str, Text] = {
    "help": Text("mostra questo testo ed esce", "show this text and exit", "--help"),
    "version": Text("mostra la versione ed esce", "show the version and exit", "--version"),
    "lang": Text("la lingua di testi e problemi; senza, quella del sistema",
                 "the language of texts and problems; without, the system's", "--lang it"),
    "as_of": Text(
        "la versione del rulebook in vigore quel giorno; senza, l'ultima pubblicata; dove una "
        "versione è nominata (@1.0.0) vale quella",
        "the version of the rulebook in force on that day; without, the last one published; where "
        "a version is named (@1.0.0) it is that one",
        "--as-of 2025-06-30"),
    "library": Text(
        "cerca i rulebook anche in questa cartella, che ha rulebooks/ e schemas/; si può ripetere",
        "look for rulebooks in this folder too, with rulebooks/ and schemas/; may be repeated",
        "--library regole"),
    "nulls": Text(
        "che cosa vuol dire null in una relazione: un errore (refused), o che la chiave manca "
        "(absent), come lo mandano certi moduli web",
        "what null means in a report: a mistake (refused), or that the key is absent (absent), as "
        "some web forms send it", "--nulls absent"),
}  # fmt: skip
"""What means the same wherever it stands."""

TEXTS: Mapping[str, Mapping[str, Text]] = {
    "evaluate": {
        "lang": _LANGUAGE_OF_ANSWER,
        "report": _REPORT,
        "rulebook": _OTHER_RULEBOOK,
        "format": Text(
            "la forma della risposta; senza, la dice l'estensione di -o (.html, .md, .json, .txt), "
            "altrimenti è text",
            "the form of the answer; without, the extension of -o says it (.html, .md, .json, "
            ".txt), else it is text", "--format json"),
        "brief": Text(
            "solo la prima schermata, che cosa fare e che cosa è dovuto: è il comportamento "
            "predefinito su un terminale",
            "the first screen only: what to do, what is due; a terminal gets it by itself",
            "--brief"),
        "full": Text("tutto, anche su un terminale", "everything, on a terminal too", "--full"),
        "margins": Text(
            "aggiunge che cosa cambierebbe ogni decisione e ogni parte del modulo, e di quanto",
            "add what would change each decision and each part of the form, and by how much",
            "--margins"),
        "output": Text(
            "scrive la risposta in questo file, nella forma che la sua estensione dice",
            "write the answer to this file, in the form that its extension says", "-o jesi.html"),
        "require_digest": Text(
            "risponde solo se il rulebook ha proprio questa impronta, che sta in ogni traccia",
            "answer only if the rulebook has this very digest, which stands in every trail",
            "--rulebook sociale/2024@1.0.0 --require-digest "
            "sha256:25baa444b2cded6e997877b7c05eac9ca08e59f97834bf075397431e6eff9aaa"),
    },
    "explain": {
        "lang": _LANGUAGE_OF_ANSWER,
        "report": _REPORT,
        "rulebook": _OTHER_RULEBOOK,
        "code": Text(
            "codice o titolo di un valore, di una decisione, di una sezione o di un controllo",
            "the code or title of a value, a decision, a section or a check", "R04"),
        "format": Text(
            "la forma della spiegazione; senza, la dice l'estensione di -o, altrimenti è text",
            "the form of the explanation; without, the extension of -o says it, else it is text",
            "--format markdown"),
        "output": Text(
            "scrive la spiegazione in questo file, nella forma che la sua estensione dice",
            "write the explanation to this file, in the form that its extension says",
            "-o r04.html"),
    },
    "whatif": {
        "lang": _LANGUAGE_OF_ANSWER,
        "report": _REPORT,
        "rulebook": _OTHER_RULEBOOK,
        "target": Text(
            "codice o titolo di una decisione, di una sezione o di un controllo; con --want si può "
            "omettere",
            "the code or title of a decision, a section or a check; with --want it may be left "
            "out",
            "quadro_3"),
        "values": Text(
            "un altro valore per un campo, anche più volte: le due risposte a confronto; una "
            "scelta anche col suo nome; senza valore il campo resta in bianco",
            "another value for a field, several times too: both answers side by side; a choice by "
            "its name too; without a value the field is left blank",
            "--set R03=40000"),
        "want": Text(
            "l'esito che si vuole ottenere, col suo codice o come lo mostra la risposta: con quali "
            "valori si ha; un esito che non c'è fa elencare quelli che si possono chiedere",
            "the outcome that is wanted, by its code or as the answer shows it: which values bring "
            "it about; an outcome that is none lists those that can be asked for",
            "--want livello=inferiore"),
        "vary": Text(
            "i campi che si possono muovere per --want; senza, tutti quelli letti",
            "the fields that may be moved for --want; without, all that are read",
            "--want livello=inferiore --vary M21,M24"),
        "pairs": Text(
            "cerca anche due valori che lo cambiano insieme, se nessuno dei due basta da solo",
            "look for two values, too, that change it together where neither does it alone",
            "--pairs"),
        "precision": Text(
            "dice se l'esito resta lo stesso con tutti i numeri che la stampa può aver "
            "arrotondato, e senza gli arrotondamenti del rulebook",
            "tell whether the outcome stays with all numbers that printing may have rounded, and "
            "without the rulebook's roundings",
            "--precision"),
        "format": _FORM_OF_CHANGES,
        "output": Text(
            "scrive la risposta in questo file, nella forma che la sua estensione dice",
            "write the answer to this file, in the form that its extension says",
            "-o margini.html"),
    },
    "needed": {
        "lang": _LANGUAGE_OF_ANSWER,
        "report": _REPORT,
        "rulebook": _OTHER_RULEBOOK,
        "code": Text(
            "codice o titolo di un valore, di una decisione, di una sezione o di un controllo; "
            "senza, tutta la relazione",
            "the code or title of a value, a decision, a section or a check; without, the whole "
            "report",
            "livello"),
        "format": Text(
            "la forma della risposta; senza, la dice l'estensione di -o, altrimenti è text",
            "the form of the answer; without, the extension of -o says it, else it is text",
            "--format json"),
        "brief": Text(
            "solo se la risposta è decisa, che cosa chiedere per primo, e quanti dati restano",
            "only whether it is settled, what to ask first, and how many inputs are left",
            "--brief"),
        "output": Text(
            "scrive la risposta in questo file, nella forma che la sua estensione dice",
            "write the answer to this file, in the form that its extension says",
            "-o livello.html"),
    },
    "prove": {
        "rulebooks": _RULEBOOKS,
        "format": _FORMAT_OF_ANSWER,
        "property": Text(
            "una condizione che deve valere per ogni relazione, anche più volte; quelle che "
            "stanno nel rulebook, in `properties`, si dimostrano sempre",
            "a condition that must hold for every report, several times too; those in the "
            "rulebook, in `properties`, are always proved",
            "--property 'R04 <= 100'"),
        "same": Text(
            "confronta due rulebook: quali risposte sono uguali per ogni relazione ammessa da "
            "entrambi",
            "compare two rulebooks: which answers are the same for every report of both",
            "--same sociale/2024@1.0.0 sociale/2024@1.0.1"),
        "full": Text(
            "mostra ogni domanda, anche quelle in cui non c'è nulla da vedere",
            "show every question, those too in which there is nothing to look at", "--full"),
        "work": Text(
            "il lavoro per una domanda, in milioni di passi; poi resta aperta, e lo si dice; "
            "senza questa opzione 40",
            "the work for one question, in millions of steps; then it stays open, which is said; "
            "without this option 40",
            "--work 200"),
        "work_all": Text(
            "il lavoro per tutte le domande di un rulebook, in milioni di passi, almeno il "
            "triplo di --work; senza questa opzione 120",
            "the work for all questions about one rulebook, in millions of steps, three "
            "times --work at least; without this option 120",
            "--work-all 3000"),
        "timeout": Text(
            "il tempo massimo per una domanda, in secondi; poi resta aperta, anche se il lavoro di "
            "--work non è finito; un --work oltre 120 ammette più tempo; senza questa opzione 60",
            "the longest time for one question, in seconds; then it stays open, even where the "
            "work of --work is not used up; a --work over 120 admits more time; without this "
            "option 60",
            "--timeout 120"),
        "timeout_all": Text(
            "il tempo massimo per tutte le domande di un rulebook, in secondi; un --work-all oltre "
            "240, o un --work oltre 80, ammette più tempo; senza questa opzione 120",
            "the longest time for all questions about one rulebook, in seconds; a --work-all over "
            "240, or a --work over 80, admits more time; without this option 120",
            "--timeout-all 300"),
        "write_examples": Text(
            "scrive le relazioni che mostrano qualcosa di sbagliato in questa cartella, creata se "
            "non c'è, come esempi per test: EDIZIONE.test.yaml",
            "write the reports that show something wrong to this folder, which is made if it is "
            "not there, as examples for test: EDITION.test.yaml",
            "--write-examples trovate"),
    },
    "read": {
        "form": Text(
            "il modulo stampato: un PDF o il suo testo, o - per lo standard input",
            "the printed form: a PDF or its text, or - for standard input", "jesi.pdf"),
        "rulebook": Text(
            "il rulebook del modulo, che accanto ha il layout: dice che cosa sta dove; la "
            "versione, se la nomini, sta anche nella relazione",
            "the form's rulebook, with a layout beside it that says what stands where; its "
            "version, where you name one, is written in the report too",
            "--rulebook sociale/2024"),
        "output": Text(
            "scrive la relazione in questo file, e dice quanti valori sono stati letti",
            "write the report to this file, and say how many values were read", "-o jesi.yaml"),
        "format": _FORMAT_OF_PROBLEMS,
    },
    "check": {
        "rulebooks": _RULEBOOKS,
        "format": Text(
            "come si scrivono i problemi: text, json, o sarif per i siti che ospitano codice",
            "how problems are written: text, json, or sarif for sites that host code",
            "--format sarif"),
        "record": Text(
            "registra le versioni pubblicate e senza errori nel manifesto della raccolta",
            "record published versions without errors in the library's manifest", "--record"),
        "fix": Text(
            "corregge il file del rulebook dove il suggerimento è certo, poi controlla",
            "mend the rulebook's file where a hint leaves no doubt, then check it", "--fix"),
        "dry_run": Text(
            "con --fix: non cambia nulla, mostra le correzioni",
            "with --fix: change nothing, show the changes", "--fix --dry-run"),
        "prove": Text(
            "dimostra anche le proprietà che il rulebook scrive, come fa prove",
            "prove the properties that the rulebook writes too, as prove does", "--prove"),
        "strict": Text("anche gli avvisi contano come errori", "warnings count as errors too",
            "--strict"),
    },
    "new": {
        "reference": Text(
            "nome ed edizione del nuovo rulebook", "name and edition of the new rulebook",
            "asili/2025"),
        "folder": Text(
            "la raccolta in cui scrivere, anche nuova; senza, la più vicina, o questa cartella",
            "the library to write into, also a new one; without, the nearest, or this folder",
            "--folder regole"),
        "layout": Text(
            "scrive anche il layout con cui si legge il modulo stampato",
            "write the layout too by which the printed form is read", "--layout"),
        "language": Text(
            "la versione del linguaggio in cui si scrive; senza, quella di oggi, la 2",
            "the version of the language to write in; without, today's, which is 2",
            "--language 1"),
        "format": _FORMAT_OF_PROBLEMS,
    },
    "test": {
        "rulebooks": _RULEBOOKS,
        "format": _FORMAT_OF_ANSWER,
        "threshold": Text(
            "fallisce se gli esempi coprono meno di questa percentuale",
            "fail if the examples cover less than this percentage", "--threshold 90"),
        "watch": Text(
            "ripete a ogni salvataggio dei file, fino a Ctrl-C",
            "repeat whenever a file is saved, until Ctrl-C", "--watch"),
    },
    "verify": {
        "trail": Text(
            "la traccia da verificare: il JSON di evaluate, o - per lo standard input",
            "the trail to verify: the JSON of evaluate, or - for standard input",
            "jesi.trail.json"),
        "replay": Text(
            "valuta anche di nuovo la relazione con il rulebook, e confronta le due tracce",
            "evaluate the report again by the rulebook too, and compare both trails", "--replay"),
        "rulebook": Text(
            "con --replay: il rulebook, al posto di quello che la traccia nomina",
            "with --replay: the rulebook, in place of the one that the trail names",
            "--replay --rulebook sociale/2024@1.0.1"),
        "library": Text(
            "con --replay: cerca i rulebook anche in questa cartella, che ha rulebooks/ e "
            "schemas/; si può ripetere",
            "with --replay: look for rulebooks in this folder too, with rulebooks/ and schemas/; "
            "may be repeated", "--replay --library regole"),
        "format": _FORMAT_OF_ANSWER,
    },
    "batch": {
        "lang": Text(
            "la lingua dei problemi, e delle parole di un .xlsx; senza, nell'output quella del "
            "rulebook, e un .xlsx ha i codici",
            "the language of problems, and of the words of an .xlsx; without, in the output it is "
            "the rulebook's, and an .xlsx has the codes", "--lang it"),
        "input": Text(
            "le relazioni, una per riga: JSONL, CSV, Parquet o .xlsx; - per lo standard input",
            "the reports, one per row: JSONL, CSV, Parquet or .xlsx; - for standard input",
            "2024.csv"),
        "output": Text(
            "dove scrivere le risposte, una per riga, nella forma che l'estensione dice; - per lo "
            "standard output",
            "where to write the answers, one per row, in the form that the extension says; - for "
            "standard output", "-o out.xlsx"),
        "source_form": Text(
            "la forma dell'input, se l'estensione non la dice",
            "the form of the input, where its extension does not say it", "--from csv"),
        "output_form": Text(
            "la forma dell'output, se l'estensione non la dice",
            "the form of the output, where its extension does not say it", "--to jsonl"),
        "rulebook": Text(
            "il rulebook di tutte le righe, se l'input non ha la colonna rulebook",
            "the rulebook of all rows, where the input has no column rulebook",
            "--rulebook sociale/2024"),
        "keep": Text(
            "colonne da portare nell'output così come sono; all per tutte",
            "columns to carry to the output as they are; all for every one", "--keep id,note"),
        "reasons": Text(
            "dice anche perché una riga non è completa: ciò che differisce dal dichiarato, non è "
            "codificato, è in errore o, di severità error, non è superato: gli altri controlli "
            "hanno la loro colonna; in un .xlsx c'è sempre",
            "say why a row is not complete, too: what differs from what is declared, is not "
            "encoded, in error or, of severity error, failed: other checks have their columns; an "
            ".xlsx always says it", "--reasons"),
        "decimal": Text(
            "il segno decimale di un CSV, se dal file non si capisce; in un .xlsx, quello dei "
            "numeri salvati come testo",
            "the decimal sign of a CSV, where the file leaves it open; of an .xlsx, that of "
            "numbers stored as text", "--decimal comma"),
        "encoding": Text(
            "la codifica di un CSV; cp1252 è quella di Excel su Windows",
            "the encoding of a CSV; cp1252 is that of Excel on Windows", "--encoding cp1252"),
        "sheet": Text(
            "il foglio di un .xlsx; senza, il primo che si vede",
            "the sheet of an .xlsx; without, the first one shown", "--sheet Comuni"),
        "workers": Text(
            "quanti processi lavorano; senza, uno per ogni core",
            "how many processes work; without, one for each core", "--workers 4"),
        "resume": Text(
            "riprende, con lo stesso comando, un lavoro interrotto",
            "go on, by the same command, with a run that was interrupted", "--resume"),
        "trails": Text(
            "scrive in questa cartella la traccia di ogni riga",
            "write the trail of each row into this folder", "--trails trails"),
        "only": Text(
            "con --trails: solo le righe per cui vale questa condizione",
            "with --trails: the rows only that meet this condition",
            "--trails trails --only 'quadro_3 == \"due\"'"),
        "format": _FORMAT_OF_PROBLEMS,
        "explain_plan": Text(
            "dice come si calcola ogni passo, e non valuta nulla",
            "say how each step is computed, and evaluate nothing",
            "--explain-plan --rulebook sociale/2024"),
    },
    "seal": {
        "report": _REPORT,
        "rulebook": _OTHER_RULEBOOK,
        "archive": _ARCHIVE,
        "allow_incomplete": Text(
            "sigilla anche una relazione da completare: le manca qualcosa",
            "seal also a report to be completed: it lacks something", "--allow-incomplete"),
        "allow_invalid": Text(
            "sigilla anche una relazione da correggere: un controllo grave non è superato, o un "
            "valore dichiarato è diverso da quello calcolato",
            "seal also a report to be corrected: a serious check failed, or a declared value "
            "differs from the one computed", "--allow-invalid"),
        "correction_of": Text(
            "sigilla solo se il record che si corregge è proprio questo",
            "seal only if the record that is corrected is this very one", "--correction-of 3"),
        "sealed_at": Text(
            "l'ora del sigillo, UTC; senza, quella dell'orologio",
            "the time of sealing, UTC; without, the clock's",
            "--sealed-at 2025-05-30T10:00:00Z"),
        "format": _FORMAT_OF_ANSWER,
    },
    "archive": {
        "action": Text(
            "list li elenca, show ne mostra uno, verify li verifica, export ne scrive i file",
            "list lists them, show shows one, verify verifies them, export writes one's files",
            "list"),
    },
    "archive list": {"archive": _ARCHIVE, "format": _FORMAT_OF_ANSWER},
    "archive show": {"archive": _ARCHIVE, "format": _FORMAT_OF_ANSWER, "number": _NUMBER},
    "archive verify": {
        "archive": _ARCHIVE,
        "format": _FORMAT_OF_ANSWER,
        "expect_head": Text(
            "la testa della catena annotata altrove: dice anche se mancano gli ultimi record",
            "the head of the chain that was written down elsewhere: tells too whether the last "
            "records are gone", "--expect-head sha256:" + "0" * 64),
    },
    "archive export": {
        "archive": _ARCHIVE,
        "format": _FORMAT_OF_ANSWER,
        "number": _NUMBER,
        "output": Text(
            "la cartella in cui scrivere relazione, traccia e rulebook del record",
            "the folder to write the record's report, trail and rulebook into", "-o record-3"),
    },
    "list": {"format": _FORMAT_OF_ANSWER},
    "show": {
        "rulebook": _RULEBOOK,
        "resolved": Text(
            "dopo extends e for_each, con la riga da cui viene ogni voce",
            "after extends and for_each, with the line that each entry comes from", "--resolved"),
        "output": Text(
            "scrive il testo in questo file", "write the text to this file", "-o mio.yaml"),
    },
    "docs": {
        "lang": _LANGUAGE_OF_ANSWER,
        "rulebook": _RULEBOOK,
        "format": Text(
            "la forma della pagina; senza, la dice l'estensione di -o (.html, .md), altrimenti è "
            "markdown, e su un terminale testo semplice",
            "the form of the page; without, the extension of -o says it (.html, .md), else it is "
            "markdown, and on a terminal plain text", "--format html"),
        "output": Text(
            "scrive la pagina in questo file, nella forma che la sua estensione dice",
            "write the page to this file, in the form that its extension says",
            "-o sociale.html"),
    },
    "diff": {
        "lang": _LANGUAGE_OF_ANSWER,
        "old": Text(
            "il rulebook di prima: un riferimento, anche con @versione, o il percorso di un file",
            "the rulebook as it was: a reference, @version too, or a file's path",
            "sociale/2024@1.0.0"),
        "new": Text(
            "il rulebook di dopo, nello stesso modo", "the rulebook as it is, likewise",
            "sociale/2024@1.0.1"),
        "input": Text(
            "confronta anche le risposte a queste relazioni: una cartella di file, o una tabella "
            "come quelle di batch (JSONL, CSV, Parquet, xlsx)",
            "compare the answers to these reports too: a folder of files, or a table as batch "
            "reads them (JSONL, CSV, Parquet, xlsx)", "--reports 2024.csv"),
        "source_form": Text(
            "il formato di --reports, quando il nome del file non lo dice",
            "the form of --reports, where the file's name does not say it",
            "--reports 2024.csv --from csv"),
        "keep": Text(
            "colonne che nessun modulo ha e che dicono di chi è una riga",
            "columns that no form has, and that tell whose a row is",
            "--reports 2024.csv --keep id"),
        "decimal": Text(
            "il segno decimale di un CSV, se dal file non si capisce; in un .xlsx, quello dei "
            "numeri salvati come testo",
            "the decimal sign of a CSV, where the file leaves it open; of an .xlsx, that of "
            "numbers stored as text", "--reports 2024.csv --decimal comma"),
        "encoding": Text(
            "la codifica del CSV; senza, utf-8", "the encoding of the CSV; without, utf-8",
            "--reports 2024.csv --encoding cp1252"),
        "sheet": Text(
            "il foglio di un .xlsx; senza, il primo che si vede",
            "the sheet of an .xlsx; without, the first one shown",
            "--reports 2024.xlsx --sheet Comuni"),
        "all": Text(
            "elenca ogni differenza e ogni relazione che cambia, non solo le prime",
            "list every difference and every report that changes, not only the first ones",
            "--all"),
        "format": _FORM_OF_CHANGES,
        "output": Text(
            "scrive la risposta in questo file, nella forma che la sua estensione dice",
            "write the answer to this file, in the form that its extension says",
            "-o differenze.md"),
    },
    "fmt": {
        "files": Text(
            "rulebook, layout o file di esempi, che si riscrivono al loro posto",
            "rulebooks, layouts or files of examples, which are rewritten in place",
            "mensa.yaml"),
        "check": Text(
            "non cambia nulla: mostra che cosa cambierebbe, e allora lo stato è 1",
            "change nothing: show what would change, and then the status is 1", "--check"),
        "language": Text(
            "porta i rulebook a questa versione del linguaggio, e dice che cosa vi cambia di senso",
            "lift rulebooks to this version of the language, and tell what changes its meaning",
            "--language 2"),
        "format": _FORMAT_OF_PROBLEMS,
    },
    "lsp": {
        "stdio": Text(
            "parla per lo standard input e output: è il solo modo, e alcuni editor lo chiedono",
            "speak over standard input and output: the only way, and some editors ask for it",
            "--stdio"),
    },
    "serve": {
        "host": Text(
            "l'indirizzo su cui ascolta; senza, solo questo computer; se la variabile "
            "RULETRAIL_TOKEN è impostata, risponde solo a chi la manda",
            "the address to listen on; without, this computer alone; if the variable "
            "RULETRAIL_TOKEN is set, only who sends it is answered", "--host 0.0.0.0"),
        "port": Text(
            "la porta su cui ascolta; senza, 8080", "the port to listen on; without, 8080",
            "--port 9000"),
        "workers": Text(
            "quanti processi rispondono alle richieste; senza, 1",
            "how many processes answer requests; without, 1", "--workers 2"),
        "jobs": Text(
            "quanti processi ha ognuno di essi per i lavori lunghi; senza, i core divisi tra loro",
            "how many processes each of them has for long work; without, the cores divided among "
            "them", "--jobs 2"),
        "timeout": Text(
            "dopo quanti secondi un lavoro si interrompe; senza, 30",
            "after how many seconds a piece of work is stopped; without, 30", "--timeout 10"),
        "reload": Text(
            "ogni quanti secondi guarda se i file dei rulebook sono cambiati; senza, 2",
            "every how many seconds it looks whether files of rulebooks changed; without, 2",
            "--reload 60"),
        "openapi": Text(
            "scrive la descrizione OpenAPI del servizio, di cui si generano i client, e non lo "
            "avvia",
            "write the OpenAPI description of the service, of which clients are generated, and do "
            "not start it", "--openapi"),
    },
    "mcp": {
        "folder": Text(
            "una cartella in cui l'assistente può scrivere rulebook e schemi; senza, non scrive "
            "nulla",
            "a folder in which the assistant may write rulebooks and schemas; without, it writes "
            "nothing", "--folder regole"),
        "timeout": Text(
            "dopo quanti secondi un lavoro si interrompe; senza, 30",
            "after how many seconds a piece of work is stopped; without, 30", "--timeout 120"),
        "http": Text(
            "risponde per HTTP (streamable HTTP, all'indirizzo `/mcp`) invece che per lo standard "
            "input e output",
            "answer over HTTP (streamable HTTP, at `/mcp`) instead of standard input and output",
            "--http"),
        "host": Text(
            "con --http, l'indirizzo su cui ascolta; senza, solo questo computer; per un altro "
            "serve RULETRAIL_TOKEN",
            "with --http, the address to listen on; without, this computer alone; any other needs "
            "RULETRAIL_TOKEN", "--http --host 127.0.0.1"),
        "port": Text(
            "con --http, la porta su cui ascolta; senza, 8080",
            "with --http, the port to listen on; without, 8080", "--http --port 9000"),
    },
    "graph": {
        "rulebook": _RULEBOOK,
        "codes": Text(
            "mostra solo questi codici, o titoli, e ciò su cui poggiano",
            "show only these codes, or titles, and what they rest on", "R04"),
        "format": Text(
            "il formato del grafo: mermaid per le pagine Markdown, dot per Graphviz",
            "the language of the graph: mermaid for Markdown pages, dot for Graphviz",
            "--format dot"),
        "output": Text(
            "scrive il grafo in questo file, nel formato che la sua estensione dice (.mmd, .dot)",
            "write the graph to this file, in the language that its extension says (.mmd, .dot)",
            "-o sociale.mmd"),
    },
    "schema": {
        "kind": Text(
            "che cosa lo schema descrive: un rulebook, i suoi esempi, un layout, una traccia, o le "
            "relazioni di un rulebook",
            "what the schema describes: a rulebook, its examples, a layout, a trail, or a "
            "rulebook's reports", "rulebook"),
        "rulebook": Text(
            "con report: il rulebook, per riferimento o per percorso",
            "with report: the rulebook, by reference or by path", "report sociale/2024"),
        "output": Text("scrive lo schema in questo file", "write the schema to this file",
            "-o rulebook.schema.json"),
    },
    "completion": {
        "shell": Text("la shell in cui si scrivono i comandi",
            "the shell in which commands are written", "bash"),
    },
    "help": {
        "topic": Text(
            "un comando (e semmai la sua azione), una pagina del manuale, il codice di un "
            "problema, una parola dei rulebook o di ogni giorno (virgola), topics per l'elenco "
            "delle pagine; senza, la mappa dei comandi",
            "a command (and its action where it has some), a page of the manual, the code of a "
            "problem, a word of rulebooks or an everyday word (comma), topics for the list of "
            "pages; without, the map of commands",
            "archive show"),
        "format": _FORMAT_OF_PROBLEMS,
    },
}  # fmt: skip
"""Every argument and option, by its name in the parser, of every command."""

ABOUT: Mapping[str, Mapping[Locale, str]] = {
    "evaluate": {
        "it": "Valuta una relazione: che cosa è dovuto, che cosa manca, che cosa non torna, e il "
              "perché di ogni valore.",
        "en": "Evaluate a report: what is due, what is missing, what does not agree, and why each "
              "value is what it is."},
    "explain": {
        "it": "Mostra i passi dietro un valore, una decisione, una sezione o un controllo.",
        "en": "Show the steps behind one value, decision, section or check."},
    "whatif": {
        "it": "Dice di ogni valore il più vicino che cambierebbe un esito, e di quanto; o che "
              "nessuno può cambiarlo.",
        "en": "Tell of each value the nearest one that would change an outcome, and by how much; "
              "or that none can."},
    "needed": {
        "it": "Dice quali dati che mancano possono ancora cambiare una risposta, quale chiedere "
              "per primo, quali gruppi possono bastare, e che cosa non conta più.",
        "en": "Say which missing inputs can still change an answer, which one to ask first, which "
              "groups may be enough, and what cannot matter any more."},
    "prove": {
        "it": "Dimostra, per tutte le relazioni che schema e controlli ammettono, che nessuna "
              "decisione ha buchi o sovrapposizioni, che nessun caso è morto, che nessun errore è "
              "raggiungibile; o mostra una relazione che dice il contrario.",
        "en": "Prove, for all reports that schema and checks admit, that no decision has a gap or "
              "an overlap, that no case is dead, that no error can be reached; or show a report "
              "that says otherwise."},
    "read": {
        "it": "Ricava una relazione da un modulo stampato. Ciò che non si legge con certezza resta "
              "fuori, e si dice.",
        "en": "Make a report of a printed form. What cannot be read for certain is left out, and "
              "said."},
    "check": {
        "it": "Cerca i problemi di rulebook, e di schema, layout ed esempi che stanno con loro.",
        "en": "Find the problems of rulebooks, and of the schema, layout and examples with them."},
    "new": {
        "it": "Comincia un rulebook: scrive anche schema ed esempi, che passano check e test; con "
              "--layout anche un layout.",
        "en": "Begin a rulebook: writes schema and examples too, which pass check and test; with "
              "--layout a layout as well."},
    "test": {
        "it": "Esegue gli esempi che stanno accanto ai rulebook e dice che cosa nessuno mostra.",
        "en": "Run the examples beside rulebooks and say what none of them shows."},
    "verify": {
        "it": "Ricalcola ogni passo di una traccia conservata, con un altro programma.",
        "en": "Derive every step of a stored trail again, by another program."},
    "batch": {
        "it": "Valuta molte relazioni, una per riga. Una riga sbagliata non ferma le altre.",
        "en": "Evaluate many reports, one per row. A bad row does not stop the others."},
    "seal": {
        "it": "Valuta una relazione e la conserva, con traccia e rulebook, come record definitivo.",
        "en": "Evaluate a report and keep it, with trail and rulebook, as a final record."},
    "archive": {
        "it": "Guarda i record sigillati, e verifica che nessuno sia cambiato.",
        "en": "Look at sealed records, and verify that none has changed."},
    "archive list": {"it": "Elenca i record.", "en": "List the records."},
    "archive show": {"it": "Mostra un record: soggetto, esiti, parti.",
                     "en": "Show a record: subject, outcomes, parts."},
    "archive verify": {"it": "Verifica ogni record e la catena che li lega.",
                       "en": "Verify every record and the chain that binds them."},
    "archive export": {"it": "Scrive i file di un record in una cartella.",
                       "en": "Write the files of a record into a folder."},
    "list": {"it": "Elenca i rulebook disponibili.", "en": "List the rulebooks available."},
    "show": {"it": "Mostra il testo di un rulebook.", "en": "Show the text of a rulebook."},
    "docs": {"it": "Scrive un rulebook come pagina da leggere.",
             "en": "Write a rulebook as a page to read."},
    "diff": {
        "it": "Dice che cosa cambia di significato tra due rulebook, con una relazione che lo "
              "mostra o la dimostrazione che nessuna lo mostra, e se il numero di versione dice "
              "abbastanza.",
        "en": "Tell what changes in meaning between two rulebooks, with a report that shows it or "
              "the proof that none does, and whether the version number says enough."},
    "fmt": {"it": "Riscrive i file nella forma canonica; i commenti restano.",
            "en": "Rewrite files in canonical form; comments stay."},
    "lsp": {"it": "Serve un editor (Language Server Protocol) finché questo non chiude.",
            "en": "Serve an editor (Language Server Protocol) until it leaves."},
    "serve": {"it": "Risponde per HTTP, senza --host su questo computer soltanto, finché non lo si "
                    "ferma.",
              "en": "Answer over HTTP, without --host on this computer alone, until it is "
                    "stopped."},
    "mcp": {"it": "Dà a un assistente gli strumenti di ruletrail; legge soltanto, se non gli si dà "
                  "una cartella, e non sigilla mai.",
            "en": "Give an assistant the tools of ruletrail; it only reads, unless it is given a "
                  "folder, and never seals."},
    "graph": {"it": "Scrive che cosa legge che cosa, come grafo.",
              "en": "Write what reads what, as a graph."},
    "completion": {
        "it": "Scrive il programma che fa completare alla shell comandi, opzioni, scelte, "
              "riferimenti di rulebook e file. Per zsh, ~/.zfunc deve stare in fpath.",
        "en": "Write the program by which a shell completes commands, options, choices, "
              "references of rulebooks and files. For zsh, ~/.zfunc must stand in fpath."},
    "schema": {"it": "Scrive un JSON Schema, per gli editor e per i programmi.",
               "en": "Write a JSON Schema, for editors and programs."},
    "help": {"it": "Mostra la mappa dei comandi, come si usa uno di essi, una pagina del manuale.",
             "en": "Show the map of the commands, how one is used, or a page of the manual."},
}  # fmt: skip
"""What each command is for, in a sentence or two."""

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "evaluate": ("evaluate jesi.yaml", "evaluate jesi.yaml -o jesi.html",
                 "evaluate jesi.yaml -o jesi.trail.json",
                 "evaluate jesi.yaml --rulebook sociale/2024@1.0.0 --format json"),
    "explain": ("explain jesi.yaml R04", "explain jesi.yaml quadro_3 --format markdown"),
    "whatif": ("whatif jesi.yaml livello", "whatif jesi.yaml spesa --pairs --format json",
               "whatif jesi.yaml livello --set R03=40000 --set M12=0",
               "whatif jesi.yaml --want quadro_3=due --vary R07_2017,R07_2021"),
    "needed": ("needed jesi.yaml", "needed jesi.yaml livello --format json"),
    "read": ("read jesi.pdf --rulebook sociale/2024 -o jesi.yaml",
             "read jesi.txt --rulebook sociale/2024 | ruletrail evaluate -"),
    "check": ("check sociale/2024", "check sociale/2024 --strict"),
    "new": ("new asili/2025", "new asili/2025 --lang it --folder regole"),
    "test": ("test sociale/2024", "test sociale/2024 --threshold 100 --watch"),
    "prove": ("prove sociale/2024", "prove sociale/2024 --property 'R04 <= 100'",
              "prove --same sociale/2024@1.0.0 sociale/2024@1.0.1"),
    "verify": ("verify jesi.trail.json", "verify jesi.trail.json --replay"),
    "batch": ("batch 2024.csv -o out.csv --rulebook sociale/2024 --keep id",
              "batch 2024.xlsx -o out.xlsx",
              "batch 2024.parquet -o out.parquet --workers 4 --resume"),
    "seal": ("seal jesi.yaml", "seal jesi.yaml --archive 2024.sqlite --correction-of 3"),
    "archive": ("archive list", "archive show 3", "archive verify --archive 2024.sqlite",
                "archive export 3 -o record-3"),
    "archive list": ("archive list", "archive list --archive 2024.sqlite --format json"),
    "archive show": ("archive show 3", "archive show 3 --archive 2024.sqlite"),
    "archive verify": ("archive verify", "archive verify --archive 2024.sqlite"),
    "archive export": ("archive export 3 -o record-3",),
    "list": ("list", "list --format json"),
    "show": ("show sociale/2024", "show sociale/2024 --resolved"),
    "docs": ("docs sociale/2024 -o sociale.html", "docs sociale/2024 --lang it"),
    "diff": ("diff sociale/2024@1.0.0 sociale/2024@1.0.1",
             "diff sociale/2024@1.0.0 sociale/2024 -o diff.md",
             "diff sociale/2024@1.0.0 sociale/2024@1.0.1 --reports 2024.csv --keep id"),
    "fmt": (
        "fmt mensa.yaml", "fmt --check mensa.yaml",
        "fmt --language 2 mensa.yaml"),
    "lsp": ("lsp", "lsp --stdio"),
    "serve": ("serve", "serve --library regole --port 9000", "serve --openapi > openapi.json"),
    "mcp": ("mcp", "mcp --folder regole --lang it", "mcp --http --port 9000"),
    "graph": ("graph sociale/2024 R04", "graph sociale/2024 -o sociale.dot"),
    "completion": ("completion bash > ~/.local/share/bash-completion/completions/ruletrail",
                   "completion zsh > ~/.zfunc/_ruletrail",
                   "completion fish > ~/.config/fish/completions/ruletrail.fish"),
    "schema": ("schema rulebook", "schema report sociale/2024 -o relazione.schema.json"),
    "help": ("help", "help evaluate", "help topics", "help unknown-code"),
}  # fmt: skip
"""Whole commands to copy; the first one is shown where an argument is missing."""

_ONE: Mapping[Locale, str] = {
    "it": "0 tutto bene; 1 qualcosa non va; 2 non si è potuto leggere, o il comando è sbagliato",
    "en": "0 all is well; 1 something is wrong; 2 it could not be read, or the command is wrong",
}
_DONE: Mapping[Locale, str] = {
    "it": "0 fatto; 2 non si è potuto leggere, o il comando è sbagliato",
    "en": "0 done; 2 it could not be read, or the command is wrong",
}
ALWAYS: Mapping[Locale, str] = {
    "it": "3 difetto di ruletrail; 130 interrotto con Ctrl-C",
    "en": "3 a defect of ruletrail; 130 interrupted by Ctrl-C",
}
"""The exit statuses that every command may have, `serve` but for the last: so it is ended."""
STATUSES: Mapping[str, Mapping[Locale, str]] = {
    "evaluate": {
        "it": "0 completa; 1 da completare o da correggere; 2 nessuna valutazione",
        "en": "0 complete; 1 incomplete or invalid; 2 no evaluation"},
    "read": {
        "it": "0 ogni valore letto, o in bianco sulla carta; 1 un valore non si è capito, o dopo "
              "la fine comincia un altro modulo; 2 non letto",
        "en": "0 every value read, or blank on the paper; 1 a value was not understood, or "
              "another form begins after the end; 2 not read"},
    "prove": {
        "it": "0 nulla da vedere e nulla di aperto; 1 qualcosa da vedere o di aperto; 2 non si è "
              "potuto leggere, o il comando è sbagliato",
        "en": "0 nothing to look at and nothing open; 1 something to look at or open; 2 it could "
              "not be read, or the command is wrong"},
    "seal": {
        "it": "0 sigillata; 1 da completare o da correggere, e non ammessa con --allow-…; "
              "2 nessuna valutazione",
        "en": "0 sealed; 1 not complete, and not admitted by --allow-…; 2 no evaluation"},
    "batch": {
        "it": "0 tutte le righe valutate; 1 alcune hanno problemi; 2 non letto",
        "en": "0 all rows evaluated; 1 some have problems; 2 not read"},
    "diff": {
        "it": "0 nessun esito cambia; 1 qualcuno cambia, o non è noto; 2 non si è potuto leggere, "
              "o il comando è sbagliato",
        "en": "0 no outcome changes; 1 some do, or it is not known; 2 it could not be read, or "
              "the command is wrong"},
    "fmt": {
        "it": "0 in forma canonica; 1 con --check qualcosa cambierebbe; 2 un file non si legge, o "
              "il comando è sbagliato",
        "en": "0 canonical; 1 with --check something would change; 2 a file cannot be read, or "
              "the command is wrong"},
    **dict.fromkeys(("check", "test", "verify", "archive verify"), _ONE),
    **dict.fromkeys(
        (
            "explain", "whatif", "needed", "show", "docs", "graph", "schema", "new", "completion",
            "help",
            "archive list", "archive show", "archive export",
        ),
        _DONE,
    ),
    "archive": {
        "it": "0 fatto; 1 verify trova qualcosa che non va; 2 non si è potuto leggere, o il "
              "comando è sbagliato",
        "en": "0 done; 1 verify finds that something is wrong; 2 it could not be read, or the "
              "command is wrong"},
    "serve": {
        "it": "0 chiuso con Ctrl-C o da un segnale; 2 non è potuto partire, o il comando è "
              "sbagliato",
        "en": "0 ended by Ctrl-C or a signal; 2 it could not begin, or the command is wrong"},
    "mcp": {
        "it": "0 ingresso finito, o con --http chiuso da un segnale; 2 non è potuto partire, o il "
              "comando è sbagliato",
        "en": "0 its input ended, or with --http ended by a signal; 2 it could not begin, or the "
              "command is wrong"},
    "lsp": {
        "it": "0 chiuso dall'editor, o ingresso finito; 1 chiuso senza `shutdown`; 2 non è "
              "potuto partire, o il comando è sbagliato",
        "en": "0 ended by the editor, or its input did; 1 ended without `shutdown`; 2 it could "
              "not begin, or the command is wrong"},
    "list": {
        "it": "0 elencati; 1 uno è in due posti, o fuori posto; 2 non si è potuto leggere, o il "
              "comando è sbagliato",
        "en": "0 listed; 1 one is in two places, or out of place; 2 it could not be read, or "
              "the command is wrong"},
}  # fmt: skip
"""What the exit status tells, where it tells more than that the command was done."""


def command_of(parser: Parser) -> str:
    """Return the words that call a parser's command, `archive show`; of the whole one, none."""
    return parser.prog.removeprefix("ruletrail").strip()


def find_text(command: str, name: str) -> Text | None:
    """Return what an argument or option of a command means."""
    return TEXTS.get(command, {}).get(name) or COMMON.get(name)


def name_of(parser: Parser, action: argparse.Action) -> str:
    """Return how an option or argument is called in the parser's language."""
    if action.option_strings:
        return action.option_strings[-1]
    return translate_metavar(str(action.metavar or action.dest), parser.language)


def translate_metavar(metavar: str, language: Locale) -> str:
    """Return the name of what is put in, in a language."""
    return METAVARS.get(metavar, metavar) if language == "it" else metavar


PAGES = {
    "architecture": "Com'è fatto il programma",
    "archive": "L'archivio: i record sigillati",
    "assistants": "Gli assistenti: `ruletrail mcp`",
    "authoring": "Il lavoro di chi scrive rulebook",
    "batch": "Molte relazioni: `ruletrail batch`",
    "clusters": "Molte relazioni su più macchine, o da un altro lettore",
    "commands": "La riga di comando",
    "diff": "Che cosa cambia tra due rulebook: `ruletrail diff`",
    "editors": "Gli editor",
    "formatting": "La forma canonica",
    "language": "Il linguaggio dei rulebook, versione 1",
    "language-2": "Il linguaggio dei rulebook, versione 2",
    "libraries": "Le raccolte: dove si trovano i rulebook",
    "needed": "Che cosa resta da chiedere: `ruletrail needed`",
    "parity": "Due valutatori, un solo significato",
    "proofs": "Su tutte le relazioni: `ruletrail prove`",
    "python": "Python: valutare da un programma",
    "reading-a-trail": "Leggere una traccia",
    "reading-forms": "Leggere i moduli stampati",
    "semantics": "Il significato del linguaggio dei rulebook, versione 1",
    "service": "Il servizio: `ruletrail serve`",
    "sources": "Da dove vengono le righe: qualunque flusso di Arrow",
    "trail": "La traccia",
    "what-if": "Che cosa cambierebbe un esito: `ruletrail whatif`",
    "worked-examples": "Esempi svolti: un'imposta, un beneficio, le aliquote di quattro anni",
}
"""The titles of pages that are in English, in Italian."""
