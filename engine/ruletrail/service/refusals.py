"""Why a request has no answer: problem details (RFC 9457) with our problems, in two languages.

Each problem is as `--format json` writes it. No path of the machine leaves the service.
"""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from starlette.responses import Response

from ruletrail.files import show_path
from ruletrail.formats import LOCALES, Locale
from ruletrail.library import Libraries
from ruletrail.problems import Problem
from ruletrail.rendering.problems import problems_json

PROBLEM_TYPE = "application/problem+json"
_STATUSES = {
    "document-too-large": 413, "media-type": 415, "token-needed": 401, "parameter-unknown": 400,
    "parameter-wrong": 400, "parameter-missing": 400, "path-unknown": 404, "method-unknown": 405,
    "request-slow": 408, "answer-slow": 504, "service-busy": 503, "service-starting": 503,
    "answer-broken-off": 503,
    "rulebook-unloaded": 503, "service-defect": 500, "date-form": 400,
}  # fmt: skip
"""By the code of the first problem; what is wrong with a document is none of these."""
UNPROCESSABLE = 422
_TITLES = {
    400: ("richiesta sbagliata", "bad request"),
    401: ("serve un token", "a token is needed"),
    404: ("non trovato", "not found"),
    405: ("metodo non ammesso", "method not allowed"),
    408: ("richiesta troppo lenta", "request too slow"),
    413: ("corpo troppo grande", "body too large"),
    415: ("tipo del corpo non letto", "unsupported media type"),
    422: ("documento con problemi", "document with problems"),
    500: ("difetto del servizio", "defect of the service"),
    503: ("servizio non disponibile", "service unavailable"),
    504: ("risposta troppo lenta", "answer too slow"),
}
_CLOSING = frozenset({408, 413, 415, 401})
"""After these the rest of the body is not read, so the connection ends."""
_AGAIN = {503: "1"}


class WrittenError(Exception):
    """Problems that are written already, in the language of who asked, and the status if known."""

    def __init__(self, problems: Sequence[dict[str, Any]], status: int | None = None) -> None:
        """Keep both."""
        super().__init__()
        self.problems, self.status = problems, status


def choose_language(header: str, default: Locale) -> Locale:
    """Choose a language by `Accept-Language`: the one of ours that is wanted most."""
    wanted: list[tuple[float, Locale]] = []
    for part in header.split(",")[:20]:
        tag, _, rest = part.partition(";")
        name = tag.strip().lower().partition("-")[0]
        found = next((known for known in LOCALES if known == name), None)
        if found is not None:
            wanted.append((_read_weight(rest), found))
    best = max(wanted, key=lambda each: each[0], default=(0.0, default))
    return best[1] if best[0] > 0 else default


def _read_weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value[:8])
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def refuse(
    problems: Iterable[Problem], language: Locale, libraries: Libraries, status: int | None = None
) -> Response:
    """Answer with problems; the status follows from the first of them unless it is given."""
    return refuse_written(problems_json(problems, language), language, libraries, status)


def refuse_written(
    written: Sequence[dict[str, Any]],
    language: Locale,
    libraries: Libraries,
    status: int | None = None,
) -> Response:
    """Answer with problems that are written already."""
    shown = hide_folders(written, libraries)
    first = shown[0]
    number = _STATUSES.get(first["code"], status or UNPROCESSABLE)
    title = _TITLES[number][0 if language == "it" else 1]
    document = {
        "type": f"urn:ruletrail:problem:{first['code']}",
        "title": title,
        "status": number,
        "detail": first["message"],
        "problems": shown,
    }
    content = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    headers: dict[str, str] = {"Content-Language": language}
    headers |= {"Connection": "close"} if number in _CLOSING else {}
    headers |= {"Retry-After": _AGAIN[number]} if number in _AGAIN else {}
    headers |= {"WWW-Authenticate": "Bearer"} if number == 401 else {}  # noqa: PLR2004 - the status that asks
    return Response(content, number, headers, PROBLEM_TYPE)


def hide_folders(
    written: Sequence[dict[str, Any]], libraries: Libraries
) -> Sequence[dict[str, Any]]:
    """Name the files of libraries from the library's folder on."""
    folders = {
        f"{place}/"
        for library in libraries
        for folder in (library.rulebooks.parent, library.schemas.parent)
        for place in _name_folder(folder)
        if place not in (".", "/")
    }
    longest = sorted(folders, key=len, reverse=True)
    return [{key: _hide(value, longest) for key, value in each.items()} for each in written]


def _name_folder(folder: Path) -> tuple[str, ...]:
    """Name a folder in each way in which marks and messages may have it."""
    return str(folder), os.path.realpath(folder), str(folder.absolute()), show_path(folder)


def _hide(value: Any, folders: Sequence[str]) -> Any:
    if not isinstance(value, str) or "/" not in value:
        return value
    for folder in folders:
        value = value.replace(folder, "")
    return value
