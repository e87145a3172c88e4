"""What assistants read by address: rulebooks, their documentation, trails, pages of the manual."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from ruletrail.assistants import folders, tasks
from ruletrail.assistants.desks import SCHEME, Desk
from ruletrail.assistants.settings import LARGEST_RULEBOOK
from ruletrail.documents import decode_text
from ruletrail.formats import LOCALES, Locale
from ruletrail.problems import Mark, quote, refusal
from ruletrail.service.shelves import Shelf, list_books

JSON, YAML, MARKDOWN = "application/json", "application/yaml", "text/markdown"
_LONGEST = 2_000
_REST = "{+file}"


@dataclass(frozen=True, slots=True)
class Address:
    """An address that was asked for, taken apart."""

    written: str
    parts: Mapping[str, str]
    language: Locale
    """Of problems: the one asked for (`?lang=`), else the server's."""
    spoken: Locale | None

    @property
    def mark(self) -> Mark:
        """The address as problems call it."""
        return Mark("resource")

    @property
    def reference(self) -> str:
        """The rulebook that it names."""
        return f"{self.parts['name']}/{self.parts['edition']}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resources: how their addresses are written, and what is read there."""

    template: str
    title: str
    says: str
    form: str
    read: Callable[[Desk, Address], Awaitable[str]]
    of_folder: bool = False

    @property
    def uri(self) -> str:
        """The address, or its template (RFC 6570)."""
        return f"{SCHEME}://{self.template.replace('{edition}', '{edition}@{version}')}"

    @property
    def is_single(self) -> bool:
        """Whether there is one of the kind."""
        return "{" not in self.template

    def match(self, steps: list[str]) -> dict[str, str] | None:
        """Take the steps of an address for the template's; None where they are another's."""
        wanted = self.template.partition("{?")[0].split("/")
        if wanted[-1] == _REST and len(steps) >= len(wanted):
            steps = [*steps[: len(wanted) - 1], "/".join(steps[len(wanted) - 1 :])]
        if len(steps) != len(wanted):
            return None
        found = {}
        for step, name in zip(steps, wanted, strict=True):
            if name.startswith("{"):
                found[name.strip("{+}")] = step
            elif name != step:
                return None
        return found


# -- What is read ----------------------------------------------------------------------------------


async def _read_list(desk: Desk, at: Address) -> str:
    listed = list_books(await desk.look(), at.language)
    return json.dumps({"rulebooks": listed}, ensure_ascii=False)


async def _read_rulebook(desk: Desk, at: Address) -> str:
    book = await desk.find(at.reference, at.mark)
    given = (book.listing.source, desk.commands)
    text: str = await desk.do(at.language, tasks.resolve, *given)
    return text


async def _read_schema(desk: Desk, at: Address) -> str:
    book = await desk.find(at.reference, at.mark)
    return book.loaded.schema.decode("utf-8-sig", "replace")


async def _read_documentation(desk: Desk, at: Address) -> str:
    book = await desk.find(at.reference, at.mark)
    page: str = await desk.do_with(book, at.language, tasks.write_page, at.spoken)
    return page


async def _read_trail(desk: Desk, at: Address) -> str:
    return desk.trails.find(at.parts["digest"])


async def _read_help(desk: Desk, at: Address) -> str:
    return desk.commands.find_page(at.parts["topic"], at.language)


async def _read_file(desk: Desk, at: Address) -> str:
    if desk.settings.folder is None:
        raise TypeError("without a folder there is no such resource")
    steps = folders.split_file(at.parts["file"], at.mark)
    shown = "/".join(steps)
    place = folders.place_of(desk.settings.folder, steps)
    return decode_text(place.read(shown, LARGEST_RULEBOOK), shown)


KINDS = (
    Kind("rulebooks", "The rulebooks", "The rulebooks that can be asked, as JSON.", JSON,
         _read_list),
    Kind("rulebooks/{name}/{edition}", "A rulebook",
         "The text of a rulebook after `extends` and `for_each`.", YAML, _read_rulebook),
    Kind("rulebooks/{name}/{edition}/schema", "What its reports hold",
         "The JSON Schema of a rulebook's reports.", "application/schema+json", _read_schema),
    Kind("rulebooks/{name}/{edition}/documentation{?lang}", "A rulebook as a page",
         "What a rulebook says, to be read: rules, decisions, sources.", MARKDOWN,
         _read_documentation),
    Kind("trails/{digest}", "A trail", "The trail of an answer that was given here, as JSON.", JSON,
         _read_trail),
    Kind("help/{topic}{?lang}", "A page of the manual",
         "A page of the manual, or what a problem's code means.", MARKDOWN, _read_help),
    Kind("folder/{+file}", "A file of the folder",
         "A rulebook, examples or a schema of the folder that may be written to.", "text/plain",
         _read_file, of_folder=True),
)  # fmt: skip


def list_kinds(*, has_folder: bool) -> tuple[Kind, ...]:
    """List the kinds of resources of a server."""
    return tuple(each for each in KINDS if has_folder or not each.of_folder)


async def read(desk: Desk, written: str, default: Locale) -> tuple[Kind, str]:
    """Read what is at an address; whatever is wrong raises `ProblemsError` or `WrittenError`."""
    kinds = list_kinds(has_folder=desk.settings.folder is not None)
    refused = refusal(
        "resource-unknown", Mark("resource"), text=quote(written),
        known=", ".join(quote(kind.uri) for kind in kinds),
    )  # fmt: skip
    taken = _take_apart(written) if len(written) <= _LONGEST else None
    if taken is None:
        raise refused
    steps, query = taken
    spoken = next((locale for locale in LOCALES if query == [("lang", locale)]), None)
    if query and spoken is None:
        raise refused
    for kind in kinds:
        parts = kind.match(steps)
        if parts is not None:
            return kind, await kind.read(desk, Address(written, parts, spoken or default, spoken))
    raise refused


def _take_apart(written: str) -> tuple[list[str], list[tuple[str, str]]] | None:
    try:
        address = urlsplit(written)
        query = parse_qsl(address.query, keep_blank_values=True, max_num_fields=4)
    except ValueError:
        return None
    if address.scheme != SCHEME or address.fragment:
        return None
    path = address.path.removeprefix("/")
    return [unquote(step) for step in (address.netloc, *(path.split("/") if path else ()))], query


def list_addresses(shelf: Shelf, pages: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """List the resources that are there now, each with its title and type."""
    single = [(kind.uri, kind.title, kind.form) for kind in KINDS if kind.is_single]
    books = [
        (f"{SCHEME}://rulebooks/{book.reference}", book.listing.title or book.reference, YAML)
        for book in shelf.books.values()
    ]
    manual = [(f"{SCHEME}://help/{name}", title, MARKDOWN) for name, title in pages.items()]
    return [*single, *books, *manual]
