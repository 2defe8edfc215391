"""`python -m config.probe`: is the web server of this machine up? Exit status 1 where it is not.

It asks as the proxy would, so that neither the host name nor the redirect to HTTPS is in its way.
"""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection, HTTPException

PATIENCE = 5  # seconds


def main() -> int:
    """Ask, and return the exit status."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    server = HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=PATIENCE)
    try:
        server.request("GET", "/health", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return 0 if server.getresponse().status == 200 else 1
    except (OSError, HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
