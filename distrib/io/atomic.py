"""A folder that is written whole or not at all, also when the run is killed.

The new folder is built beside the target under a hidden name, put on disk, then swapped with the target in one
step of the file system (``renameat2`` with ``RENAME_EXCHANGE``). Where the file system cannot do that, the old
folder is set aside first; a run killed between the two steps is repaired by the next one. Live runs hold a lock
on their hidden folder, so leftovers of killed runs are told from work in progress. POSIX only.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from distrib.errors import UsageError
from distrib.io.plan_tables import is_plan_file

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM)


@contextlib.contextmanager
def write_folder_atomically(target: Path, *, is_ours: Callable[[PurePosixPath], bool] = is_plan_file) -> Iterator[Path]:
    """Give an empty folder to fill; when the block ends without an error it replaces ``target``.

    Until then, and after any error or kill, ``target`` is what it was: absent or the whole old folder. Folders
    above it are made. Leftovers of killed runs for the same target are removed first.

    Args:
        target: the folder to write; may exist when all its files are ours.
        is_ours: tells whether a file, by its path inside the folder, may be deleted with it.

    Raises:
        UsageError: when ``target`` is a file, holds a file that is not ours, or its folder cannot be written.
    """
    target = Path(os.path.realpath(target))
    with _usage_error(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        recover_folder(target)
        _refuse_foreign(target, is_ours)
        new, lock = _locked_folder(target)
    try:
        yield new
        with _usage_error(target):
            _sync_tree(new)
            _refuse_foreign(target, is_ours)
            _swap(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)  # after a swap this name holds the old folder, or nothing
        os.close(lock)


def refuse_unwritable(target: Path, *, is_ours: Callable[[PurePosixPath], bool] = is_plan_file) -> None:
    """Look whether ``write_folder_atomically`` could write a folder, before hours of work; nothing is made or changed.

    Raises:
        UsageError: when ``target`` is a file, holds a file that is not ours, or its folder cannot be written.
    """
    target = Path(os.path.realpath(target))
    with _usage_error(target):
        _refuse_foreign(target, is_ours)
        above = next(folder for folder in target.parents if folder.exists())
        if not above.is_dir():
            raise UsageError(f"{above} is a file, not a folder")
        if not os.access(above, os.W_OK | os.X_OK):
            raise UsageError(f"{above} cannot be written to; give another folder")


def write_file(target: Path, content: bytes) -> None:
    """Write one file whole or not at all; its folder must exist.

    Raises:
        UsageError: when it cannot be written.
    """
    with _usage_error(target):
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.distrib-new-", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(file.fileno(), 0o666 & ~_umask())
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)
        _sync(target.parent)


def recover_folder(target: Path) -> None:
    """Repair what a killed run left beside ``target``: put back an old folder set aside, remove half-made ones.

    Harmless at any time; folders of runs that are still alive are left alone.
    """
    target = Path(os.path.realpath(target))
    if not target.parent.is_dir():
        return
    with _parent_lock(target):
        for aside in sorted(target.parent.glob(_pattern(target, "old"))):
            if target.exists():
                shutil.rmtree(aside, ignore_errors=True)
            else:
                aside.rename(target)
        for left in sorted(target.parent.glob(_pattern(target, "new"))):
            if _is_abandoned(left):
                shutil.rmtree(left, ignore_errors=True)


def _pattern(target: Path, kind: str) -> str:
    escaped = "".join(f"[{c}]" if c in "*?[" else c for c in target.name)
    return f".{escaped}.distrib-{kind}-*"


def _locked_folder(target: Path) -> tuple[Path, int]:
    """Make a hidden folder beside the target and lock it; returns it and the descriptor that holds the lock."""
    with _parent_lock(target):  # so that no other run takes it for a leftover before its lock is held
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.distrib-new-", dir=target.parent))
        folder.chmod(0o777 & ~_umask())
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _is_abandoned(folder: Path) -> bool:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


@contextlib.contextmanager
def _parent_lock(target: Path) -> Iterator[None]:
    """Hold the lock on the folder that holds the target; taken only for short steps."""
    descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _usage_error(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{target}: {error.strerror or error}") from error


def _refuse_foreign(target: Path, is_ours: Callable[[PurePosixPath], bool]) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise UsageError(f"{target} is a file, not a folder")
    for folder, names, files in os.walk(target):
        names.sort()
        here = Path(folder)
        links = [name for name in names if (here / name).is_symlink()]
        for name in sorted(files) + links:
            inside = (here / name).relative_to(target)
            half_made = name.startswith(".") and ".distrib-new-" in name  # of a killed ``write_file``
            if name in links or not (half_made or is_ours(PurePosixPath(inside))):
                raise UsageError(
                    f"{target} holds {inside}, which is not a file of a plan: it would be lost; "
                    "give another folder or move that file away"
                )


def _sync_tree(folder: Path) -> None:
    for here, _, files in os.walk(folder):
        for name in files:
            _sync(Path(here) / name)
        _sync(Path(here))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(new: Path, target: Path) -> None:
    with _parent_lock(target):
        if not target.exists():
            new.rename(target)
        elif not _exchange(new, target):
            _replace_in_two_steps(new, target)
        _sync(target.parent)


def _exchange(new: Path, target: Path) -> bool:
    """Swap two folders in one step; False where the system or the file system cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    try:
        rename = library.renameat2
    except AttributeError:
        return False
    if rename(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(target), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(target))


def _replace_in_two_steps(new: Path, target: Path) -> None:
    aside = target.parent / new.name.replace(".distrib-new-", ".distrib-old-")
    target.rename(aside)
    try:
        new.rename(target)
    except OSError:
        aside.rename(target)
        raise
    _sync(target.parent)
    shutil.rmtree(aside, ignore_errors=True)
