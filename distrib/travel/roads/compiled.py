"""Functions compiled to machine code, kept on disk between runs where a folder can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return the function compiled by numba on its first call, its machine code cached on disk where that can be."""
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError as error:
        if "cannot cache function" not in str(error):
            raise
        return cast(F, numba.njit(nogil=True)(function))


def inner(function: F) -> F:
    """Return the function compiled for calls from other compiled functions only."""
    options: dict[str, Any] = {"nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast(F, numba.njit(**options)(function))
