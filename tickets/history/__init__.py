"""A history file: one event a line, of many tickets in any order, of each ticket in the order of its times."""
