"""The cast: a small organisation that every test knows (the example of the setup file, a little larger)."""

from __future__ import annotations

from dataclasses import dataclass

from teams.models import Certificate, Line, Person, Queue, Team, Vendor


@dataclass(frozen=True)
class Cast:
    """Two vendors that must not see each other, an in-house second tier, a line that vendors never see."""

    creator_rewards: Line  # lea owns it
    account_access: Line
    minor_protection: Line  # restricted
    acme: Vendor
    bolt: Vendor
    acme_rewards: Team
    bolt_access: Team
    rewards_desk: Team  # in-house
    safety_desk: Team  # in-house
    rewards_t1_acme: Queue  # en, pt; in_app and webform; share 60
    rewards_t1_bolt: Queue  # any locale and channel; share 40
    rewards_t2: Queue
    access_t1_bolt: Queue
    access_t2: Queue
    minors_t2: Queue
    lea: Person  # lead
    dana: Person  # specialist of acme: en, pt, creator rewards
    dion: Person  # specialist of acme: en, creator rewards
    vera: Person  # manager of acme
    bob: Person  # specialist of bolt: en, es, both of bolt's lines
    tom: Person  # in-house specialist, creator rewards
    mia: Person  # in-house specialist, minor protection
    sam: Person  # stakeholder
    ada: Person  # administrator


def build_cast() -> Cast:
    """Write the organisation into the database."""
    acme = Vendor.objects.create(slug="acme", name="Acme Support")
    bolt = Vendor.objects.create(slug="bolt", name="Bolt Care")

    def person(username: str, name: str, role: str, vendor: Vendor | None = None, **facts: object) -> Person:
        host = vendor.slug if vendor else "desk"
        return Person.objects.create_user(
            username, name=name, email=f"{username}@{host}.example", role=role, vendor=vendor, **facts
        )

    lea = person("lea", "Lea Roth", "lead", languages=["en"], timezone="America/Los_Angeles")
    dana = person(
        "dana", "Dana Cruz", "specialist", acme, languages=["en", "pt"], timezone="America/Sao_Paulo"
    )
    dion = person("dion", "Dion Park", "specialist", acme, languages=["en"])
    vera = person("vera", "Vera Lim", "vendor_manager", acme)
    bob = person("bob", "Bob Stein", "specialist", bolt, languages=["en", "es"])
    tom = person("tom", "Tom Okafor", "specialist", languages=["en", "pt"])
    mia = person("mia", "Mia Sato", "specialist", languages=["en", "ja"])
    sam = person("sam", "Sam Reyes", "stakeholder")
    ada = person("ada", "Ada Novak", "administrator")

    creator_rewards = Line.objects.create(
        slug="creator-rewards", name="Creator rewards", owner=lea, timezone="America/Los_Angeles"
    )
    account_access = Line.objects.create(slug="account-access", name="Account access")
    minor_protection = Line.objects.create(
        slug="minor-protection", name="Minor protection", sensitivity="restricted"
    )
    for holder, line in (
        *((holder, creator_rewards) for holder in (dana, dion, bob, tom)),
        (bob, account_access),
        (mia, minor_protection),
    ):
        Certificate.objects.create(person=holder, line=line)

    acme_rewards = Team.objects.create(slug="acme-rewards", name="Acme rewards", vendor=acme, lead=vera)
    bolt_access = Team.objects.create(slug="bolt-access", name="Bolt access", vendor=bolt)
    rewards_desk = Team.objects.create(slug="rewards-desk", name="Rewards desk", lead=lea)
    safety_desk = Team.objects.create(slug="safety-desk", name="Safety desk")
    acme_rewards.people.set([dana, dion, vera])
    bolt_access.people.set([bob])
    rewards_desk.people.set([tom, lea])
    safety_desk.people.set([mia])

    def queue(slug: str, line: Line, tier: int, team: Team, **terms: object) -> Queue:
        return Queue.objects.create(slug=slug, line=line, tier=tier, team=team, **terms)

    return Cast(
        creator_rewards=creator_rewards,
        account_access=account_access,
        minor_protection=minor_protection,
        acme=acme,
        bolt=bolt,
        acme_rewards=acme_rewards,
        bolt_access=bolt_access,
        rewards_desk=rewards_desk,
        safety_desk=safety_desk,
        rewards_t1_acme=queue(
            "creator-rewards-t1-acme",
            creator_rewards,
            1,
            acme_rewards,
            locales=["en", "pt"],
            channels=["in_app", "webform"],
            share=60,
        ),
        rewards_t1_bolt=queue("creator-rewards-t1-bolt", creator_rewards, 1, bolt_access, share=40),
        rewards_t2=queue("creator-rewards-t2", creator_rewards, 2, rewards_desk),
        access_t1_bolt=queue("account-access-t1-bolt", account_access, 1, bolt_access),
        access_t2=queue("account-access-t2", account_access, 2, rewards_desk),
        minors_t2=queue("minor-protection-t2", minor_protection, 2, safety_desk),
        lea=lea,
        dana=dana,
        dion=dion,
        vera=vera,
        bob=bob,
        tom=tom,
        mia=mia,
        sam=sam,
        ada=ada,
    )
