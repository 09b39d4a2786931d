"""Erlang C against the worked number, published cases and a grid of exact answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from insights.erlang import agents_for, blocking, traffic, waiting
from insights.workforce import heads
from tests.slas.dates import shared_folder

FILE = shared_folder() / "oracles" / "erlang.json"
ORACLES: dict[str, Any] = (
    json.loads(FILE.read_text()) if FILE.exists() else {"literal": [], "grid": [], "staffing": []}
)
present = pytest.mark.skipif(not FILE.exists(), reason="no oracles beside the checkout (../shared/oracles)")

MODELS = ("C", "B", "C_staffing", "B_staffing", "shrinkage")
"""What this desk computes; the others let callers leave or are simulations."""
CASES = [case for case in ORACLES["literal"] if case["model"] in MODELS and not case.get("reject")]


def test_worked() -> None:
    found = waiting(traffic(360, 1800, 240), 55, handle_s=240, target_s=15)
    assert found is not None
    assert round(found.probability, 4) == 0.2387
    assert round(100 * found.service_level, 1) == 84.6


def test_an_erlang_or_more_per_agent_is_unstable() -> None:
    assert waiting(10, 10) is None
    assert waiting(10.5, 10) is None
    assert waiting(9.999, 10) is not None


def test_no_traffic_waits_for_nobody() -> None:
    found = waiting(0, 1, handle_s=60, target_s=0)
    assert found is not None
    assert (found.probability, found.service_level, found.mean_wait) == (0, 1, 0)


@present
def test_enough_published_cases_apply() -> None:
    assert len(CASES) >= 25
    assert sum(1 for case in ORACLES["literal"] if case.get("reject")) == 4


@present
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published(case: dict[str, Any]) -> None:
    given, tolerance = case["input"], case["tolerance"]
    load = given.get("traffic") or (
        traffic(given["calls"], given["interval_s"], given["aht_s"]) if "calls" in given else 0
    )
    found: dict[str, float] = {}
    agents = given.get("agents")
    if case["model"] == "B":
        found["p_block"] = blocking(load, agents)
    elif case["model"] == "B_staffing":
        agents = next(n for n in range(1, 2000) if blocking(load, n) <= given["block_target"])
        found["agents"] = agents
    elif case["model"] == "shrinkage":
        found["agents_with_shrinkage"] = heads(agents, given["shrinkage"])
    elif case["model"] == "C_staffing":
        agents = agents_for(
            load, given["aht_s"], given["target_s"], given["sl_target"], given.get("max_occupancy", 1.0)
        )
        found["agents"] = agents
        found["agents_with_shrinkage"] = heads(agents, given.get("shrinkage", 0.0))
    if case["model"].startswith("C"):
        answer = waiting(load, agents, given.get("aht_s", 1), given.get("target_s", 0))
        assert answer is not None
        found |= {
            "p_wait": answer.probability,
            "p_immediate": 1 - answer.probability,
            "service_level": answer.service_level,
            "asa_s": answer.mean_wait,
            "occupancy": answer.occupancy,
        }
    for name, expected in case["expected"].items():
        allowed = tolerance[name] if isinstance(tolerance, dict) else tolerance
        assert found[name] == pytest.approx(expected, abs=allowed or 1e-12), name


@present
def test_grid() -> None:
    for point in ORACLES["grid"]:
        load = traffic(point["calls"], point["interval_s"], point["aht_s"])
        found = waiting(load, point["agents"], point["aht_s"], point["target_s"])
        assert found is not None
        assert load == pytest.approx(point["traffic"], abs=1e-9)
        assert found.probability == pytest.approx(point["p_wait"], abs=1e-9)
        assert found.service_level == pytest.approx(point["service_level"], abs=1e-9)
        assert found.mean_wait == pytest.approx(point["asa"], rel=1e-9, abs=1e-9)
        assert found.occupancy == pytest.approx(point["occupancy"], abs=1e-9)


@present
def test_staffing() -> None:
    for point in ORACLES["staffing"]:
        load = traffic(point["calls"], point["interval_s"], point["aht_s"])
        assert agents_for(load, point["aht_s"], point["target_s"], point["sl_target"]) == point["agents"]
