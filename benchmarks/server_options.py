"""gunicorn's options, the same for product and floor: one worker with four threads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

worker_class = "gthread"
workers = 1
threads = 4
keepalive = 75
timeout = 120
loglevel = "warning"
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Tell which process is to be measured, now that it can answer."""
    path = Path(os.environ["BENCHMARK_PID_FILE"])
    written = path.with_suffix(".new")
    written.write_text(str(worker.pid))
    written.rename(path)
