"""The datasets that come with the program."""

from __future__ import annotations

import shutil
from pathlib import Path

from distrib.errors import UsageError


def example_folder(name: str) -> Path:
    """Return the folder of an example dataset, from the installed package or from the source tree.

    Raises:
        UsageError: when there is no such example.
    """
    package = Path(__file__).resolve().parent.parent
    homes = [package / "examples", package.parent / "data"]
    known = sorted({path.parent.name for home in homes for path in home.glob("*/dataset.yaml")})
    for home in homes:
        if name in known and (home / name / "dataset.yaml").is_file():
            return home / name
    raise UsageError(f"no example is called {name!r}; there are: {', '.join(known)}")


def copy_example(name: str, folder: Path) -> None:
    """Copy an example dataset into a folder that is new or empty.

    Raises:
        UsageError: when there is no such example, or the folder holds something.
    """
    source = example_folder(name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty; give a new folder")
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
