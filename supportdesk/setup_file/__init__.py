"""The organisation as one reviewable file: read, checked, applied, written back.

In the order of a file's way: `places` (where in the text), `reading` (text to records), `checking` (do the
records fit together, and with what is stored), `stored` (the database as records), `applying`, `exporting`.
"""
