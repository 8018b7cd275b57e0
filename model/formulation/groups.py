"""What technologies are limited to together: capacity, crews, activity, shares of a whole."""

from __future__ import annotations

from collections.abc import Callable, Container

from model.formulation.limits import sum_activity
from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure


def add_groups(m: Program, at: Structure, n: Numbers) -> None:
    """Weighted sums over the members of a group, between a least and a most.

    group_capacity   least <= sum_k weight[g,k] capacity[k,y] <= most
    group_capacity_end_most   sum_k weight[g,k] standing[k,y] <= most      where starts of a member are spread
    group_build      L[v] least <= sum_k weight[g,k] build[k,v] <= L[v] most
    group_activity   least <= sum_k weight[g,k] sum_s activity[k,y,s] <= most
    group_share      sum_k weight[g,k] activity[k,y] <= (>=) share[g,y] sum_k weight[of(g),k] activity[k,y]
    """

    def weigh(g: str, y: int, amount: Callable[[str, int], Expression]) -> Expression:
        return sum(n("weight", g, k) * amount(k, y) for k in at.members[g])

    def capacity(k: str, y: int) -> Expression:
        return m.capacity[k, y] if (k, y) in m.capacity else 0

    def standing(k: str, y: int) -> Expression:
        return m.standing[k, y] if (k, y) in m.standing else capacity(k, y)

    def build(k: str, y: int) -> Expression:
        return m.build[k, y] if (k, y) in m.build else 0

    def activity(k: str, y: int) -> Expression:
        return sum_activity(m, at, k, y)

    growing = {g for g, members in at.members.items() if set(at.outgrowing) & set(members)}

    def add(name: str, limit: str, rule: Callable[[str, int], Expression], of: Container[str] = at.members) -> None:
        places = [(g, y) for g, y in at.limited[limit] if at.members[g] and g in of]
        m.rows(name, places, rule=lambda _, g, y: rule(g, y))

    def add_range(what: str, amount: Callable[[str, int], Expression]) -> None:
        most, least = f"group_most_{what}", f"group_least_{what}"
        add(f"group_{what}_most", most, lambda g, y: weigh(g, y, amount) <= n(most, g, y))
        add(f"group_{what}_least", least, lambda g, y: weigh(g, y, amount) >= n(least, g, y))

    def whole(g: str, y: int, part: str) -> Expression:
        """`share[g,y] weight[of(g),k]` is one number for each member of the whole."""
        return sum(n(part, g, k, y) * activity(k, y) for k in at.members[at.whole[g]])

    add_range("capacity", capacity)
    most = "group_most_capacity"
    add("group_capacity_end_most", most, lambda g, y: weigh(g, y, standing) <= n(most, g, y), growing)
    add_range("build", build)
    add_range("activity", activity)
    add("group_share_most", "group_most_share", lambda g, y: weigh(g, y, activity) <= whole(g, y, "most_part"))
    add("group_share_least", "group_least_share", lambda g, y: weigh(g, y, activity) >= whole(g, y, "least_part"))
