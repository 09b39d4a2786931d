"""Mail of a desk without a mail server: each message a file that a mail program opens."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes each message to `EMAIL_FILE_PATH`, named by its Message-ID, whole or not at all.

    The same message sent twice is one file.
    """

    def __init__(self, file_path: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = "".join(c if c.isalnum() or c in "-.@" else "_" for c in message["Message-ID"].strip("<>"))
            handle, draft = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".draft")
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes())
            Path(draft).replace(self.folder / f"{name[:200]}.eml")
        return len(email_messages)
