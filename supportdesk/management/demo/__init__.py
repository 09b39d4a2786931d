"""The desk that `make run` shows the first time: an organisation, its people, and what creators wrote lately."""
