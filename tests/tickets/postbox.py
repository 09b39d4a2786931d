"""A small mail server that takes, refuses or hangs up, and keeps what it was given."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


class Conversation(socketserver.StreamRequestHandler):
    """One SMTP conversation, as far as Python's client speaks it (RFC 5321)."""

    def handle(self) -> None:
        box = cast("Postbox", self.server)
        self.say("220 postbox")
        while line := self.rfile.readline():
            words = line.decode().upper().split()
            match words[0]:
                case "EHLO" | "HELO":
                    self.say("250 postbox")
                case "RCPT":
                    self.say(box.answers.get(line.decode().partition("<")[2].partition(">")[0], "250 fine"))
                case "DATA":
                    self.say("354 go on")
                    body = b"".join(iter(self.rfile.readline, b".\r\n"))
                    box.take(message_from_bytes(body, policy=policy.default))
                    self.say("250 taken")
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 fine")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Postbox(socketserver.ThreadingTCPServer):
    """`answers` says what an address gets instead of "250"; `on_mail` is called before a mail is confirmed."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.on_mail: Callable[[], object] = lambda: None
        self.thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Postbox:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def take(self, mail: EmailMessage) -> None:
        self.mails.append(mail)
        self.on_mail()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is gone is what some tests are about."""
