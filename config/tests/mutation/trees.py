"""Copies of the project, so that nothing is ever taken out of the project itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


def copy_to(folder: Path) -> Path:
    """Copy what git knows or would know of the project, as it is now, and return the folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    ).stdout
    for path in filter(None, listed.decode().split("\0")):
        if (PROJECT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / path, folder / path)
    return folder
