"""The shape of a request's body: a serializer that knows its fields, refuses all others, and never saves."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Body(serializers.Serializer[Any]):
    """Declares what may stand in a body; `read` gives what stood there."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError({"": ["Must be a JSON object."]}, code="not_an_object")
        errors: dict[str, Any] = {
            name: [serializers.ErrorDetail("There is no such field.", "unknown_field")]
            for name in data
            if name not in self.fields
        }
        value: dict[str, Any] = {}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as wrong:
            errors |= wrong.detail  # type: ignore[arg-type]  # DRF's serializers raise no other shape
        if errors:
            raise serializers.ValidationError(errors)
        return value

    @classmethod
    def read(cls, data: Any, **context: Any) -> dict[str, Any]:
        """The checked fields that were given; raises DRF's ValidationError with one error per wrong field."""
        body = cls(data=data, context=context)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)
