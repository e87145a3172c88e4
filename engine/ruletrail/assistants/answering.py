"""What each tool does: read what it is about, hand the work out, answer.

A tool is a function of the desk and of what was asked. Problems raise `ProblemsError`, or
`WrittenError` where a process has written them already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from ruletrail.assistants import folders, tasks, wordings
from ruletrail.assistants.arguments import Asked, mark_of
from ruletrail.assistants.desks import Desk
from ruletrail.assistants.settings import MOST_WRITTEN
from ruletrail.assistants.tasks import Answered, Sent
from ruletrail.documents import Nulls
from ruletrail.library import Library, Source
from ruletrail.library.listings import find_listing
from ruletrail.problems import Mark, quote, refusal
from ruletrail.references import parse_reference
from ruletrail.service.refusals import hide_folders
from ruletrail.service.shelves import Book, list_books
from ruletrail.service.tasks import Asked as Question
from ruletrail.service.tasks import read_asked

ABOUT = ("rulebook", "text", "file")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool gives: a text for the model to read, and the same for programs."""

    text: str
    content: Mapping[str, Any]


# -- Reports ---------------------------------------------------------------------------------------


async def evaluate(desk: Desk, asked: Asked) -> Answer:
    """Evaluate a report."""
    body, nulls = asked["report"].encode("utf-8", "replace"), cast("Nulls", asked["nulls"])
    book = await _find_named(desk, body, asked)
    given = (body, nulls or "refused", asked.spoken)
    return _answer(desk, asked, await desk.do_with(book, asked.language, tasks.evaluate, *given))


async def explain(desk: Desk, asked: Asked) -> Answer:
    """Explain one code of a report."""
    body, nulls = asked["report"].encode("utf-8", "replace"), cast("Nulls", asked["nulls"])
    book = await _find_named(desk, body, asked)
    given = (body, nulls or "refused", asked["code"], asked.spoken)
    return _answer(desk, asked, await desk.do_with(book, asked.language, tasks.explain, *given))


async def needed(desk: Desk, asked: Asked) -> Answer:
    """Find what is still to be asked about a report."""
    body, nulls = asked["report"].encode("utf-8", "replace"), cast("Nulls", asked["nulls"])
    book = await _find_named(desk, body, asked)
    given = (body, nulls or "refused", asked["target"], asked.spoken)
    return _answer(desk, asked, await desk.do_with(book, asked.language, tasks.needed, *given))


async def whatif(desk: Desk, asked: Asked) -> Answer:
    """Find what would change an outcome of a report."""
    body, nulls = asked["report"].encode("utf-8", "replace"), cast("Nulls", asked["nulls"])
    book = await _find_named(desk, body, asked)
    question = Question(
        asked["target"],
        asked["set"],
        asked["want"],
        asked["vary"],
        pairs=bool(asked["pairs"]),
        precision=bool(asked["precision"]),
        mark=mark_of("set"),
    )
    given = (body, nulls or "refused", question, asked.spoken)
    return _answer(desk, asked, await desk.do_with(book, asked.language, tasks.whatif, *given))


async def _find_named(desk: Desk, body: bytes, asked: Asked) -> Book:
    """Find the rulebook that a report names; the report itself is read later."""
    reference, mark = await desk.do(asked.language, read_asked, body)
    shelf = await desk.look()
    return shelf.find(reference, asked["as_of"], mark)


def _answer(desk: Desk, asked: Asked, found: Answered) -> Answer:
    uri = desk.trails.keep(found.digest, found.trail)
    content = {**found.content, "trail_digest": found.digest, "trail_uri": uri}
    rulebook = found.content["rulebook"]
    said = wordings.tell("trail", asked.language, digest=found.digest, rulebook=rulebook)
    return Answer(f"{found.text.rstrip()}\n\n{said}", content)


# -- Rulebooks -------------------------------------------------------------------------------------


async def list_rulebooks(desk: Desk, asked: Asked) -> Answer:
    """List the rulebooks, with what is wrong with their files now."""
    listed = list_books(await desk.look(), asked.language)
    return Answer(wordings.tell_rulebooks(listed, asked.language), {"rulebooks": listed})


async def report_schema(desk: Desk, asked: Asked) -> Answer:
    """Tell what the reports of a rulebook hold."""
    book = await desk.find(asked["rulebook"], mark_of("rulebook"), asked["as_of"])
    fields = book.loaded.described["fields"]
    schema = book.loaded.schema.decode("utf-8-sig", "replace")
    content = {"rulebook": book.reference, "schema": schema, "fields": fields}
    return Answer(wordings.tell_fields(book.reference, fields, asked.language), content)


async def check(desk: Desk, asked: Asked) -> Answer:
    """Find all that is wrong with a rulebook."""
    about = await _find_subject(desk, asked)
    given = (about, desk.shelf.libraries, asked.language, desk.commands)
    found = await desk.do(asked.language, tasks.check, *given)
    problems = list(hide_folders(found, desk.shelf.libraries))
    is_ok = all(each["severity"] != "error" for each in problems)
    said = wordings.tell("count" if problems else "ok", asked.language, count=len(problems))
    told = wordings.tell_problems(problems, asked.language)
    return Answer(f"{said}\n{told}".rstrip(), {"ok": is_ok, "problems": problems})


async def test(desk: Desk, asked: Asked) -> Answer:
    """Run the examples of a rulebook."""
    about = await _find_subject(desk, asked)
    given = (about, desk.shelf.libraries, asked.language, desk.commands)
    text, found = await desk.do(asked.language, tasks.test, *given)
    for each in found["examples"]:
        each["problems"] = list(hide_folders(each["problems"], desk.shelf.libraries))
    told = found.get("properties", {}).get("problems") or ()
    has_passed = all(each["passed"] for each in found["examples"]) and not any(
        each["severity"] == "error" for each in told
    )
    return Answer(text, {"passed": has_passed, **found})


async def prove(desk: Desk, asked: Asked) -> Answer:
    """Prove what holds for all reports of a rulebook."""
    about = await _find_subject(desk, asked)
    given = (about, desk.shelf.libraries, asked.language, asked["property"])
    text, found = await desk.do(asked.language, tasks.prove, *given)
    return Answer(text, found)


async def _find_subject(desk: Desk, asked: Asked) -> Source | Sent:
    """Find the rulebook that a call is about: of a library, of the folder, or sent as a text."""
    named = [name for name in ABOUT if asked[name]]
    if len(named) != 1:
        known = ABOUT if desk.settings.folder is not None else ABOUT[:2]
        names = ", ".join(map(quote, known))
        mark = Mark("arguments", 1, 1, path="arguments")
        raise refusal("argument-choice", mark, names=names, example="`sociale/2024`")
    for name in ("schema", "examples"):
        if asked[name] and named != ["text"]:
            details = {"name": quote(name), "other": quote("text")}
            raise refusal("argument-beside", mark_of(name), **details)
    shelf = await desk.look()
    if not shelf.is_loaded:
        raise refusal("service-starting", Mark("service"))
    if named == ["text"]:
        return Sent(asked["text"], asked["schema"], asked["examples"])
    if named == ["file"]:
        return _find_file(desk, asked)
    mark = mark_of("rulebook")
    reference = parse_reference(asked["rulebook"])
    if reference is None:
        raise refusal("reference-form", mark, text=quote(asked["rulebook"]))
    return find_listing(reference, "", shelf.listings, mark, drafts=True).source


def _find_file(desk: Desk, asked: Asked) -> Source:
    """Take a rulebook's file of the folder; problems name it as `write_file` does."""
    library, steps = _folder_of(desk), folders.split_file(asked["file"], mark_of("file"))
    path = folders.place_of(library, steps).path
    shown = "/".join(steps)
    if steps[0] != folders.RULEBOOKS:
        raise refusal("file-not-writable", mark_of("file"), text=quote(shown))
    return Source(path, shown, library, library.rulebooks, desk.shelf.libraries)


def _folder_of(desk: Desk) -> Library:
    if desk.settings.folder is None:
        raise TypeError("without a folder there is no such argument")
    return desk.settings.folder


# -- Files -----------------------------------------------------------------------------------------


async def write_file(desk: Desk, asked: Asked) -> Answer:
    """Write a file below the folder."""
    library, steps = _folder_of(desk), folders.split_file(asked["file"], mark_of("file"))
    data, shown = asked["content"].encode("utf-8", "replace"), "/".join(steps)
    path = folders.place_of(library, steps).path
    async with desk.writing:
        if desk.written + len(data) > MOST_WRITTEN:
            raise refusal("written-enough", mark_of("content"), limit=str(MOST_WRITTEN))
        given = (library, path, shown, asked["content"])
        await desk.do(asked.language, tasks.judge_file, *given)
        was_there = folders.write_file(library, steps, data)
        desk.written += len(data)
    content = {"file": shown, "bytes": len(data), "replaced": was_there}
    said = wordings.tell("replaced" if was_there else "written", asked.language, **content)
    is_rulebook = steps[0] == folders.RULEBOOKS
    follows = f" {wordings.tell('next', asked.language)}" if is_rulebook else ""
    return Answer(f"{said}{follows}", content)
