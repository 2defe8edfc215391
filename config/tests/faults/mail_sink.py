"""A mail server on this machine: it keeps what it is given, and misbehaves as it is told."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from config.tests.demo_processes import free_port

OK = "250 OK"

logging.getLogger("mail.log").setLevel(logging.WARNING)  # else it tells each line of the wire


@dataclass(frozen=True)
class Letter:
    """One message as it came over the wire."""

    to: tuple[str, ...]
    message: EmailMessage

    @property
    def kind(self) -> str:
        """The kind of message, which begins its Message-ID."""
        return self.message_id.strip("<").partition(".")[0]

    @property
    def message_id(self) -> str:
        """What names the message at every attempt."""
        return str(self.message["Message-ID"])

    @property
    def html(self) -> str:
        """What is read."""
        part = self.message.get_body(("html",))
        assert part is not None
        return str(part.get_content())

    @property
    def text(self) -> str:
        """What is read without HTML."""
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())


class MailSink:
    """What the mail server was given, and what it answers to the next ones.

    `on_recipient` and `on_data` are asked for each; what they return is answered, `OK` where they
    return nothing. `on_data` has the letter already when it is asked.
    """

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.on_recipient: Callable[[str], str | None] | None = None
        self.on_data: Callable[[Any], str | None] | None = None

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take a recipient, or not."""
        answer = self.on_recipient(address) if self.on_recipient else None
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or OK

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter, then do what the test wants."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(Letter(tuple(envelope.rcpt_tos), message))
        answer = await asyncio.to_thread(self.on_data, server) if self.on_data else None
        return answer or OK

    def kinds_to(self, address: str) -> list[str]:
        """Return the kinds of the letters to somebody, as they came."""
        return [letter.kind for letter in self.letters if letter.to == (address,)]


@contextmanager
def mail_sink() -> Iterator[tuple[MailSink, int]]:
    """Hold a mail server in a thread of this process; give its port too."""
    sink, port = MailSink(), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()


def hang_up(server: Any) -> None:
    """Close the connection before anything is answered."""
    server.loop.call_soon_threadsafe(server.transport.abort)


@contextmanager
def silent_port() -> Iterator[int]:
    """Hold a port at which connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield int(door.getsockname()[1])
