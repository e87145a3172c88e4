"""Files of the system: opened without surprises, written whole or not at all.

Only here, and where `tests/test_architecture.py` says why, is a file opened by its name. Nothing
here knows what a file is for; failures are an `OSError`, or a `ValueError` for a name that no
system has.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO


class LeadsOutError(OSError):
    """A link leads out of the folder that a file must lie in."""


class NotRegularError(OSError):
    """What bears the name is no ordinary file: a pipe, a device, a socket."""


class ReadOnlyError(PermissionError):
    """The file that another would take the place of may not be written: somebody wants it kept."""


class NotOwnError(OSError):
    """What stands in the place of a file of ours is a link, or may be somebody else's."""


def _flag(name: str) -> int:
    """Return a flag for opening, 0 on a system that has none of the name."""
    return int(getattr(os, name, 0))


_PLAIN = _flag("O_CLOEXEC") | _flag("O_BINARY") | _flag("O_NOFOLLOW")
_WAITING_FOR_NOBODY = _flag("O_NONBLOCK") | _flag("O_NOCTTY")
# where the system knows it, passing through a folder needs no right to list it
_FOLDER = _flag("O_CLOEXEC") | _flag("O_DIRECTORY") | _flag("O_PATH")
_HAS_HANDLES = os.open in os.supports_dir_fd
_WRITERS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_GROWING = ".ruletrail-"
"""How the name begins under which a file grows that takes another's place."""


# -- What stands at a path -------------------------------------------------------------------------
# pathlib's own questions raise for a name that is too long, or in a folder that nobody may enter


def _mode(path: Path, *, follow: bool = True) -> int:
    try:
        return path.stat(follow_symlinks=follow).st_mode
    except (OSError, ValueError):
        return 0


def is_there(path: Path) -> bool:
    """Tell whether anything bears a name, be it a link that leads nowhere."""
    return _mode(path, follow=False) != 0


def is_hidden(path: Path) -> bool:
    """Tell whether the user may not even see if something bears a name: a folder is closed."""
    try:
        path.stat(follow_symlinks=False)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return False


def is_file(path: Path) -> bool:
    """Tell whether a path leads to an ordinary file."""
    return stat.S_ISREG(_mode(path))


def is_folder(path: Path) -> bool:
    """Tell whether a path leads to a folder."""
    return stat.S_ISDIR(_mode(path))


def list_names(folder: Path, most: int) -> list[str]:
    """Name the files of a folder that are not hidden, of many the first; of none that is there."""
    try:
        with os.scandir(folder) as listed:
            return sorted(
                each.name
                for each in islice(listed, most)
                if not each.name.startswith(".") and each.is_file()
            )
    except OSError:
        return []


def list_all_names(folder: Path) -> list[str]:
    """Name all that is in a folder and not hidden, of any kind; one that is closed is `OSError`."""
    with os.scandir(folder) as listed:
        return sorted(each.name for each in listed if not each.name.startswith("."))


def is_special(path: Path) -> bool:
    """Tell whether a path leads to what is no ordinary file: a folder, a pipe, a device."""
    return _mode(path) != 0 and not is_file(path)


def refuse_read_only(path: Path) -> None:
    """Raise a `ReadOnlyError` where a file stands that the user may not write, or nobody.

    The system lets a file be replaced by whoever may write its folder, and asks nothing of root.
    Nor would it let the program that runs be written to, to which `/proc/self/exe` leads: that is
    an `OSError`, as it is to whoever opens it.
    """
    mode = _mode(path, follow=False)
    if stat.S_ISREG(mode) and is_same(path, Path(sys.executable or os.devnull)):
        raise OSError(errno.ETXTBSY, os.strerror(errno.ETXTBSY), str(path))
    if stat.S_ISREG(mode) and not (mode & _WRITERS and os.access(path, os.W_OK)):
        raise ReadOnlyError(errno.EPERM, os.strerror(errno.EPERM), str(path))


def refuse_closed_folder(folder: Path) -> None:
    """Raise an `OSError` where no file can be made in a folder, before there is one to write."""
    if not is_folder(folder):
        number = errno.ENOTDIR if is_there(folder) else errno.ENOENT
        raise OSError(number, os.strerror(number), str(folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def may_be_planted(path: Path) -> bool:
    """Tell whether somebody else put what bears a name where all may write, as in `/tmp`.

    Of a link its own owner counts. What is the user's or the system's own is not planted; a system
    without owners cannot tell.
    """
    try:
        owner = path.lstat().st_uid
    except (OSError, ValueError):
        return False
    is_open = bool(_mode(path.parent) & stat.S_IWOTH)
    return is_open and hasattr(os, "geteuid") and owner not in (0, os.geteuid())


def is_plain(path: Path) -> bool:
    """Tell whether an ordinary file bears a name, no link, and has no other name."""
    try:
        status = path.stat(follow_symlinks=False)
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1


def _is_link(path: Path) -> bool:
    return stat.S_ISLNK(_mode(path, follow=False))


def behind_link(path: Path) -> Path:
    """Return where a path is written to: what it leads to where it is a link, else itself.

    A ring of links leads nowhere, and is an `OSError`.
    """
    place = Path(os.path.realpath(path)) if _is_link(path) else path
    if _is_link(place):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return place


def is_possible(name: str) -> bool:
    """Tell whether the system can have a file of a name; a program may hand in any text."""
    try:
        return b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and those around it; returns what was made, the innermost first.

    Where one cannot be made none is.
    """
    made: list[Path] = []
    try:
        # first by itself: a name that is too long for the system is told before anything is made
        with suppress(FileNotFoundError):
            is_new = not is_there(folder)
            folder.mkdir(exist_ok=True)
            return [folder] * is_new
        for each in reversed([each for each in (folder, *folder.parents) if not is_there(each)]):
            each.mkdir(exist_ok=True)
            made.insert(0, each)
    except (OSError, ValueError):
        remove_folders(made)
        raise
    return made


def remove_folders(made: Iterable[Path]) -> None:
    """Remove folders that were made, the innermost first, as far as nobody put something there."""
    for each in made:
        with suppress(OSError):
            each.rmdir()


def leads_out(path: Path, root: Path) -> bool:
    """Tell whether links lead a name out of a folder, which may be a link itself."""
    return Path(os.path.realpath(root)) not in Path(os.path.realpath(path)).parents


def is_same(first: Path | int, second: Path | int) -> bool:
    """Tell whether two names, through links of either kind, are of one ordinary file.

    A number is that of an open descriptor.
    """
    names = [plain_name(each) if isinstance(each, Path) else each for each in (first, second)]
    try:
        one, other = map(os.stat, names)
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(one.st_mode) and os.path.samestat(one, other)


def find_stamp(path: Path) -> tuple[int, int] | None:
    """Return how large a file is and when it was last written to; None where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns


def ask_for_files(count: int) -> None:
    """Have so many files open at once, and close them; an `OSError` where the system gives fewer.

    What serves opens pipes and processes amid its work, and libraries that get none fail half way.
    """
    opened: list[int] = []
    try:
        opened.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(count))
    finally:
        for each in opened:
            os.close(each)


def name_temporary_folder() -> str:
    """Name the system's folder for temporary files; where it has none that can be used, the usual.

    It has none where no file can be made in any: all are read-only, or full, or no file is given.
    """
    from tempfile import gettempdir  # noqa: PLC0415 - costs a cold start more than all else here

    try:
        return gettempdir()
    except OSError:
        return os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - named, and not used


def find_temporary_trouble(error: OSError) -> tuple[str, OSError]:
    """Name the folder for temporary files, and why nothing is written there.

    Of folders in which no file can be made Python says that there is none.
    """
    name = name_temporary_folder()
    if error.errno == errno.ENOENT and is_there(Path(name)):
        error = PermissionError(errno.EACCES, os.strerror(errno.EACCES), name)
    return name, error


def let_enter(folder: Path) -> None:
    """Let its owner use a folder, whatever the process's mask takes from new ones."""
    with suppress(OSError):
        folder.chmod(0o700)


def is_current(path: Path) -> bool:
    """Tell whether a path leads to the folder that the process is in."""
    try:
        return os.path.samestat(path.stat(), Path().stat())
    except (OSError, ValueError):
        return False


def has_working_folder() -> bool:
    """Tell whether the folder that the process is in is still there."""
    try:
        Path.cwd()
    except OSError:
        return False
    return True


def as_text(name: str) -> str:
    """Return a file's name as text: systems have names that are not UTF-8, documents do not."""
    return name.encode("utf-8", "replace").decode()


def show_path(path: Path) -> str:
    """Write a path as people in the working folder would: what lies below it, without it."""
    try:
        return as_text(path.absolute().relative_to(Path.cwd()).as_posix())
    except (OSError, ValueError):
        return as_text(path.as_posix())


# -- To read ---------------------------------------------------------------------------------------


def open_given(path: Path) -> BinaryIO:
    """Open what the user named: also a pipe, which is waited for, or a device."""
    return path.open("rb")


def open_inside(path: Path, root: Path) -> BinaryIO:
    """Open an ordinary file that lies below a folder; links may lead within the folder, not out.

    Links are followed by name first. Then each folder on the way is opened from the one above, and
    the file from the last, without following any: a link that is put there meanwhile is refused.
    Nothing waits for a pipe.
    """
    base, real = Path(os.path.realpath(root)), Path(os.path.realpath(path))
    if base not in real.parents:
        raise LeadsOutError(str(path))
    steps = real.relative_to(base).parts
    handle = _open_below(base, steps) if _HAS_HANDLES else os.open(real, os.O_RDONLY | _PLAIN)
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    raise IsADirectoryError(str(path)) if stat.S_ISDIR(mode) else NotRegularError(str(path))


def _open_below(base: Path, steps: tuple[str, ...]) -> int:
    folder = os.open(base, _FOLDER)
    try:
        for step in steps[:-1]:
            inner = os.open(step, _FOLDER | _flag("O_NOFOLLOW"), dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(steps[-1], os.O_RDONLY | _PLAIN | _WAITING_FOR_NOBODY, dir_fd=folder)
    finally:
        os.close(folder)


def read_begin(path: Path, count: int) -> bytes:
    """Read the first bytes of an ordinary file that lies beside one of ours."""
    with path.open("rb") as stream:
        return stream.read(count)


def read_end(path: Path, count: int) -> bytes:
    """Read the last bytes of an ordinary file that lies beside one of ours."""
    with path.open("rb") as stream:
        stream.seek(max(0, os.fstat(stream.fileno()).st_size - count))
        return stream.read(count)


def is_open_at(stream: BinaryIO, path: Path) -> bool:
    """Tell whether an open file is the one that bears a name, and not behind a link."""
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat(follow_symlinks=False))
    except (OSError, ValueError):
        return False


# -- To write --------------------------------------------------------------------------------------


def open_own(path: Path) -> BinaryIO:
    """Open a file of ours to read it and write at its end, made where there is none.

    Raises `NotOwnError` for a link, for a file of another user or with a second name, through which
    somebody else's would be written, and for what is no ordinary file.
    """
    flags = os.O_RDWR | os.O_APPEND | _PLAIN | _WAITING_FOR_NOBODY
    with suppress(FileExistsError):
        # what we make is ours, also where the system writes down another owner (network shares)
        return os.fdopen(os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666), "a+b")
    try:
        handle = os.open(path, flags)
    except OSError as error:
        if is_there(path):
            raise NotOwnError(str(path)) from error
        raise
    status = os.fstat(handle)
    is_ours = status.st_nlink == 1 and (not hasattr(os, "geteuid") or status.st_uid == os.geteuid())
    if stat.S_ISREG(status.st_mode) and is_ours:
        return os.fdopen(handle, "a+b")
    os.close(handle)
    raise NotOwnError(str(path))


_OWN_DESCRIPTORS = ("/dev/fd", "/proc/self/fd", "/proc/thread-self/fd")
_DESCRIPTORS = ("/dev/fd", "/proc/*/fd", "/proc/*/task/*/fd")
_MOST_LINKS = 40
_MOST_DIGITS = 9


def _find_descriptor(path: Path) -> Path | None:
    """Follow links by name to what names an open descriptor, as `/proc/7/fd/1`; None for others.

    What such a name leads to is a link in its turn, to the name that the file had when it was
    opened: another file may bear it by now, or none.
    """
    for _ in range(_MOST_LINKS):
        place = Path(os.path.realpath(path.parent), path.name)
        is_number = place.name.isascii() and place.name.isdigit()
        if is_number and any(map(place.parent.match, _DESCRIPTORS)):
            # the system knows 3 alone, a shell and a script may write 003
            number = place.name.lstrip("0") or "0"
            return place.with_name(number) if len(number) <= _MOST_DIGITS else None
        if not _is_link(place):
            return None
        path = place.parent / place.readlink()
    return None


def names_descriptor(path: Path) -> bool:
    """Tell whether a path names what is open already: `/dev/stdout`, `/dev/fd/3`, a link to one."""
    try:
        return _find_descriptor(path) is not None
    except (OSError, ValueError):
        return False


def plain_name(path: Path) -> Path:
    """Return the name that the system has for what is open already; any other path as it is."""
    try:
        return _find_descriptor(path) or path
    except (OSError, ValueError):
        return path


def open_descriptor(path: Path) -> BinaryIO:
    """Open what a path names by the number of a descriptor, to write where that one stands.

    Another process's has a place of its own: it is written at the end.
    """
    place = _find_descriptor(path)
    if place is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    if str(place.parent) in map(os.path.realpath, _OWN_DESCRIPTORS):
        number = os.dup(int(place.name))
        os.set_blocking(number, True)  # whoever shares it may not want to wait; we do
        return os.fdopen(number, "wb")
    return os.fdopen(os.open(place, os.O_WRONLY | os.O_APPEND | _flag("O_CLOEXEC")), "wb")


def take_mode(stream: BinaryIO, path: Path) -> None:
    """Give a file that will take another's place the permissions of that one."""
    mode = _mode(path, follow=False)
    if stat.S_ISREG(mode) and hasattr(os, "fchmod"):
        os.fchmod(stream.fileno(), mode & 0o777)


def write_given(path: Path, data: bytes) -> None:
    """Write to what the user named: behind a link too; what is no file is never replaced.

    Nor is a file that is named as what is open already: its other bytes are somebody else's.
    """
    if names_descriptor(path):
        with open_descriptor(path) as stream:
            stream.write(data)
    elif is_special(path):
        path.write_bytes(data)
    else:
        write_whole(behind_link(path), data)


def write_inside(root: Path, steps: Sequence[str], data: bytes) -> bool:
    """Write a file below a folder, whole or not at all; returns whether it was there before.

    Folders on the way are made. The root may be a link; below it none is followed or replaced, also
    one that is put there meanwhile: that is a `NotOwnError`, as is what is no ordinary file.
    """
    base = Path(os.path.realpath(root))
    if not _HAS_HANDLES:
        return _write_below_by_name(base, steps, data)
    folder = os.open(base, _FOLDER)
    try:
        for step in steps[:-1]:
            inner = _enter(folder, step)
            os.close(folder)
            folder = inner
        return _replace_in(folder, steps[-1], data)
    finally:
        os.close(folder)


def _enter(folder: int, step: str) -> int:
    """Open a folder in another, made where there is none."""
    with suppress(FileExistsError):
        os.mkdir(step, dir_fd=folder)
    try:
        return os.open(step, _FOLDER | _flag("O_NOFOLLOW"), dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise NotOwnError(step) from error
        raise


def _replace_in(folder: int, name: str, data: bytes) -> bool:
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        mode = 0
    if mode and not stat.S_ISREG(mode):
        raise NotOwnError(name)
    if mode and not (mode & _WRITERS and os.access(name, os.W_OK, dir_fd=folder)):
        raise ReadOnlyError(errno.EPERM, os.strerror(errno.EPERM), name)
    replace_in(folder, name, data, f"{_GROWING}{os.urandom(8).hex()}", mode & 0o777 or 0o666)
    return mode != 0


def replace_in(folder: int, name: str, data: bytes, temporary: str, mode: int) -> None:
    """Put a file in the place of a name in an open folder, whole or not at all.

    It grows under the temporary name, which nobody else has.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN
    try:
        handle = os.open(temporary, flags, mode, dir_fd=folder)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        # nothing bears the name any more, unless it failed, or Ctrl-C came between
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)


def _write_below_by_name(base: Path, steps: Sequence[str], data: bytes) -> bool:
    """Do the same where the system has no handles of folders."""
    folder = base
    for step in steps[:-1]:
        folder /= step
        with suppress(FileExistsError):
            folder.mkdir()
        if not stat.S_ISDIR(_mode(folder, follow=False)):
            raise NotOwnError(str(folder))
    path = folder / steps[-1]
    was_there = is_there(path)
    if was_there and not stat.S_ISREG(_mode(path, follow=False)):
        raise NotOwnError(str(path))
    write_whole(path, data)
    return was_there


def write_whole(
    path: Path, data: bytes, *, is_durable: bool = False, like: Path | None = None, run: str = ""
) -> None:
    """Write a file whole or not at all; one that is there is replaced, and its permissions kept.

    A copy has those of the file that it is `like`.

    A link is replaced too, never followed; one that may not be written is a `ReadOnlyError`. The
    new file grows under a name that nobody can guess, which begins with the `run` that
    `remove_growing` knows it by. `is_durable` waits until the bytes are on the disk.
    """
    refuse_read_only(path)
    before = _mode(path, follow=False) if like is None else _mode(like)
    temporary = path.with_name(f"{_GROWING}{run}{os.urandom(8).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN
    try:
        # Ctrl-C may come when the file is made and not yet ours to close
        handle = os.open(temporary, flags, 0o600 if stat.S_ISREG(before) else 0o666)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if is_durable:
                os.fsync(handle)
        if stat.S_ISREG(before):
            temporary.chmod(before & 0o777)
        temporary.replace(path)
    finally:
        # nothing bears the name any more, unless it failed
        with suppress(OSError):
            temporary.unlink()


def remove_growing(folder: Path, run: str) -> None:
    """Remove what `write_whole` left in a folder when the processes of a run were killed."""
    with suppress(OSError), os.scandir(folder) as listed:
        for each in listed:
            if each.name.startswith(f"{_GROWING}{run}"):
                with suppress(OSError):
                    Path(each.path).unlink()


def split_lines(text: str) -> list[str]:
    """Cut a text into its lines, as our readers and editors count them; none is lost.

    Not where Python's `splitlines` does besides, at U+2028 or a form feed: names and values may
    hold these.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
