"""Which version of the studio this is: `pyproject.toml` says it, and nothing else."""

from __future__ import annotations

import tomllib

from config.environment import BASE_DIR

VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "version"
]
