# ruff: noqa: INP001 - mkdocs calls it by its path, it is no package
"""What the site holds beside `docs/`: the README first, and files that pages link to.

mkdocs calls these functions while it builds, see `mkdocs.yml`. Pages are written for a checkout,
where links lead out of `docs/`; here they lead to copies under `repository/`.
"""

import re
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_ROOT = Path(__file__).parent.parent
_COPIES = "repository"
_FIRST = "index.md"
_FIGURES = "benchmarks/README.md"
"""A page that stands in the navigation and not in `docs/`."""
_LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^()\s#]+)(?=[)#])")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the README, and whatever its and the pages' links name outside of `docs/`."""
    pages = [file for file in files if file.src_uri.endswith(".md")]
    read = {page.src_uri: Path(str(page.abs_src_path)).read_text("utf-8") for page in pages}
    read[_FIRST] = (_ROOT / "README.md").read_text("utf-8")
    linked = {place for uri, text in read.items() for place in _list_linked(uri, text)}
    linked.add(PurePosixPath(_FIGURES))
    while linked:
        place = linked.pop()
        uri = _uri_of(place)
        if files.get_file_from_path(uri) is None:
            text = _read_place(place)
            files.append(File.generated(config, uri, content=text))
            if uri.endswith(".md"):
                linked |= set(_list_linked(uri, text))
    files.append(File.generated(config, _FIRST, content=read[_FIRST]))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - as mkdocs calls
    """Turn links out of `docs/` into links to the copies."""
    uri = page.file.src_uri

    def turn(match: re.Match[str]) -> str:
        target = _target(uri, match[1])
        return match[1] if target is None else _relative(uri, _uri_of(target))

    return _LINK.sub(turn, markdown)


def _place_of(uri: str) -> PurePosixPath:
    """Return where a page of the site lies in the repository."""
    if uri == _FIRST:
        return PurePosixPath("README.md")
    path = PurePosixPath(uri)
    return path.relative_to(_COPIES) if path.parts[0] == _COPIES else "docs" / path


def _uri_of(place: PurePosixPath) -> str:
    """Return the page of the site that shows a place of the repository."""
    if (_ROOT / place).is_dir():
        place /= "README.md"
    if place.parts[0] == "docs":
        return str(place.relative_to("docs"))
    return _FIRST if place == PurePosixPath("README.md") else str(_COPIES / place)


def _target(uri: str, link: str) -> PurePosixPath | None:
    """Return the place of the repository that a link of a page names; None where nothing is."""
    here = (_ROOT / _place_of(uri)).parent
    found = (here / link).resolve()
    if not found.exists() or not found.is_relative_to(_ROOT):
        return None
    return PurePosixPath(found.relative_to(_ROOT))


def _list_linked(uri: str, text: str) -> list[PurePosixPath]:
    found = [_target(uri, match[1]) for match in _LINK.finditer(text)]
    return [each for each in found if each is not None]


def _read_place(place: PurePosixPath) -> str:
    """Read a file; of a folder, write what is in it."""
    path = _ROOT / place
    if not path.is_dir():
        return path.read_text("utf-8")
    files = sorted(each for each in path.rglob("*") if each.is_file())
    lines = [f"- [{_title_of(file)}]({file.relative_to(path).as_posix()})" for file in files]
    return "\n".join([f"# {place.name.capitalize()}", "", *lines, ""])


def _title_of(file: Path) -> str:
    """Return the title of a page, or the name of another file."""
    first = file.read_text("utf-8").partition("\n")[0]
    return first.removeprefix("# ") if file.suffix == ".md" else file.name


def _relative(uri: str, target: str) -> str:
    up = "../" * (len(PurePosixPath(uri).parts) - 1)
    return up + target
