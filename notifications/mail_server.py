"""One connection to the mail server for as many messages as there are."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Self

from django.core.mail import EmailMessage, get_connection


class MailServer:
    """The configured e-mail back end: opened when first needed, and anew after an error."""

    def __init__(self) -> None:
        self._connection: Any = None
        self.is_out_of_reach = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._close()

    def open(self) -> None:
        """Be connected. Raises what the back end raises where the server does not answer."""
        if self._connection is None:
            connection = get_connection()
            self.is_out_of_reach = True
            connection.open()
            self.is_out_of_reach = False
            self._connection = connection

    def send(self, message: EmailMessage) -> None:
        """Hand a message over. Raises what the back end raises; the next one connects anew.

        A server that no longer answers is out of reach: each message that is handed to it would be
        one more of which nobody knows whether it went out.
        """
        message.connection = self._connection
        try:
            message.send()
        except BaseException as error:
            # smtplib says “disconnected” also of a server that only keeps silent.
            self.is_out_of_reach = TimeoutError in (type(error), type(error.__context__))
            self._close()
            raise

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it is given up anyway
                connection.close()
