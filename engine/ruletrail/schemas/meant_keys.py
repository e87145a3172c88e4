"""What a key means that is none of ours: by its meaning first, by its letters only after that.

Authors write in their own language, or call a thing as another program does. The words here are
certain; a key that only looks like another is a guess. Neither is a key that stands there already.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode, members_of
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, Problem
from ruletrail.suggestions import Nearest, code_like

_WORDS = {
    # the parts of a rulebook
    "sources": "fonti riferimenti",
    "parameters": "parametri parametro costanti costante constants constant",
    "groups": "gruppi gruppo",
    "rules": "regole regola formule",
    "decisions": "decisioni decisione",
    "sections": "sezioni sezione",
    "checks": "controlli controllo verifiche",
    "messages": "messaggi avvisi",
    "lists": "elenchi elenco liste lista",
    "scales": "scale scala scaglioni",
    "tables": "tabelle tabella",
    # what it says of itself
    "language": "linguaggio",
    "edition": "edizione anno year",
    "version": "versione",
    "status": "stato",
    "title": "titolo etichetta label nome name",
    "report": "relazione modulo schema",
    "locale": "lingua",
    "in_force": "in_vigore vigore validita valido valid",
    "from": "da dal dalla a_partire_da a_partire_dal decorrenza inizio start since valid_from "
    "valido_dal valida_dal in_vigore_dal",
    "to": "a al alla fine end until through fino fino_a fino_al fino_alla scadenza valid_to",
    "until": "to a al alla fino fino_a fino_al fino_alla scadenza fine end",
    "day": "giorno data",
    "extends": "estende base",
    "remove": "togli rimuovi toglie",
    "it": "italiano italian ita",
    "en": "inglese english eng",
    # the entries
    "for_each": "per_ogni per_ciascuno per_ciascun foreach",
    "when": "quando se if condizione condition due",
    "formula": "calcolo espressione expression value valore outcome esito then allora",
    "expect": "condizione condition when if se formula controlla aspettato atteso attesi",
    "due": "dovuto dovuta dovuti condizione condition when quando if se formula",
    "cases": "casi",
    "exceptions": "eccezioni eccezione exception salvo",
    "heading": "intestazione",
    "outcome": "esito risultato result then allora",
    "otherwise": "altrimenti else default",
    "label": "etichetta nome name titolo title",
    "unit": "unita misura unita_di_misura",
    "round": "arrotonda arrotondamento rounding",
    "decimals": "decimali cifre cifre_decimali digits places",
    "mode": "modo metodo modalita method",
    "value": "valore importo amount",
    "source": "fonte",
    "evidence": "evidenza prova",
    "note": "nota note notes",
    "severity": "gravita",
    "message": "messaggio avviso text testo frase",
    "text": "testo frase message messaggio",
    "fields": "campi campo",
    "optional": "facoltativi facoltativo facoltativa opzionali",
    "part_of": "parte_di",
    "not_encoded": "non_codificato non_codificata",
    "kind": "tipo type",
    # lists, scales and tables
    "row": "riga",
    "bands": "scaglioni scaglione fasce fascia bande",
    "above": "oltre sopra over",
    "rate": "aliquota percentuale",
    "of": "di",
    "by": "chiavi chiave keys key per",
    "rows": "righe",
    "types": "tipi",
    "versions": "versioni values valori",
    # a schema
    "type": "tipo",
    "minimum": "minimo min da dal from",
    "maximum": "massimo max a al to",
    "required": "obbligatori obbligatorio obbligatoria richiesti richiesto richiesta mandatory",
    "properties": "proprieta campi",
    "description": "descrizione",
    "format": "formato",
    "const": "value valore codice code",
    "enum": "valori scelte opzioni elenco enumerazione values choices options",
    # examples
    "examples": "esempi",
    "name": "nome",
    "subject": "soggetto ente",
    "like": "come",
    "change": "cambia cambi",
    "values": "valori",
}
_MEANINGS: dict[str, list[str]] = {}
for _key, _words in _WORDS.items():
    for _word in _words.split():
        _MEANINGS.setdefault(_word, []).append(_key)

_HELD_BY = {
    "formula": "rules",
    "cases": "decisions",
    "due": "sections",
    "expect": "checks",
    "value": "parameters",
}
"""The key by which an entry is told, and the part of a rulebook that it is an entry of."""

WHAT_MUST_BE_TRUE = "what-must-be-true"
"""The hint for a condition in the place of what a check expects, which may be the reverse of it."""

WHAT_MUST_NOT_BE = "what-must-not-be"
"""The hint for the reverse of an entry's condition, under a key that says so: `unless`."""
_WITH_MEANT = (WHAT_MUST_BE_TRUE, WHAT_MUST_NOT_BE)
"""The hints whose details name the key that is meant."""

_OF_ROWS = ("rules", "checks")
"""The parts of a rulebook whose entries may be written for each row of a list."""
_DEPTH_OF_ENTRIES = 2
"""How many steps lead from a rulebook to an entry: its part, its code."""


def meanings_of(word: str) -> Sequence[str]:
    """List the keys that a word of an author's means, in Italian or as other programs have it."""
    return _MEANINGS.get(code_like(word).lower(), ())


def is_word_of_ours(word: str) -> bool:
    """Tell whether a word is a key, whatever else it means."""
    return word in _WORDS


def find_meant(key: str, known: Collection[str], written: Collection[str]) -> str:
    """Return the key that a word means among those known here and not written; else nothing."""
    return next((each for each in meanings_of(key) if each in known and each not in written), "")


def find_held(key: str, known: Collection[str], written: Mapping[str, Any]) -> str:
    """Return what `values` are in a scale or a table by what each holds; for other keys nothing.

    A parameter's are dated; bands and rows have a value too, and versions have bands or rows.
    """
    held = written[key]
    if "versions" not in known or "versions" not in meanings_of(key) or not isinstance(held, list):
        return ""
    inner = {each for item in held if isinstance(item, Mapping) for each in item}
    meant = next((each for each in ("bands", "rows") if each in known and each not in written), "")
    is_version = not inner.isdisjoint(("bands", "rows", "file"))
    return meant if inner and not is_version else ""


def part_of_entry(entry: Node | None) -> str:
    """Return the part of a rulebook that a mapping looks like an entry of; empty for none."""
    keys = members_of(entry)
    return next((part for key, part in _HELD_BY.items() if key in keys), "")


def is_of_row(path: Sequence[object], key: str, entry: Node | None) -> bool:
    """Tell whether a key in an entry is a rule or check of a row, below the name of its list.

    `path` leads to the entry: `rules`, then the name.
    """
    is_entry = len(path) == _DEPTH_OF_ENTRIES and path[0] in _OF_ROWS
    return is_entry and part_of_entry(members_of(entry).get(key)) == path[0]


def stands_below(key: str, part: str, root: MappingNode) -> bool:
    """Tell whether a key at the top is written just after the entries of a part of a rulebook."""
    lines = {each: root.keys[each].mark.line for each in root.keys}
    above = [
        each for each in lines if lines[each] < lines[key] and not part_of_entry(root.get(each))
    ]
    return bool(above) and max(above, key=lines.__getitem__) == part


# -- To read on, as if it were right ---------------------------------------------------------------


def read_as_meant(root: MappingNode, problems: Sequence[Problem]) -> MappingNode:
    """Return a rulebook's tree with its unknown keys as they are meant, where that is known.

    So what stands below one is read all the same, and what names it is not blamed.
    """
    meant = {problem.mark: _suggested(problem) for problem in problems if is_key(problem)}
    renamed = _rename(root, {mark: key for mark, key in meant.items() if key})
    return (
        _join_rows(_put_back(renamed, meant), meant) if isinstance(renamed, MappingNode) else root
    )


def _join_rows(root: MappingNode, meant: Mapping[Mark, str]) -> MappingNode:
    """Write rules and checks of rows that stand below the name of their list as `LIST.NAME`."""
    values = dict(root.values)
    for part in _OF_ROWS:
        entries = dict(members_of(root.get(part)))
        keys: dict[str, ScalarNode] = {}
        for over, entry in list(entries.items()):
            rows = [
                name
                for name, written in (entry.keys.items() if isinstance(entry, MappingNode) else ())
                if written.mark in meant and is_of_row((part, over), name, entry)
            ]
            if not rows or not isinstance(entry, MappingNode):
                continue
            entries |= {f"{over}.{name}": entry.values[name] for name in rows}
            keys |= {f"{over}.{name}": entry.keys[name] for name in rows}
            if len(rows) == len(entry.values):
                del entries[over]
        below = root.get(part)
        if keys and isinstance(below, MappingNode):
            kept = {name: key for name, key in below.keys.items() if name in entries}
            values[part] = replace(below, values=entries, keys=kept | keys)
    return replace(root, values=values)


def is_key(problem: Problem) -> bool:
    """Tell a problem of a key: one that is unknown, or one of ours but for letters that look so."""
    is_ours = problem.code == "foreign-letter" and bool(problem.suggestion)
    return is_ours or problem.code == "unknown-key"


def is_certain(problem: Problem) -> bool:
    """Tell whether the key that is meant is known by its meaning, or by what it holds."""
    return problem.code == "unknown-key" and not isinstance(problem.suggestion, Nearest)


def _suggested(problem: Problem) -> str:
    if problem.advice in _WITH_MEANT:
        return problem.details["meant"]
    near = problem.suggestion
    return near.found if isinstance(near, Nearest) else near


def _rename(node: Node, meant: Mapping[Mark, str]) -> Node:
    if isinstance(node, SequenceNode):
        return replace(node, items=tuple(_rename(item, meant) for item in node.items))
    if isinstance(node, ScalarNode):
        return node
    names = {key: meant.get(mark.mark, key) for key, mark in node.keys.items()}
    if len(set(names.values())) < len(names):  # two of them would mean one
        names = {key: key for key in node.keys}
    values = {names[key]: _rename(value, meant) for key, value in node.values.items()}
    keys = {names[key]: written for key, written in node.keys.items()}
    return replace(node, values=values, keys=keys)


def _put_back(root: MappingNode, meant: Mapping[Mark, str]) -> MappingNode:
    """Put entries that stand at the margin into the part that they belong to."""
    values, keys = dict(root.values), dict(root.keys)
    for key, written in root.keys.items():
        part = part_of_entry(root.get(key)) if meant.get(written.mark) == "" else ""
        below = values.get(part) if part else None  # a key may be the empty text
        if isinstance(below, MappingNode) and key not in below.values:
            entries, names = {**below.values, key: values.pop(key)}, {**below.keys, key: written}
            values[part] = replace(below, values=entries, keys=names)
            del keys[key]
    return replace(root, values=values, keys=keys)
