"""Questions about a whole document: its outline, its form, what can be mended in it."""

from collections.abc import Sequence
from typing import Any

from ruletrail.editors.diagnosing import Finding
from ruletrail.editors.fixes import Piece, choose_pieces, find_fix, find_sure_fix
from ruletrail.editors.symbols import Symbol, list_symbols
from ruletrail.editors.views import Document, View
from ruletrail.files import split_lines
from ruletrail.formatter import format_document
from ruletrail.problems import Mark, refusal

FIX_ALL = "source.fixAll.ruletrail"
LARGEST_FORMATTED = 1_000_000
"""Characters of a document that is formatted: more would keep all other answers waiting."""

_KINDS = {
    "kind": 3, "rules": 12, "decisions": 10, "sections": 5, "checks": 17, "messages": 15,
    "parameters": 14, "groups": 18, "scales": 12, "tables": 12, "lists": 18, "sources": 1,
    "properties": 17,
    "case": 22, "example": 6,
}  # fmt: skip
"""The protocol's numbers for the icons of an outline."""

_TITLES = {
    "it": {
        "write": "Scrivi `{new}` al posto di `{old}`",
        "remove": "Togli `{old}`",
        "all": "Correggi ciò che è certo",
    },
    "en": {
        "write": "Write `{new}` in place of `{old}`",
        "remove": "Remove `{old}`",
        "all": "Correct all that is certain",
    },
}
_LONGEST_SHOWN = 40


def outline(view: View, parameters: Any) -> Any:
    """Write the outline of a document that is open."""
    document = view.document(parameters.text_document.uri)
    if document is None or view.source(parameters.text_document.uri) is None:
        return None
    lines = _lines(document)
    return [_symbol(view, symbol, lines) for symbol in list_symbols(document.text)]


def _symbol(view: View, symbol: Symbol, lines: Sequence[str]) -> Any:
    types, written, last = view.types, lines[symbol.line], symbol.last_line
    end = view.range(lines[last], last, len(lines[last]), len(lines[last])).end
    name = view.range(written, symbol.line, symbol.start, symbol.end)
    return types.DocumentSymbol(
        name=symbol.name,
        detail=symbol.detail,
        kind=types.SymbolKind(_KINDS[symbol.kind]),
        range=types.Range(name.start, max(end, name.end)),
        selection_range=name,
        children=[_symbol(view, child, lines) for child in symbol.children],
    )


def _lines(document: Document) -> list[str]:
    return split_lines(document.text)


# -- Formatting ------------------------------------------------------------------------------------


def format_text(view: View, parameters: Any) -> Any:
    """Write a document as `ruletrail fmt` does; raises `ProblemsError` where that cannot be."""
    uri = parameters.text_document.uri
    document, source = view.document(uri), view.source(uri)
    if document is None or source is None:
        return None
    shown = document.path.as_posix()
    if len(document.text) > LARGEST_FORMATTED:
        raise refusal("editor-too-large", Mark(shown), limit=str(LARGEST_FORMATTED))
    old, new = _lines(document), format_document(document.text, shown).split("\n")
    if old == new:
        return []
    # only the lines between the first and the last that differ, so that the cursor stays
    first = _count_alike(old, new)
    last = _count_alike(old[first:][::-1], new[first:][::-1])
    start, end = view.types.Position(first, 0), view.types.Position(len(old) - last, 0)
    text = "".join(f"{line}\n" for line in new[first : len(new) - last])
    if not last:
        end = view.range(old[-1], len(old) - 1, len(old[-1]), len(old[-1])).end
        text = text.removesuffix("\n")
    if "\r\n" in document.text:
        # not every editor makes one ending of two
        text = text.replace("\n", "\r\n")
    return [view.types.TextEdit(view.types.Range(start, end), text)]


def _count_alike(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = zip(old, new, strict=False)
    return next(
        (at for at, pair in enumerate(pairs) if pair[0] != pair[1]), min(len(old), len(new))
    )


# -- Quick fixes -----------------------------------------------------------------------------------


def mend(view: View, parameters: Any) -> Any:
    """Offer the fixes of the problems in a range, and to make all of a document at once."""
    uri = parameters.text_document.uri
    document, asked = view.document(uri), parameters.range
    if document is None:
        return None
    only = parameters.context.only
    lines, actions = _lines(document), []
    found = [(finding, find_fix(finding, lines)) for finding in _findings(view, document)]
    fixable = [(finding, fix) for finding, fix in found if fix]
    for finding, fix in fixable:
        if asked.start.line <= finding.line <= asked.end.line and _is_asked("quickfix", only):
            actions.append(_quick_fix(view, uri, lines, finding, fix))
    sure = [fix for finding, _ in fixable if (fix := find_sure_fix(finding, lines))]
    if sure and _is_asked(FIX_ALL, only):
        pieces = choose_pieces(sure)
        title = _TITLES[view.language]["all"]
        actions.append(_action(view, title, FIX_ALL, _edit(view, uri, lines, pieces)))
    return actions


def _findings(view: View, document: Document) -> list[Finding]:
    """List the problems that are shown in a document, each once."""
    found: list[Finding] = []
    for files in view.memory.shown.values():
        found += [each for each in files.get(document.path, ()) if each not in found]
    return found


def _is_asked(kind: str, only: Sequence[Any] | None) -> bool:
    """Tell whether an editor asks for a kind of action, or one that holds it."""
    if not only:
        return True
    return any(kind == each or kind.startswith(f"{each}.") for each in map(_name, only))


def _name(kind: Any) -> str:
    """Return a kind as it is sent: pygls makes members of an enumeration of those it knows."""
    return str(getattr(kind, "value", kind))


def _quick_fix(
    view: View, uri: str, lines: Sequence[str], finding: Finding, fix: tuple[Piece, ...]
) -> Any:
    old = ", ".join(lines[piece.line][piece.start : piece.end].strip() for piece in fix)
    new = ", ".join(piece.text.strip() for piece in fix)
    what = "write" if any(piece.text.strip() for piece in fix) else "remove"
    title = _TITLES[view.language][what].format(new=_cut(new), old=_cut(old))
    action = _action(view, title, "quickfix", _edit(view, uri, lines, fix))
    action.diagnostics, action.is_preferred = [view.diagnostic(finding)], True
    return action


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def _action(view: View, title: str, kind: str, edit: Any) -> Any:
    return view.types.CodeAction(title=title, kind=kind, edit=edit)


def _edit(view: View, uri: str, lines: Sequence[str], pieces: Sequence[Piece]) -> Any:
    types = view.types
    edits = [
        types.TextEdit(view.range(lines[each.line], each.line, each.start, each.end), each.text)
        for each in pieces
    ]
    return types.WorkspaceEdit(changes={uri: edits})
