"""Making the studios that are measured, each by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.endpoints import Facts
from benchmarks.environment import ROOT, module


def filled(environment: dict[str, str], *arguments: str) -> Facts:
    """Make a studio in the environment's database; return what the requests are made of."""
    done = subprocess.run(  # noqa: S603  (this Python, this package)
        module("data", *arguments),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit("The studio that is measured could not be made; why stands above.")
    facts: Facts = json.loads(done.stdout)
    return facts


def collect_static() -> None:
    """Collect the files that pages name, as a deployment does."""
    subprocess.run(  # noqa: S603  (our own script)
        [ROOT / "docs/deploy/build", "static", sys.prefix], check=True, stdout=sys.stderr
    )
