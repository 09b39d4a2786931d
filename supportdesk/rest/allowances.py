"""How `SUPPORTDESK_API_LIMITS` is written: "acme=50:500, in-app=1000:5000" (key: calls a second:bursts)."""


def limits_from(text: str) -> dict[str, tuple[int, int]]:
    """The limits by key name; raises ValueError naming the part that is wrong."""
    limits = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, numbers = (side.strip() for side in part.rpartition("="))
        rate, _, burst = numbers.partition(":")
        if not (name and rate.isdecimal() and burst.isdecimal() and int(rate) > 0 and int(burst) > 0):
            raise ValueError(f'SUPPORTDESK_API_LIMITS: "{part}" is not NAME=A_SECOND:BURSTS.')
        limits[name] = (int(rate), int(burst))
    return limits
