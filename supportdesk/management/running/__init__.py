"""`manage.py run`: the whole desk on one machine, watched over until someone stops it.

Read `desk` (the order of things), then `children` (one process), then `leftovers` (after a kill -9).
"""
