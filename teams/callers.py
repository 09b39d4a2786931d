"""Who asks: a person in a browser or a key from a machine. Every look-up starts with one."""

from typing import Protocol


class Caller(Protocol):
    """What visibility and history need to know of a `teams.Person` or a `teams.Key`."""

    pk: int

    @property
    def vendor_id(self) -> int | None: ...

    @property
    def label(self) -> str: ...

    @property
    def is_key(self) -> bool: ...
