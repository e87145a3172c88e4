"""A PDF's text, line by line as it lies on the page; only here is pypdf imported.

A PDF is hostile input: its size, its pages and what they may unfold to are limited, and whatever
goes wrong inside the library is a problem, not a traceback.
"""

import importlib
import logging
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, NoReturn

from ruletrail.documents import REPORT_LIMITS
from ruletrail.layouts.pdf_fields import find_undrawn
from ruletrail.layouts.pdf_letters import marking_unnamed
from ruletrail.layouts.pdf_shown import MOST_CONTENT, TooMuchContentError, list_turns, showing
from ruletrail.layouts.pdf_work import (
    MOST_STEPS,
    MOST_STREAM,
    MOST_WORK,
    PdfWorkError,
    Work,
    count_fonts,
    counting,
)
from ruletrail.problems import Mark, ProblemsError, is_short_of_memory, quote, refusal

MOST_BYTES = 8 * 1024 * 1024
MOST_PAGES = 60

SIGNATURE = b"%PDF-"

_ABOVE_ALL = logging.CRITICAL + 1
_ONE_AT_A_TIME = threading.Lock()

_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, OSError,
    RecursionError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What pypdf lets escape on broken files, besides its own errors."""


def text_of_pdf(data: bytes, file: str) -> str:
    """Read the text of a PDF that is already in memory, pages one after the other."""
    with _silence():
        pypdf = _import_pypdf(file)
        if len(data) > MOST_BYTES:
            _refuse("document-too-large", file, limit=str(MOST_BYTES))
        work = Work()
        try:
            with counting(pypdf, work), marking_unnamed(pypdf):
                text = _join_pages(pypdf.PdfReader(BytesIO(data), strict=False), file, work)
        except (pypdf.errors.LimitReachedError, PdfWorkError) as error:
            raise _too_costly(file) from error
        except ProblemsError as error:
            raise (_too_costly(file) if work.is_over else error) from None
        except (pypdf.errors.PyPdfError, *_BROKEN) as error:
            if work.is_over:
                raise _too_costly(file) from error
            raise refusal("pdf-unreadable", Mark(file), file=quote(file)) from error
        if work.is_over:
            raise _too_costly(file)
        return text


def _too_costly(file: str) -> ProblemsError:
    size, part = (str(most // 1024**2) for most in (MOST_WORK, MOST_STREAM))
    details = {"size": size, "part": part, "steps": f"{MOST_STEPS:,}".replace(",", " ")}
    return refusal("pdf-unfolds", Mark(file), file=quote(file), **details)


def _import_pypdf(file: str) -> Any:
    try:
        return importlib.import_module("pypdf")
    except ImportError as error:
        if is_short_of_memory(error):
            raise
        details = {"text": "PDF", "command": '`pip install "ruletrail[read]"`'}
        raise refusal("missing-extra", Mark(file), **details) from error


def _join_pages(reader: Any, file: str, work: Work) -> str:
    if reader.is_encrypted:
        _refuse("pdf-encrypted", file, file=quote(file))
    if len(reader.pages) > MOST_PAGES:
        _refuse("pdf-too-many-pages", file, limit=str(MOST_PAGES))
    texts: list[str] = []
    size = 0
    for page in reader.pages:
        count_fonts(page, work)
        texts.append(_page_text(page, file, work))
        size += len(texts[-1].encode("utf-8", "replace"))
        if size > REPORT_LIMITS.size:
            _refuse("document-too-large", file, limit=str(REPORT_LIMITS.size))
    text = "\n".join(texts)
    if not text.strip():
        _refuse("pdf-without-text", file, file=quote(file))
    return text


def _page_text(page: Any, file: str, work: Work) -> str:
    content = page.get_contents()
    if content is not None and len(content.get_data()) > MOST_CONTENT:
        _refuse("document-too-large", file, limit=str(MOST_CONTENT))
    text = ""
    try:
        for turn in list_turns(page):
            with showing(importlib.import_module("pypdf"), page, work, turn):
                text = page.extract_text(extraction_mode="layout")
            if text.strip():
                break
    except TooMuchContentError:
        _refuse("document-too-large", file, limit=str(MOST_CONTENT))
    undrawn = find_undrawn(page, text, work)
    if undrawn:
        _refuse("pdf-value-undrawn", file, text=quote(undrawn))
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _refuse(code: str, shown: str, **details: str) -> NoReturn:
    raise refusal(code, Mark(shown), **details)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep pypdf's remarks off the user's screen: they hold raw bytes of the file.

    Each of its modules has a logger, made when it first says something: a level above all others
    reaches also those that are made later, which take it from `pypdf`. One reading at a time, so
    that what is put back is what the caller had.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = [(logger, logger.level) for logger in _loggers()]
        for logger, _ in before:
            logger.setLevel(_ABOVE_ALL)
        try:
            yield
        finally:
            for logger, level in before:
                logger.setLevel(level)


def _loggers() -> list[logging.Logger]:
    """List pypdf's loggers that there are already, its first one always."""
    first = logging.getLogger("pypdf")
    named = list(logging.root.manager.loggerDict.items())
    made = [one for name, one in named if name.startswith("pypdf.")]
    return [first, *(one for one in made if isinstance(one, logging.Logger))]
