"""The database and the broker: where they answer, and how to start one's own on a bare machine.

Nothing here knows Django's apps: settings ask `addresses`, `manage.py run` and the tests start what
`database` and `broker` describe. Stands below everything else.
"""
