"""The REST API of appeals: parse, call one action, answer."""
