"""Write one sealed record out as plain files that need no archive, no engine and no SQLite to be checked.

`record.json` is the envelope, `digest.txt` the digest over its bytes; the other files have the digests it names.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from ruletrail.archives.files import problem_of
from ruletrail.archives.reading import read_record
from ruletrail.archives.records import GIVEN, LIBRARY, REPORT, RULEBOOK, SCHEMA, TRAIL, SealedRecord, write_envelope
from ruletrail.problems import ProblemsError, quote


def export_record(path: Path, number: int, folder: Path) -> SealedRecord:
    """Export a record into a new or empty folder, whole or not at all."""
    record, contents = read_record(path, number)
    files = {"record.json": write_envelope(record).encode(), "digest.txt": f"{record.digest}\n".encode()} | contents
    for name in contents:
        if not _is_safe(name):
            raise ProblemsError([problem_of(path, "part-altered", number=str(number), part=quote(name))])
    try:
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise ProblemsError([problem_of(folder, "export-occupied")])
        _write_folder(folder.resolve(), files)
    except OSError as error:
        raise ProblemsError([problem_of(folder, "output-unwritable")]) from error
    return record


def _is_safe(name: str) -> bool:
    """Tell whether a part may become a file: names come from the archive and must stay inside the folder."""
    if name in (GIVEN, REPORT, TRAIL, RULEBOOK, SCHEMA):
        return True
    plain = name.isprintable() and not any(char in name for char in '\\:*?"<>|')
    return plain and name.startswith(LIBRARY) and all(part not in ("", ".", "..") for part in name.split("/"))


def _write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    temporary.mkdir()
    try:
        for name, data in files.items():
            target = temporary / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if folder.exists():
            folder.rmdir()
        temporary.rename(folder)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
