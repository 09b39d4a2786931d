"""How pages talk to htmx. No models."""
