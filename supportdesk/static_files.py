"""How static files are stored: each under a name that holds its hash, the modules that scripts import too."""

from typing import Final

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT: Final = (
    r"""(?P<matched>import(?s:(?P<import>[\s\{].*?))\s*from\s*['"](?P<url>[./].*?)["']\s*;)""",
    'import%(import)s from "%(url)s";',
)


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Whitenoise's storage, with the imports between the desk's own modules rewritten to the hashed names."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("desk/js/*.js", (IMPORT,)))
