"""Waiting on a live line with any number of agents, none of whom leave: Erlang C by the recursion of Erlang B.

Traffic is in erlangs: calls × handle time ÷ interval. Source: A. K. Erlang, Solution of some problems in
the theory of probabilities (1917); the recursion B(n) = A B(n−1) ÷ (n + A B(n−1)) is stable for any size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import count


@dataclass(frozen=True)
class Waiting:
    """What callers meet: times in seconds, the rest shares between 0 and 1."""

    traffic: float
    agents: int
    probability: float
    """Of having to wait."""
    service_level: float
    """Share answered within the target."""
    mean_wait: float
    occupancy: float


def traffic(calls: float, interval_s: float, handle_s: float) -> float:
    """The load in erlangs of so many calls in an interval."""
    return calls * handle_s / interval_s


def blocking(traffic: float, agents: int) -> float:
    """Erlang B: the share of calls lost where nobody can wait."""
    lost = 1.0
    for agent in range(1, agents + 1):
        lost = traffic * lost / (agent + traffic * lost)
    return lost


def waiting(traffic: float, agents: int, handle_s: float = 1.0, target_s: float = 0.0) -> Waiting | None:
    """Erlang C; None ("unstable") unless there is less than one erlang per agent."""
    if traffic >= agents:
        return None
    lost = blocking(traffic, agents)
    load = traffic / agents
    probability = lost / (1 - load * (1 - lost))
    return Waiting(
        traffic=traffic,
        agents=agents,
        probability=probability,
        service_level=1 - probability * math.exp(-(agents - traffic) * target_s / handle_s),
        mean_wait=probability * handle_s / (agents - traffic),
        occupancy=load,
    )


def agents_for(
    traffic: float, handle_s: float, target_s: float, service_level: float, max_occupancy: float = 1.0
) -> int:
    """The fewest agents who reach the service level without being busier than `max_occupancy`."""
    if not (0 <= service_level < 1 and 0 < max_occupancy <= 1):
        raise ValueError("A service level is below 1, an occupancy above 0 and at most 1.")
    for agents in count(max(1, math.ceil(traffic / max_occupancy))):
        found = waiting(traffic, agents, handle_s, target_s)
        if found is not None and found.service_level >= service_level and found.occupancy <= max_occupancy:
            return agents
    raise AssertionError("unreachable: the service level approaches 1 as agents are added")
