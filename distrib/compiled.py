"""Functions compiled to machine code, kept on disk between runs where a folder can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return the function compiled by numba on its first call, with its machine code cached on disk.

    The cache lies beside the source file, else in the user's cache folder, else in ``NUMBA_CACHE_DIR``;
    where none of them can be written the function is compiled again in every process.
    """
    try:
        return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError as error:
        if "cannot cache function" not in str(error):
            raise
        return cast(F, numba.njit(nogil=True, error_model="numpy")(function))


def is_ready(function: Callable[..., Any]) -> bool:
    """Return whether a function made by ``compiled`` can be called without seconds of compiling: known here, or on disk as its source is now."""
    if getattr(function, "signatures", None):
        return True
    try:
        return bool(function._cache._cache_file._load_index())  # type: ignore[attr-defined]  # numba has no other word for it
    except (AttributeError, OSError):
        return False


def inner(function: F) -> F:
    """Return the function compiled for calls from other compiled functions only (no cache, no way in from Python)."""
    flags: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # not in numba's annotations
    return cast(F, numba.njit(nogil=True, error_model="numpy", **flags)(function))


def lent(function: F) -> F:
    """As ``inner``, for a function that only reads and writes arrays its caller holds: it neither makes nor returns any.

    References to its arrays are not counted then. Counting took two thirds of the time of a search whose state is many arrays.
    """
    flags: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}
    return cast(F, numba.njit(nogil=True, error_model="numpy", **flags)(function))


def spliced(function: F) -> F:
    """As ``lent``, and small: its machine code is copied into its callers."""
    flags: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False, "forceinline": True}
    return cast(F, numba.njit(nogil=True, error_model="numpy", **flags)(function))


def woven(function: F) -> F:
    """Return the function for calls from compiled functions, copied into each of its callers: it may take compiled functions."""
    return cast(F, numba.njit(nogil=True, error_model="numpy", inline="always")(function))
