"""The output while it grows: a partial file, and checkpoints that say how much of it holds.

A checkpoint is a line of a second file, a checksum and a record: rows done, where to go on reading,
how many bytes they took, the checksum of all bytes so far. A torn last line, or bytes after the
last checkpoint, are cut away on resuming.
"""

import json
import os
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, BinaryIO

from ruletrail.batches.rows import BEGIN, NO_ROWS, Counts, Place
from ruletrail.files import (
    NotOwnError,
    behind_link,
    is_open_at,
    is_special,
    open_own,
    refuse_read_only,
    take_mode,
)
from ruletrail.problems import ProblemsError, quote, refusal, unwritable

_SYNC_SECONDS = 1.0
_PIECE = 1 << 20
_MOST = 2**63 - 1
"""No file is longer."""


class ImpossibleError(Exception):
    """The checkpoints are whole, and no run of these rows can have written them."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a run begins: nothing done, or what an earlier run left that can be trusted."""

    place: Place = BEGIN
    written: int = 0
    checksum: int = 0
    counts: Counts = NO_ROWS


def growing_files(output: Path) -> tuple[Path, Path, Path]:
    """Name the files that stand beside an output while it is made: rows, checkpoints, the whole."""
    place = _find_place(output)
    partial, journal, whole = (
        place.with_name(f".{place.name}.{end}") for end in ("partial", "journal", "whole")
    )
    return partial, journal, whole


def _find_place(output: Path) -> Path:
    """Return where an output is put: a link stays, as with any other output."""
    try:
        return behind_link(output)
    except OSError as error:
        raise unwritable(str(output), error) from error


class Partial:
    """The unfinished output: `begin`, `add` for each chunk, then `finish`, or `leave` for later.

    What cannot be written raises `ProblemsError`.
    """

    def __init__(self, output: Path, run: Mapping[str, str]) -> None:
        """Hold the paths; `run` names all that the rows depend on."""
        self.output, self._head = output, {"journal": 1, "run": dict(run)}
        self._place = _find_place(output)
        self.path, self.checkpoints_path, self.whole_path = growing_files(output)
        self._now = Start()
        self._is_locked = self._is_begun = False
        self._synced = time.monotonic()
        self._data: BinaryIO
        self._checkpoints: BinaryIO

    def begin(self, *, resume: bool) -> Start:
        """Open both files, empty or at the last checkpoint that holds; returns where that is.

        A device or a pipe is never replaced.
        """
        if is_special(self.output):
            shown = quote(str(self.output))
            raise refusal("output-unwritable", str(self.output), advice="no-file", file=shown)
        try:
            refuse_read_only(self._place)
            self._checkpoints = _open_locked(self.checkpoints_path, self.output)
            self._is_locked = True
            self._data = _open(self.path)
            take_mode(self._data, self._place)
            start, length = self._recover() if resume else (Start(), 0)
            self._data.truncate(start.written)
            self._checkpoints.truncate(length)
            if length == 0:
                self._write(self._head)
        except OSError as error:
            raise unwritable(str(self.output), error) from error
        self._now, self._is_begun = start, True
        return start

    def add(self, data: bytes, place: Place, counts: Counts) -> None:
        """Append the rows up to a place, then a checkpoint."""
        now = self._now
        checksum = zlib.crc32(data, now.checksum)
        self._now = Start(place, now.written + len(data), checksum, now.counts + counts)
        try:
            self._data.write(data)
            self._data.flush()
            counts = replace(self._now.counts, told=(), finer=())
            done = asdict(replace(self._now, counts=counts))
            del done["counts"]["told"], done["counts"]["finer"]
            self._write({"done": done})
            if time.monotonic() - self._synced > _SYNC_SECONDS:
                os.fsync(self._data.fileno())
                os.fsync(self._checkpoints.fileno())
                self._synced = time.monotonic()
        except OSError as error:
            raise unwritable(str(self.output), error) from error

    def finish(self, convert: Callable[[BinaryIO, BinaryIO], None] | None = None) -> None:
        """Put the whole output in its place, made by `convert` where its form is another."""
        made, path = self._data, self.path
        try:
            if convert is not None:
                path = self.whole_path
                made = _open(path)
                take_mode(made, self._place)
                made.truncate(0)
                self._data.seek(0)
                _convert(convert, self._data, made, path)
            self._put(made, path)
            _remove(self._data, self.path)
            _remove(self._checkpoints, self.checkpoints_path)  # last: until then nobody else begins
        except OSError as error:
            if made is not self._data:
                # it is made again from the partial file, and may be what fills the disk
                path.unlink(missing_ok=True)
            raise unwritable(str(self.output), error) from error

    def _put(self, made: BinaryIO, path: Path) -> None:
        """Rename a file that was written to the output, unless another was put in its place."""
        with made:
            made.flush()
            os.fsync(made.fileno())
            if not is_open_at(made, path):
                raise _not_own(path)
        path.replace(self._place)
        _sync_folder(self._place.parent)

    def give_up(self) -> None:
        """Forget the rows so far, which no run can go on from: `leave` removes them."""
        self._now = Start()

    def leave(self) -> None:
        """Close both files as they are, for a run that resumes; files without a row are removed."""
        opened = (("_data", self.path), ("_checkpoints", self.checkpoints_path))
        for stream, path in ((getattr(self, name, None), path) for name, path in opened):
            if stream is None or stream.closed:
                continue
            with suppress(OSError):
                if self._has_nothing(stream) and is_open_at(stream, path):
                    path.unlink()
            with suppress(OSError):
                stream.close()

    def _has_nothing(self, stream: BinaryIO) -> bool:
        """Tell that no run would go on from a file: one that another run holds is its own."""
        is_new = self._is_begun and self._now.place == BEGIN
        return self._is_locked and (is_new or os.fstat(stream.fileno()).st_size == 0)

    def _write(self, record: object) -> None:
        text = json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
        self._checkpoints.write(b"%08x %s\n" % (zlib.crc32(text), text))
        self._checkpoints.flush()

    def _recover(self) -> tuple[Start, int]:
        """Find the last checkpoint that the bytes bear out, and where its line ends."""
        try:
            return self._find_start()
        except ImpossibleError as error:
            raise _refusal("batch-resume-other", self.output) from error

    def _find_start(self) -> tuple[Start, int]:
        self._checkpoints.seek(0)
        head = self._checkpoints.readline()
        record = _read_record(head)
        if record is None:
            return Start(), 0
        if record != self._head:
            raise ImpossibleError
        self._data.seek(0)
        best, end, length, checksum = Start(), len(head), len(head), 0
        for line in self._checkpoints:
            record = _read_record(line)
            if record is None:
                break
            found = _start_of(record)
            if found.place.rows < best.place.rows:
                raise ImpossibleError
            length += len(line)
            checksum = self._checksum_on(checksum, found.written - self._data.tell())
            if self._data.tell() != found.written or checksum != found.checksum:
                break
            best, end = found, length
        return best, end

    def _checksum_on(self, checksum: int, size: int) -> int:
        while size > 0:
            piece = self._data.read(min(size, _PIECE))
            if not piece:
                break
            checksum = zlib.crc32(piece, checksum)
            size -= len(piece)
        return checksum


def _read_record(line: bytes) -> dict[str, object] | None:
    """Return the record of a line; None for a torn one."""
    checksum, _, text = line.removesuffix(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(text):
        return None
    try:
        record: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImpossibleError from error
    if not isinstance(record, dict):
        raise ImpossibleError
    return record


def _start_of(record: Mapping[str, object]) -> Start:
    """Return what a checkpoint says is done; a checksum says nothing of who wrote it."""
    done = record.get("done")
    if not isinstance(done, dict):
        raise ImpossibleError
    place = _take_numbers(done.pop("place", None), Place)
    counts: dict[str, Any] = dict(_take_numbers(done.pop("counts", None), Counts))
    found = Start(Place(**place), counts=Counts(**counts), **_take_numbers(done, Start))
    if max(counts.values()) > found.place.rows:
        raise ImpossibleError
    return found


def _take_numbers(held: object, kind: type) -> dict[str, int]:
    """Return what a part of a checkpoint says, if it is all that such a part says."""
    names = {each.name for each in fields(kind)} - {"place", "counts", "told", "finer"}
    if not isinstance(held, dict) or set(held) != names:
        raise ImpossibleError
    if not all(type(count) is int and 0 <= count <= _MOST for count in held.values()):
        raise ImpossibleError
    return held


def _open_locked(path: Path, output: Path) -> BinaryIO:
    """Open the checkpoints for this run alone: not those that another one removed meanwhile.

    A lock on a file without a name keeps nobody out.
    """
    while True:
        checkpoints = _open(path)
        try:
            _lock(checkpoints, output)
        except BaseException:
            checkpoints.close()
            raise
        if is_open_at(checkpoints, path):
            return checkpoints
        checkpoints.close()


def _remove(stream: BinaryIO, path: Path) -> None:
    """Remove a file of ours while its lock is held, so that it is nobody else's by then."""
    try:
        path.unlink(missing_ok=True)
        stream.close()
    except PermissionError:
        # a system that removes no open file has no such locks either
        stream.close()
        path.unlink(missing_ok=True)


def _lock(checkpoints: BinaryIO, output: Path) -> None:
    """Refuse a second run that writes the same output, if the system can lock files."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    try:
        fcntl.flock(checkpoints, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise _refusal("batch-output-in-use", output) from error


def _open(path: Path) -> BinaryIO:
    """Open a file of ours that stands beside the output; nothing else is written to."""
    try:
        return open_own(path)
    except NotOwnError as error:
        raise _not_own(path) from error


def _convert(
    convert: Callable[[BinaryIO, BinaryIO], None], data: BinaryIO, made: BinaryIO, path: Path
) -> None:
    """Make a file of another form; of what cannot be made for want of something else none stays."""
    try:
        convert(data, made)
    except ProblemsError:
        is_ours = is_open_at(made, path)
        made.close()
        if is_ours:
            path.unlink(missing_ok=True)
        raise


def _not_own(path: Path) -> ProblemsError:
    return _refusal("output-not-own", path)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some systems cannot open a folder; the file itself is safe by now
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refusal(code: str, output: Path) -> ProblemsError:
    return refusal(code, str(output), file=quote(str(output)))
