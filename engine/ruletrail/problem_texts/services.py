"""What the service (`ruletrail serve`) says of requests that it cannot answer."""

from ruletrail.problem_texts.texts import error, hints

TEXTS = {
    "media-type": error("il corpo è {found}: qui si legge {known}",
        "the body is {found}: {known} is read here",
        "scrivi il tipo del corpo nell'intestazione `Content-Type`, senza `Content-Encoding`, in "
        "UTF-8",
        "write the body's type in the header `Content-Type`, without `Content-Encoding`, in UTF-8"),
    "token-needed": error("la richiesta non ha il token di questo servizio",
        "the request does not have the token of this service",
        "mandalo nell'intestazione `Authorization: Bearer …`",
        "send it in the header `Authorization: Bearer …`"),
    "parameter-unknown": error("qui non c'è un parametro {text}",
        "there is no parameter {text} here",
        "i parametri di ogni operazione stanno in `/openapi.json`",
        "the parameters of each operation stand in `/openapi.json`"),
    "parameter-wrong": error("il parametro {name} non può essere {text}",
        "the parameter {name} cannot be {text}", "scrivi {expected}", "write {expected}"),
    "parameter-missing": error("manca il parametro {name}", "the parameter {name} is missing",
        "scrivi {expected}", "write {expected}"),
    "path-unknown": error("qui non c'è nulla: {text}", "there is nothing here: {text}",
        "le operazioni del servizio stanno in `/openapi.json`",
        "the operations of the service stand in `/openapi.json`"),
    "method-unknown": error("{text} non ammette il metodo {method}",
        "{text} does not admit the method {method}",
        "le operazioni del servizio stanno in `/openapi.json`",
        "the operations of the service stand in `/openapi.json`"),
    "request-slow": error("la richiesta non è arrivata intera entro {limit} secondi",
        "the request did not arrive whole within {limit} seconds",
        "mandalo di nuovo, o dividilo", "send it again, or divide it"),
    "answer-slow": error("la risposta avrebbe preso più di {limit} secondi",
        "the answer would have taken more than {limit} seconds",
        "manda meno in una volta, o chiedi a chi tiene il servizio di alzare `--timeout`",
        "send less at once, or ask who runs the service to raise `--timeout`"),
    "answer-broken-off": error("il processo che preparava la risposta è stato fermato da fuori",
        "the process that made the answer was ended from outside",
        "mandala di nuovo; se accade ancora, manda meno in una volta, o chiedi a chi tiene il "
        "servizio di guardare se la memoria basta",
        "send it again; if it happens again, send less at once, or ask who runs the service to "
        "see whether there is memory enough"),
    "service-busy": error("il servizio ha già tutto il lavoro che può tenere",
        "the service has all the work that it can hold",
        "riprova tra un momento; per HTTP i secondi li dice `Retry-After`",
        "try again in a moment; over HTTP `Retry-After` says the seconds"),
    "service-starting": error("il servizio sta ancora leggendo i rulebook",
        "the service is still reading its rulebooks",
        "riprova tra poco; per HTTP `/ready` dice quando è pronto",
        "try again soon; over HTTP `/ready` says when it is ready"),
    "service-defect": error("difetto di ruletrail, non della richiesta",
        "a defect of ruletrail, not of the request",
        "il registro del servizio dice di più; per HTTP, sotto l'identificatore della richiesta",
        "the log of the service says more; over HTTP, under the identifier of the request"),
    "rulebook-defect": error("a leggere il file si è incontrato un difetto di ruletrail",
        "reading the file met a defect of ruletrail",
        "segnalalo, con il file; il registro del servizio dice di più",
        "report it, with the file; the log of the service says more"),
    "address-refused": error("non si può ascoltare su {text}", "{text} cannot be listened on",
        "di solito un altro programma lo tiene già: scegli un altro numero con `--port`, da 1024 "
        "in su; `--host` è un indirizzo di questa macchina",
        "most often another program has it already: choose another number by `--port`, 1024 or "
        "above; `--host` is an address of this machine"),
    "token-empty": error("la variabile {text} c'è, ma non contiene un token",
        "the variable {text} is there, but holds no token",
        "mettici un testo lungo e casuale, senza spazi attorno, o togli la variabile",
        "put a long random text there, without spaces around it, or take the variable away"),
    "rulebook-unloaded": error("{text} non si può usare: il suo file ha degli errori",
        "{text} cannot be used: its file has errors",
        "l'elenco dei rulebook dice quali: `GET /v1/rulebooks`, o lo strumento `list_rulebooks`",
        "the list of rulebooks says which: `GET /v1/rulebooks`, or the tool `list_rulebooks`"),
}  # fmt: skip

HINTS = hints(
    ("host-unknown",
        ("nessun indirizzo ha questo nome: dopo `--host` scrivi un indirizzo di questa macchina, "
        "per esempio `127.0.0.1`"),
        ("no address has this name: after `--host` write an address of this machine, `127.0.0.1` "
        "for instance")),
    ("host-elsewhere",
        ("l'indirizzo non è di questa macchina: dopo `--host` scrivine uno suo, per esempio "
        "`127.0.0.1`, o `0.0.0.0` per tutti quelli che ha"),
        ("the address is not of this machine: after `--host` write one of its own, `127.0.0.1` for "
        "instance, or `0.0.0.0` for all that it has")),
    ("port-reserved",
        "i numeri sotto 1024 il sistema li tiene per sé: scegline un altro con `--port`",
        "the system keeps the numbers below 1024 for itself: choose another one by `--port`"),
)  # fmt: skip
