"""What demand alone decides: activities and trade that are the same in every plan, whatever is built.

Tonnes of farming that one technology lets out because they are demanded are no choice. Where the balance of a commodity
without surplus and store has one entry that is not decided yet, demand decides it; what that settles may settle more.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.vintages import reach_flow
from scenarios.arrays import Arrays, remember
from scenarios.catalog import TECHNOLOGY

Floats = NDArray[np.float64]
ACTIVITY, CAPACITY, BUILD = "factor_activity", "factor_capacity", "factor_build"
PURCHASE, SALE = "factor_purchase", "factor_sale"
STORE_NONE = "no"


@remember
def list_served(scenario: Arrays) -> Mapping[str, Floats]:
    """By what a factor counts, the amount that no plan changes, a year's rate; not a number where plans decide it.

    Of technologies (technology, year), of trade (commodity, year). Of measures nothing is settled.
    """
    activity, purchase, sale = _settle_balances(scenario)
    place = {str(k): i for i, k in enumerate(scenario[TECHNOLOGY])}
    host = np.array([place[str(k)] for k in scenario["technology_host"]], dtype=np.intp)
    measure, buildable = (scenario[f"technology_{name}"].astype(bool) for name in ("measure", "buildable"))
    stands = ~(buildable | scenario["technology_retirable"].astype(bool))[host] & ~measure[host] & ~measure
    capacity = np.where(stands[:, None], scenario["existing"][host], np.nan)
    build = np.where((buildable | measure)[:, None], np.nan, np.zeros(capacity.shape))
    return {ACTIVITY: activity, CAPACITY: capacity, BUILD: build, PURCHASE: purchase, SALE: sale}


def _settle_balances(scenario: Arrays) -> tuple[Floats, Floats, Floats]:
    """Activity (technology, year), purchase and sale (commodity, year) about which balances leave no choice.

    entry[c,j,y] amount[j,y] = demand[c,y] - sum of the other entries of c's balance, where j's is the only one open
    """
    flow, (least, most) = scenario["flow"], reach_flow(scenario)
    there = ((least != 0) | (most != 0)).any(axis=(2, 3)).T
    even = ((flow == flow[:, :, :1, :]) & (least == most)).all(axis=(2, 3)).T
    plain = ~scenario["commodity_surplus"].astype(bool) & (scenario["commodity_storage"] == STORE_NONE)
    plain &= (even | ~there).all(axis=1)
    one = np.eye(len(plain), dtype=bool)
    markets = [scenario.locate(f"{name}_price").any(axis=(1, 2)) for name in ("purchase", "sale")]
    there = np.hstack([there, *(one & market for market in markets)])
    trade = np.broadcast_to(one[:, :, None], (*one.shape, flow.shape[3]))
    entries = np.concatenate([flow[:, :, 0, :].transpose(1, 0, 2), trade, -1.0 * trade], axis=1)
    solvable = there & (entries != 0).all(axis=2)
    solvable[:, : len(flow)] &= ~scenario["technology_measure"].astype(bool)
    settled = ~np.concatenate([np.ones(len(flow), dtype=bool), *markets])
    amounts = np.zeros((len(settled), flow.shape[3]))
    while True:
        opened = there & ~settled
        alone = plain & (opened.sum(axis=1) == 1) & (opened & solvable).any(axis=1)
        if not alone.any():
            break
        c = int(np.argmax(alone))
        j = int(np.argmax(opened[c]))
        amounts[j] = (scenario["demand"][c] - (entries[c] * amounts).sum(axis=0)) / entries[c, j]
        settled[j] = True
    amounts[~settled] = np.nan
    activity, purchase, sale = np.split(amounts, [len(flow), len(flow) + len(plain)])
    return activity, purchase, sale
