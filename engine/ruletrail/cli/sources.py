"""Which rulebook the arguments name, and how marks name its file and what lies beside it."""

from pathlib import Path, PurePosixPath

from ruletrail.api import find_source
from ruletrail.library import Source, source_of_path


def source_as_written(written: str) -> Source:
    """Find a rulebook; one given by path keeps the path in its marks, so that editors can open it."""
    source = find_source(written)
    return (
        source_of_path(Path(written), Path(written).as_posix())
        if source.shown == source.path.name
        else source
    )


def show_beside(source: Source, path: Path) -> str:
    """Name a file beside a rulebook as its marks do."""
    return (PurePosixPath(source.shown).parent / path.name).as_posix()
