"""Compiled functions where no folder takes their machine code, and who compiles them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numba
import pytest

import distrib
from distrib.compiled import compiled


def test_without_any_folder_to_cache_in_a_function_is_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    njit = numba.njit

    def without_cache(*args: Any, cache: bool = False, **flags: Any) -> Any:
        if cache:
            raise RuntimeError("cannot cache function 'twice': no locator available for file")
        return njit(*args, **flags)

    monkeypatch.setattr(numba, "njit", without_cache)
    assert compiled(lambda x: 2 * x)(21) == 42


def test_every_compiled_function_goes_through_the_one_place_that_does_without_a_cache() -> None:
    package = Path(distrib.__file__).parent
    others = [
        path.relative_to(package).as_posix()
        for path in sorted(package.rglob("*.py"))
        if "import numba" in path.read_text(encoding="utf-8") or "from numba" in path.read_text(encoding="utf-8")
    ]
    assert others == ["compiled.py"]
