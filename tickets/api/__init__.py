"""The REST API of tickets and queues: parse, call one action, answer."""
