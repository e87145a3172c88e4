"""What can be wrong with a changed published version, a sealing, or an archive of records."""

from ruletrail.problem_texts.texts import error, hints, warning

_FETCH = ("recupera una copia dell'archivio", "fetch a copy of the archive")

TEXTS = {
    # -- published means fixed
    "published-edited": error(
        "la versione pubblicata {reference} è stata modificata: la sua impronta non è più "
        "{expected}",
        "the published version {reference} was edited: its digest is no longer {expected}",
        "una versione pubblicata non cambia: ripristinala e scrivi la modifica in una versione più "
        "alta",
        "a published version never changes: restore it and write the change into a higher version"),
    "published-schema-edited": error(
        "lo schema della versione pubblicata {reference} è stato modificato: la sua impronta non è "
        "più {expected}",
        "the schema of the published version {reference} was edited: its digest is no longer "
        "{expected}",
        "ripristina lo schema; metti quello nuovo in un altro file e indicalo in `report` di una "
        "versione più alta",
        "restore the schema; put the new one into another file and name it in `report` of a higher "
        "version"),
    "published-unrecorded": warning(
        "la versione pubblicata {reference} non è registrata nel manifesto",
        "the published version {reference} is not recorded in the manifest",
        "registrala con `ruletrail check --record`", "record it with `ruletrail check --record`"),
    "published-removed": error(
        "la versione pubblicata {reference}, registrata nel manifesto, non c'è più",
        "the published version {reference}, recorded in the manifest, is gone",
        "ripristina il suo file: ciò che è stato valutato con essa deve potersi ripetere",
        "restore its file: what was evaluated with it must be repeatable"),
    "manifest-form": error("il manifesto delle versioni pubblicate non è leggibile qui",
        "the manifest of published versions cannot be understood here",
        'ripristinalo: ogni riga è `"nome/edizione@versione": {{"rulebook": "sha256:…", "schema": '
        '"sha256:…"}}`',
        'restore it: each line is `"name/edition@version": {{"rulebook": "sha256:…", "schema": '
        '"sha256:…"}}`'),
    "digest-required": error(
        "risponde il rulebook {reference} con impronta {found}, ma è richiesta {expected}",
        "the rulebook {reference} that answers has the digest {found}, but {expected} is required",
        "indica la versione giusta con `--rulebook`, o verifica chi ha cambiato il rulebook",
        "name the right version with `--rulebook`, or find out who changed the rulebook"),
    # -- sealing
    "seal-not-complete": error("la relazione è {status}: non è stata sigillata",
        "the report is {status}: it was not sealed",
        "completala e ripeti il comando", "complete it and run the command again"),
    "seal-open": error("resta aperto: {text}", "still open: {text}",
        "`ruletrail explain RELAZIONE CODICE` mostra da dove viene",
        "`ruletrail explain REPORT CODE` shows where it comes from"),
    "seal-without-subject": error(
        "la relazione non dice di chi è: senza `subject` non si distingue una correzione da "
        "un'altra relazione",
        "the report does not say whose it is: without `subject` a correction cannot be told from "
        "another report",
        "aggiungi per esempio `subject: {{comune: Jesi, provincia: AN}}`",
        "add for example `subject: {{city: Jesi}}`"),
    "seal-not-the-last": error(
        "il record {number} non è quello che questa relazione correggerebbe: sarebbe {latest}",
        "the record {number} is not the one that this report would correct: that is {latest}",
        "`ruletrail archive list --archive {name}` mostra quale record vale oggi per questo "
        "soggetto ed edizione",
        "`ruletrail archive list --archive {name}` shows which record holds today for this subject "
        "and edition"),
    "seal-moved": error("{file} è cambiato mentre veniva sigillato",
        "{file} changed while it was being sealed",
        "ripeti il comando quando nessuno lo modifica",
        "repeat the command when nobody is editing it"),
    # -- the file
    "archive-foreign": error("{file} non è un archivio di ruletrail",
        "{file} is not a ruletrail archive",
        "indica con `--archive` un archivio, o un nome nuovo: lo crea `ruletrail seal`",
        "name an archive with `--archive`, or a new name: `ruletrail seal` makes it"),
    "archive-newer": error("{file} è stato scritto da una versione più recente di ruletrail",
        "{file} was written by a newer ruletrail",
        "aggiorna ruletrail", "update ruletrail"),
    "archive-empty": error("{file} non contiene alcun record", "{file} holds no record",
        "se doveva contenerne, è stato troncato: recupera una copia",
        "if it should hold some, it was cut off: fetch a copy"),
    "archive-damaged": error("l'archivio è danneggiato: {text}", "the archive is damaged: {text}",
        "recupera una copia; `ruletrail archive verify --archive {name}` dice che cosa resta "
        "intatto",
        "fetch a copy; `ruletrail archive verify --archive {name}` says what is still whole"),
    "archive-unguarded": error("le difese dell'archivio non sono quelle con cui è nato: {text}",
        "the guards of the archive are not those it was made with: {text}",
        "qualcuno ha cambiato la struttura dell'archivio: recupera una copia",
        "somebody changed the archive's structure: fetch a copy"),
    "archive-busy": error("un altro programma tiene occupato {file}",
        "another program keeps {file} busy",
        "riprova fra poco: nulla è stato sigillato", "try again soon: nothing was sealed"),
    "archive-unwritable": error("impossibile scrivere {file}: {text}",
        "cannot write {file}: {text}",
        "controlla spazio e permessi, poi ripeti il comando: ciò che era sigillato resta, una "
        "seconda copia non si crea",
        "check space and permissions, then repeat the command: what was sealed stays, no second "
        "copy is made"),
    # -- the records
    "record-unknown": error("l'archivio non ha un record {number}",
        "the archive has no record {number}",
        "`ruletrail archive list --archive {name}` li elenca",
        "`ruletrail archive list --archive {name}` lists them"),
    "record-missing": error("manca il record {number}: è stato tolto",
        "the record {number} is missing: it was removed", *_FETCH),
    "record-altered": error("il record {number} è stato alterato: {text}",
        "the record {number} was altered: {text}", *_FETCH),
    "record-unchained": error(
        "il record {number} non segue quello che lo precede: record tolti, scambiati o riscritti",
        "the record {number} does not follow the one before it: records were removed, exchanged or "
        "rewritten",
        *_FETCH),
    "record-uncorrected": error("il record {number} non indica correttamente quale record corregge",
        "the record {number} names wrongly which record it corrects", *_FETCH),
    "part-missing": error("al record {number} manca {part}", "the record {number} lacks {part}",
        *_FETCH),
    "part-altered": error("nel record {number} è stato alterato {part}",
        "in the record {number} {part} was altered", *_FETCH),
    "part-unsealed": error("l'archivio contiene qualcosa che nessun record sigilla: {text}",
        "the archive holds something that no record seals: {text}",
        "un record è stato tolto o qualcosa è stato aggiunto: recupera una copia",
        "a record was removed or something was added: fetch a copy"),
    "trail-unsound": error("nel record {number} la traccia non regge: {text}",
        "in the record {number} the trail does not hold: {text}",
        "il record è stato scritto da altri, o riscritto: recupera una copia",
        "the record was written by others, or rewritten: fetch a copy"),
    "head-unknown": error(
        "nessun record di questo archivio ha l'impronta {expected}",
        "no record of this archive has the digest {expected}",
        "ricontrolla l'impronta annotata e l'archivio; se sono quelli, i record da allora in poi "
        "sono stati tolti o riscritti: recupera una copia",
        "check the digest that was written down, and the archive; if they are right, the records "
        "from then on were removed or rewritten: restore a copy"),
    "export-occupied": error(
        "{file} esiste già e non è una cartella vuota, o è quella da cui si chiama il comando",
        "{file} exists and is not an empty folder, or is the one that the command is called from",
        "indica con `-o` una cartella nuova", "name a new folder with `-o`"),
    "export-same-name": error(
        "{part} finirebbe sopra un'altra parte: per questo disco i due nomi sono uno solo",
        "{part} would be written over another part: to this disk the two names are one",
        "indica con `-o` una cartella di un disco che distingue maiuscole e minuscole; nulla è "
        "stato scritto",
        "name with `-o` a folder on a disk that tells capital letters from small ones; nothing was "
        "written"),
}  # fmt: skip

HINTS = hints(
    ("beside-archive",
        ("guarda che cos'è e spostalo: SQLite lo prenderebbe per suo; se un altro programma tiene "
        "aperto l'archivio, chiudilo prima in quello"),
        ("see what it is and move it away: SQLite would take it for its own; if another program "
        "has the archive open, close it there first")),
    ("journal-of-other",
        ("è il journal di un altro archivio, o di questo com'era un tempo: applicarlo toglierebbe "
        "dei record; mettilo accanto al suo archivio, o toglilo"),
        ("it is the journal of another archive, or of this one as it once was: playing it back "
        "would take records away; put it beside its own archive, or remove it")),
    ("archive-name", "dagli un nome che finisce con `.sqlite`: {instead}",
        "give it a name that ends with `.sqlite`: {instead}"),
    ("archive-empty", "l'archivio non ha ancora record: sigilla senza `--correction-of`",
        "the archive holds no record yet: seal without `--correction-of`"),
    ("archive-missing",
        ("controlla nome e cartella; un archivio comincia con `ruletrail seal RELAZIONE --archive "
        "{name}`"),
        ("check its name and folder; an archive begins with `ruletrail seal REPORT --archive "
        "{name}`")),
)  # fmt: skip
