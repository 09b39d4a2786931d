"""`manage.py run`: the whole desk on one machine, watched over until someone stops it.

Begins in `__main__`. Read `desk` (the order of things), `children` (one process), `leftovers` (after a kill).
"""
