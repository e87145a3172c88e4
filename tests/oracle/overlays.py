"""A rulebook cut in two: one that `extends` the other, and comes to the same (section 17.3)."""

from dataclasses import replace
from random import Random

from .documents import HEAD, Rulebook
from .values import Num

OTHERS: dict[str, object] = {
    "formula": "1",
    "when": "false",
    "due": False,
    "expect": True,
    "severity": "info",
    "policy": "exclusive",
    "value": Num("77"),
    "round": {"decimals": 1, "mode": "up"},
    "text": {"it": "z", "en": "z"},
}


def cut(rulebook: Rulebook, rng: Random) -> tuple[Rulebook, str, str]:
    """Return the rulebook as it comes out, the base's text, and the text of what lies over it."""
    whole, base, over = (replace(rulebook, content={}) for _ in range(3))
    for kind, entries in rulebook.content.items():
        new = {code: entry for code, entry in entries.items() if rng.random() < 0.2}
        old = {code: entry for code, entry in entries.items() if code not in new}
        whole.content[kind] = {**old, **new}
        base.content[kind], over.content[kind] = {}, dict(new)
        for code, entry in old.items():
            base.content[kind][code], changed = _divided(entry, rng)
            if changed:
                over.content[kind][code] = changed
    head = {**HEAD, "extends": "prova/2023@1.0.0"}
    if rng.random() < 0.5:
        head["language"] = whole.language = 2
    if rng.random() < 0.5:
        base.content["rules"]["zz9"] = {"formula": "1 / 0"}
        base.content.setdefault("groups", {})["zg9"] = ["zz9"]
        head["remove"] = ["zz9", "zg9"]
    return whole, base.text({**HEAD, "edition": "2023"}), over.text(head)


def _divided(entry: dict | list, rng: Random) -> tuple[dict | list, dict | list | None]:
    """Return an entry as the base has it, and what is written over it."""
    if rng.random() < 0.5:
        return entry, None
    if isinstance(entry, list):
        return entry[:1], entry
    keys = [key for key in entry if key in OTHERS and "for_each" not in entry]
    chosen = rng.sample(keys, rng.randint(0, len(keys)))
    first = {key: OTHERS[key] if key in chosen else item for key, item in entry.items()}
    second = {key: item for key, item in entry.items() if key in chosen}
    return first, second or None
