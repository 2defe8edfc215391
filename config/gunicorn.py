"""The web server's options: `gunicorn --config python:config.gunicorn config.wsgi`.

It listens on 127.0.0.1:8000; with PORT on that port of every address, as in a container. What else
gunicorn can do is said in GUNICORN_CMD_ARGS, which wins.
"""

from __future__ import annotations

import sys
from pathlib import Path

from config.environment import SettingsError, load_dotenv

load_dotenv()
try:
    from config.settings import ENVIRONMENT, LOGGING
except SettingsError as error:
    sys.exit(str(error))

worker_class = "gthread"
workers = ENVIRONMENT.web_concurrency
threads = ENVIRONMENT.web_threads

# Longer than the database may take for one statement (settings.DATABASES), and for an upload.
timeout = 90
graceful_timeout = 25  # whoever stops us, a container engine or systemd, kills after 30
keepalive = 130  # longer than proxies keep an idle connection, so that it is they who end it
# A worker is replaced after so many requests, not all at once: what leaks does not pile up.
max_requests = 5000
max_requests_jitter = 500
# Heartbeats are files; on a slow disk they would block, and the worker be taken for dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True

# Nobody's word on scheme and path is taken: who calls and how is told by settings.TRUSTED_PROXIES
# and settings.SECURE_PROXY_SSL_HEADER alone.
forwarded_allow_ips = ""

logconfig_dict = LOGGING
# Without the query, which may hold a token, and the address, which is personal. Milliseconds.
access_log_format = "%(m)s %(U)s %(s)s in %(M)s ms"
