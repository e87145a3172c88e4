"""What the tools for assistants (`ruletrail mcp`) say of calls that they cannot answer."""

from ruletrail.problem_texts.texts import error, hints

TEXTS = {
    "tool-unknown": error("non c'è uno strumento {text}", "there is no tool {text}",
        "gli strumenti sono {known}", "the tools are {known}"),
    "resource-unknown": error("non c'è nulla all'indirizzo {text}", "there is nothing at {text}",
        "gli indirizzi sono {known}", "the addresses are {known}"),
    "prompt-unknown": error("non c'è una traccia di lavoro {text}", "there is no prompt {text}",
        "ci sono {known}", "the prompts are {known}"),
    "trail-not-kept": error("la traccia {text} qui non c'è, o non c'è più",
        "the trail {text} is not here, or not any more",
        "valuta di nuovo la relazione: si tengono solo le ultime tracce",
        "evaluate the report again: only the latest trails are kept"),
    "number-in-object": error("il numero {text} in un oggetto non si legge esatto",
        "the number {text} in an object is not read exactly",
        "manda il documento come testo, in YAML o JSON: lì i numeri restano come sono scritti",
        "send the document as a text, in YAML or JSON: there numbers stay as they are written"),
    "argument-choice": error("di {names} ne serve uno e uno solo",
        "of {names} exactly one is needed",
        "indica un rulebook per riferimento, o mandane il testo: {example}",
        "name a rulebook by its reference, or send its text: {example}"),
    "argument-beside": error("{name} vale solo insieme a {other}",
        "{name} is for use beside {other} alone",
        "togli {name}, o manda anche {other}", "leave {name} out, or send {other} too"),
    "file-not-writable": error("{text} non è un file che si scrive qui",
        "{text} is not a file that is written here",
        "scrivi `rulebooks/NOME/FILE` o `schemas/FILE`, in lettere senza accenti, cifre, `.`, "
        "`-`, `_` e `@`, con `.yaml` o `.json` alla fine",
        "write `rulebooks/NAME/FILE` or `schemas/FILE`, in letters without accents, digits, "
        "`.`, `-`, `_` and `@`, with `.yaml` or `.json` at the end"),
    "published-fixed": error("{text} è parte della versione pubblicata {reference}",
        "{text} is part of the published version {reference}",
        "una versione pubblicata non cambia: scrivi un file nuovo, con una versione più alta",
        "a published version never changes: write a new file, with a higher version"),
    "published-by-hand": error("{text} si dice pubblicato",
        "{text} says that it is published",
        "scrivi `status: draft`: pubblicare, con `ruletrail check --record`, tocca a una persona",
        "write `status: draft`: publishing, by `ruletrail check --record`, is up to a person"),
    "token-missing": error("su {text} risponderebbe a chiunque, e {name} non c'è",
        "on {text} it would answer anybody, and there is no {name}",
        "metti un testo lungo e casuale in {name}, o togli `--host`",
        "put a long random text into {name}, or leave `--host` out"),
    "written-enough": error("qui si scrivono al più {limit} byte in una sessione",
        "at most {limit} bytes are written here in a session",
        "fai guardare a una persona ciò che è scritto, e fai ripartire `ruletrail mcp`",
        "have a person look at what is written, and start `ruletrail mcp` again"),
}  # fmt: skip

HINTS = hints(
    ("version-to-say",
        "manda YAML che si legge, con `rulebook`, `edition`, `version` e `status: draft`",
        "send YAML that can be read, with `rulebook`, `edition`, `version` and `status: draft`"),
    ("arguments-known", "gli argomenti sono {known}", "the arguments are {known}"),
)  # fmt: skip
