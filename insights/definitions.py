"""Every number that a page shows, in the words of the dictionary, with the reading where it leaves a choice.

One table: pages link each number to its entry at `/insights/definitions/#<key>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Definition:
    key: str
    title: Text
    unit: str
    """`share`, `count`, `points` (a difference of shares), `cases` (may be a fraction), `time`, `heads`, `score`."""
    says: Text
    reading: Text = ""
    """How this desk counts where the definition leaves a choice."""
    worked: Text = ""


RATE_NOTE: Final = _("Under 400 cases it carries its Wilson 95 % interval.")

TABLE: Final = (
    Definition(
        "volume",
        _("Volume"),
        "count",
        _("Tickets created in the period, by channel, by language and by the vendor of the first queue."),
        _(
            "A ticket belongs to the line that held it when the period ended. The language is the first part "
            "of the locale at creation. Spam counts: it came in."
        ),
    ),
    Definition(
        "attainment",
        _("Attainment"),
        "share",
        _(
            "Met ÷ (met + breached, breached-and-still-open included), of timers due or ended in the period; "
            "cancelled and not-yet-due left out."
        ),
        _(
            "Tier and vendor are those of the queue that held the ticket when it was decided: at the due "
            "instant of a breach, at the end of a timer that was met. For tier ownership it is the queue "
            "whose stay it was."
        ),
        _("180 met, 15 late, 5 overdue and open, 12 cancelled, 30 not due: 90.0 %"),
    ),
    Definition(
        "backlog",
        _("Backlog"),
        "count",
        _(
            "Unsolved at an instant: new, open or pending. Opening + created + reopened − resolved − merged − "
            "spam = closing."
        ),
        _(
            "Reopened and resolved count moves, so a ticket that went to and fro counts each time. Spam counts "
            "where the ticket was unsolved; a resolved one had left the backlog before."
        ),
        _("1200 + 340 + 25 − 365 − 10 = 1190"),
    ),
    Definition(
        "ageing",
        _("Ageing"),
        "count",
        _("Now − created, and now − oldest unanswered creator message, of the closing backlog."),
        _(
            "In buckets that begin at 24, 72, 168, 336 and 720 hours. A message is answered by a public reply of "
            "a human, or by resolving."
        ),
    ),
    Definition(
        "first_contact_resolution",
        _("First-contact resolution"),
        "share",
        _(
            "Resolved with one public human reply, no reopen, no new ticket by the creator on the line within "
            "7 days, ÷ eligible."
        ),
        _(
            "Eligible are the tickets that were resolved in the period and are not spam. The creator is the same "
            "where the external id is, whoever pushed the ticket. Reopening counts up to the horizon."
        ),
        _("100, 70 one-reply, 6 came back: 64.0 %"),
    ),
    Definition(
        "reopen_rate",
        _("Reopen rate"),
        "share",
        _("Distinct tickets reopened within 14 days ÷ distinct resolved."),
        _("Of those resolved in the period."),
        _("250 resolved, 20 once, 5 twice: 10.0 %"),
    ),
    Definition(
        "escalation_rate",
        _("Escalation rate"),
        "share",
        _("Tier 1-touched moved to Tier 2 ÷ Tier 1-touched; straight-to-Tier-2 left out."),
        _(
            "Touched are the tickets that were unsolved in a Tier 1 queue at some instant of the period. A "
            "vendor's rate counts what it had and what went up from it."
        ),
        _("130 of 1000: 13.0 %"),
    ),
    Definition(
        "return_rate",
        _("Return rate"),
        "share",
        _("Returned to Tier 1 ÷ moved to Tier 2."),
        _("Of those that went up in the period; whether they came back is known up to the horizon."),
        _("10 of 130: 7.7 %"),
    ),
    Definition(
        "csat",
        _("CSAT"),
        "share",
        _("Ratings 4–5 ÷ valid ratings."),
        _(
            "In the period in which they were given. Of one invitation the latest rating is valid; an invitation "
            "is void once the ticket reopens before an answer."
        ),
        _("40×5 25×4 10×3 5×2 20×1: 65.0 % (55.3–73.6)"),
    ),
    Definition("ratings", _("Ratings by score"), "count", _("Valid ratings of each score from 1 to 5.")),
    Definition(
        "response_rate",
        _("Response rate"),
        "share",
        _("Answered ÷ delivered."),
        _(
            "Of the invitations sent in the period, without those that never arrived and those taken back "
            "unanswered."
        ),
        _("100 of 680−40: 15.6 %"),
    ),
    Definition(
        "driver",
        _("Drivers of dissatisfaction"),
        "cases",
        _(
            "Lift: share among bad ÷ share among good. Excess: bad − good × (bad total ÷ good total). Ranked by "
            "excess, n ≥ 10."
        ),
        _(
            "Bad are ratings of 1 to 3. A driver is a fact known when the rating was given: channel, language, "
            "vendor, tag, resolution, what happened to the ticket, a timer that was breached."
        ),
        _("24 of 60, 14 of 140: lift 4.0, excess 18"),
    ),
    Definition(
        "csat_change",
        _("CSAT change"),
        "points",
        _("Mix and rate parts that sum to it, against the period before."),
        _(
            "Segments are channel and language. Mix: the change of a segment's share × how far its mean rate lies "
            "from the mean of both whole rates. Rate: the change of its rate × its mean share."
        ),
    ),
    Definition(
        "moved",
        _("What moved"),
        "points",
        _("The change against the week before, shown only where it is more than noise."),
        _(
            "A share moved where Newcombe's 95 % interval of the difference leaves out nought; a count where two "
            "Poisson counts differ at 95 %. The week before is taken as it was known equally long after its end. "
            "One in twenty that did not move will be shown all the same."
        ),
    ),
    Definition(
        "overturn_rate",
        _("Overturn rate"),
        "share",
        _("(Overturned + partly) ÷ decided; inadmissible and withdrawn printed beside it."),
    ),
    Definition(
        "time_to_decision",
        _("Time to decision"),
        "time",
        _("Median and p90 of decided, by nearest rank; the oldest open one beside it."),
        "",
        _("2, 3, 8, 30, 200 h: 8, 200"),
    ),
    Definition(
        "handle_time",
        _("Handle time"),
        "time",
        _("Focused seconds ÷ handled."),
        "",
        _("30 000 s, 50: 600 s"),
    ),
    Definition(
        "occupancy",
        _("Occupancy, utilisation"),
        "share",
        _("Handle ÷ (handle + available); handle ÷ paid."),
        "",
        _("330, 60, 480 min: 84.6 %, 68.75 %"),
    ),
    Definition(
        "adherence",
        _("Adherence, conformance"),
        "share",
        _("Minutes as scheduled ÷ scheduled; worked ÷ scheduled."),
        "",
        _("458 of 480: 95.4 %; 470 of 480: 97.9 %"),
    ),
    Definition(
        "shrinkage",
        _("Shrinkage"),
        "share",
        _("Paid and unavailable ÷ paid; heads = base ÷ (1 − s), rounded up."),
        "",
        _("116 of 400: 29.0 %; base 20: 29"),
    ),
    Definition(
        "quality_score",
        _("Quality score"),
        "score",
        _("Σ weight × score ÷ Σ weight over rated; a failed critical category: 0."),
        "",
        _("40→1, 20→.5, 15→1, 15→0, 10 n/a: 72.2 %"),
    ),
    Definition(
        "agreement",
        _("Agreement"),
        "score",
        _("Cohen's kappa, Krippendorff's alpha."),
        "",
        _("20/5/10/15: κ 0.40"),
    ),
    Definition(
        "erlang_c",
        _("Erlang C (live lines only)"),
        "share",
        _("Via the Erlang B recursion; below one erlang per agent, else “unstable”."),
        "",
        _("360 per 30 min, 240 s, 55 agents, 15 s: Pw .2387, 84.6 %"),
    ),
    Definition(
        "staffing",
        _("Staffing for tickets"),
        "heads",
        _("Backlog flow against deadlines, earliest due first, shrinkage and occupancy applied."),
        "",
        _("Backlog 600, 120/h × 8 h, 10 min, 29 %, 85 %: 54"),
    ),
    Definition(
        "forecast_error",
        _("Forecast error"),
        "share",
        _("WAPE Σ|A−F| ÷ ΣA, bias Σ(F−A) ÷ ΣA."),
        "",
        _("100,120,80 against 110,100,90: 13.3 %, 0 %"),
    ),
)

DEFINITIONS: Final[Mapping[str, Definition]] = {each.key: each for each in TABLE}

METRICS: Final[Mapping[str, Text]] = {
    "first_reply": _("First reply"),
    "next_reply": _("Next reply"),
    "update": _("Update"),
    "requester_wait": _("Requester wait"),
    "agent_work": _("Agent work"),
    "resolution": _("Resolution"),
    "tier_ownership": _("Tier ownership"),
    "appeal_decision": _("Appeal decision"),
}
CHANNELS: Final[Mapping[str, Text]] = {
    "in_app": _("In-app"),
    "webform": _("Web form"),
    "appeal": _("Appeal"),
    "internal_form": _("Internal form"),
}
FLOWS: Final[Mapping[str, Text]] = {
    "opening": _("Opening"),
    "created": _("Created"),
    "reopened": _("Reopened"),
    "resolved": _("Resolved"),
    "merged": _("Merged"),
    "spam": _("Spam"),
    "closing": _("Closing"),
}
BUCKETS: Final[Mapping[str, Text]] = {
    "0": _("Under 24 h"),
    "1": _("24–72 h"),
    "2": _("72–168 h"),
    "3": _("168–336 h"),
    "4": _("336–720 h"),
    "5": _("720 h and more"),
}
HISTORY: Final[Mapping[str, Text]] = {
    "escalated": _("was escalated"),
    "returned": _("was returned"),
    "transferred": _("was transferred"),
    "reopened": _("was reopened"),
    "several_replies": _("took several replies"),
}
