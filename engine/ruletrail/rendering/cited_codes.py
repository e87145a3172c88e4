"""What the codes are that a first screen speaks of without their names.

A reason reads best with codes and numbers; what those stand for is said once, at the end.
"""

from collections.abc import Container, Iterable, Iterator

from ruletrail.rendering.blocks import Block, Item, Items, Paragraph, find_codes, mark_code
from ruletrail.rendering.readings import Reading, label_of, name_code, title_of, unit_of

_MOST = 8
_LONGEST, _SHORTEST = 40, 16
_OWN_NAMES = ("decision", "check", "message")
"""Kinds of steps that stand under their own titles wherever they matter; of parts some do not."""


def write_cited(
    reading: Reading, blocks: Iterable[Block], titled: Container[str] = _OWN_NAMES
) -> Iterator[Block]:
    """Write what each code in these blocks is called, and its unit, unless they say it too.

    Of very many the first that the form has, and the first parts that stand under no title of
    their own; a page explains all of them further down. `titled` are the kinds of steps that do.
    """
    texts = list(list_texts(blocks))
    codes = _list_unsaid(reading, texts, titled)
    if codes:
        places = {code: at for at, code in enumerate(reading.document["fields"])}
        codes.sort(key=lambda code: places.get(code, len(places)))
        parts = [code for code in codes if _kind(reading, code) == "section"]
        shown = [code for code in codes if code not in parts][:_MOST] + parts[:_MOST]
        names = "; ".join(_call(reading, code, codes, texts) for code in shown)
        more = "; …" if len(codes) > len(shown) else "" if names.endswith("…") else "."
        yield Paragraph(reading.say("cited_codes", names=names + more), "note", hanging=True)


def _list_unsaid(reading: Reading, texts: Iterable[str], titled: Container[str]) -> list[str]:
    """List the codes in some texts that have a name, and stand nowhere in them beside it.

    It is looked for where the code stands: all texts together may be long.
    """
    names: dict[str, tuple[str, str]] = {}
    unsaid: dict[str, bool] = {}
    for text in texts:
        for code, start, end in find_codes(text):
            if code not in unsaid:
                names[code] = name_code(reading, code), title_of(reading, code)
                has_title = _kind(reading, code) in titled
                unsaid[code] = not has_title and bool(label_of(reading, code))
            if unsaid[code]:
                after, before = names[code]
                is_said = text.startswith(after, start) or text.endswith(before, 0, end + 1)
                unsaid[code] = not is_said
    return [code for code, is_unsaid in unsaid.items() if is_unsaid]


def list_texts(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the texts of paragraphs and lists, of which first screens are made."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Items):
            for item in block.items:
                yield from _list_item(item)


def _list_item(item: Item) -> Iterator[str]:
    yield item.text
    yield from item.details
    for each in item.items:
        yield from _list_item(each)


def _kind(reading: Reading, code: str) -> str:
    return reading.steps[code]["kind"] if code in reading.steps else ""


def _call(reading: Reading, code: str, codes: Iterable[str], texts: Iterable[str]) -> str:
    """Write a code, what it is called and its unit; a label is cut where no other becomes alike."""
    label, unit = label_of(reading, code), unit_of(reading, code)
    if unit and any(_shows_unit(text, code, unit) for text in texts):
        unit = ""
    short = cut_label(label)
    alike = [each for each in codes if cut_label(label_of(reading, each)) == short]
    named = label if len(alike) > 1 else short
    return f"{mark_code(code)} = {named}" + (f" ({unit})" if unit else "")


def _shows_unit(text: str, code: str, unit: str) -> bool:
    """Tell whether a value of the code stands beside it with its unit: `R04 (10,320348 %)`."""
    _, is_found, rest = text.partition(f"{mark_code(code)} (")
    shown = rest.partition(")")[0]
    return bool(is_found) and (shown.endswith(f" {unit}") or shown.startswith(f"{unit}: "))


def cut_label(label: str) -> str:
    """Cut a long label at a word, and before a bracket that would stay open."""
    if len(label) <= _LONGEST:
        return label
    kept = label[:_LONGEST].rpartition(" ")[0] or label[: _LONGEST - 1]
    outside = kept.rpartition("(")[0]
    if kept.count("(") > kept.count(")") and len(outside) >= _SHORTEST:
        kept = outside
    return kept.rstrip(" ,;:(") + "…"
