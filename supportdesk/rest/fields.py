"""Fields that take what the contract says and no more: a number is no text, a local time no instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from rest_framework import serializers
from rest_framework.fields import empty

from supportdesk.instants import EARLIEST, read_instant, write_instant
from supportdesk.locales import LONGEST, tidy_locale
from supportdesk.texts import fault_in_line, fault_in_prose, is_blank

MOST_TAGS: Final = 50
MOST_CUSTOM_FIELDS: Final = 50
LONGEST_CUSTOM_NAME: Final = 64
LONGEST_CUSTOM_VALUE: Final = 1_000
MOST_CUSTOM_VALUES: Final = 50


class Line(serializers.CharField):
    """A text of one line, spaces around it dropped."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text = super().to_internal_value(data)
        if fault := fault_in_line(text):
            raise serializers.ValidationError(fault[1], code=fault[0])
        return text


class Prose(serializers.CharField):
    """A text of several lines, kept as it came; blank only where `allow_blank`."""

    def __init__(self, **terms: Any) -> None:
        super().__init__(trim_whitespace=False, **terms)

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, str) and is_blank(data) and not self.allow_blank:
            self.fail("blank")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if fault := fault_in_prose(data):
            raise serializers.ValidationError(fault[1], code=fault[0])
        return super().to_internal_value(data)


class Word(serializers.ChoiceField):
    """One of a fixed list of words."""

    def __init__(self, choices: Sequence[str], **terms: Any) -> None:
        super().__init__(choices=list(choices), **terms)
        self.error_messages["invalid_choice"] = f"Must be one of: {', '.join(choices)}."

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice")
        return data


class Truth(serializers.BooleanField):
    """true or false, nothing that merely looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input="this")
        return data


class Locale(Line):
    """A BCP 47 language tag, returned in its usual spelling."""

    default_error_messages = {"invalid_locale": 'Must be a BCP 47 language tag such as "pt-BR".'}

    def __init__(self, **terms: Any) -> None:
        super().__init__(max_length=LONGEST, **terms)

    def to_internal_value(self, data: Any) -> str:
        locale = tidy_locale(super().to_internal_value(data))
        if locale is None:
            self.fail("invalid_locale")
        return locale


class Email(Line):
    def __init__(self, **terms: Any) -> None:
        super().__init__(max_length=254, **terms)

    def to_internal_value(self, data: Any) -> str:
        address = super().to_internal_value(data)
        try:
            validate_email(address)
        except DjangoValidationError:
            raise serializers.ValidationError("Must be an e-mail address.", code="invalid") from None
        return address


class Instant(serializers.DateTimeField):
    """A date and time with a zone; read as UTC, written with `Z`."""

    default_error_messages = {
        "invalid": 'Must be an ISO-8601 time with a zone, such as "2026-11-23T12:40:00Z".',
        "too_early": "Must not lie before {earliest}.",
    }

    def to_internal_value(self, value: Any) -> datetime:
        at = read_instant(value) if isinstance(value, str) else None
        if at is None:
            self.fail("invalid")
        if at < EARLIEST:
            self.fail("too_early", earliest=write_instant(EARLIEST))
        return at

    def to_representation(self, value: datetime) -> str:
        return write_instant(value)


class Tags(serializers.ListField):
    """Up to 50 tags, each once, in the order in which they came."""

    def __init__(self, **terms: Any) -> None:
        super().__init__(child=Line(max_length=64), max_length=MOST_TAGS, **terms)

    def to_internal_value(self, data: Any) -> list[str]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if len(data) > MOST_TAGS:
            raise serializers.ValidationError(f"Must not hold more than {MOST_TAGS} tags.", code="max_length")
        return list(dict.fromkeys(super().to_internal_value(data)))


class CustomFields(serializers.DictField):
    """The sender's own facts: names to texts, numbers, truths, nulls, or lists of these."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("not_a_dict", input_type=type(data).__name__)
        if len(data) > MOST_CUSTOM_FIELDS:
            message = f"Must not hold more than {MOST_CUSTOM_FIELDS} fields."
            raise serializers.ValidationError(message, code="max_length")
        errors = {name: fault for name, value in data.items() if (fault := fault_in_custom(name, value))}
        if errors:
            raise serializers.ValidationError(errors)
        return data


def fault_in_custom(name: str, value: Any) -> Any:
    """What is wrong with one custom field, as DRF error detail; None where it is fit."""
    if not name or len(name) > LONGEST_CUSTOM_NAME or fault_in_line(name):
        message = f"A name must be one line of 1 to {LONGEST_CUSTOM_NAME} characters."
        return serializers.ErrorDetail(message, "invalid")
    if not isinstance(value, list):
        return fault_in_scalar(value)
    if len(value) > MOST_CUSTOM_VALUES:
        return serializers.ErrorDetail(f"Must not hold more than {MOST_CUSTOM_VALUES} items.", "max_length")
    return {index: fault for index, item in enumerate(value) if (fault := fault_in_scalar(item))} or None


def fault_in_scalar(value: Any) -> serializers.ErrorDetail | None:
    if isinstance(value, (dict, list)):
        return serializers.ErrorDetail("Must be a text, a number, true, false or null.", "invalid")
    if isinstance(value, str):
        if len(value) > LONGEST_CUSTOM_VALUE:
            message = f"Must not have more than {LONGEST_CUSTOM_VALUE:,} characters."
            return serializers.ErrorDetail(message, "max_length")
        if fault := fault_in_prose(value):
            return serializers.ErrorDetail(fault[1], fault[0])
    return None
