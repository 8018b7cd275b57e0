"""Whether a case can be planned: every mistake of its tables and of the choices made, told at once.

The rules stand in CHECKS, one question each: those about rows by themselves look at every row, those about what
rows say together look at the rows that the chosen variants select.
"""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.catalog import TABLES
from scenarios.checks import actions as checks_actions
from scenarios.checks import actuals as checks_actuals
from scenarios.checks import benefits as checks_benefits
from scenarios.checks import budget as checks_budget
from scenarios.checks import choices as checks_choices
from scenarios.checks import finance as checks_finance
from scenarios.checks import forms as checks_forms
from scenarios.checks import growth as checks_growth
from scenarios.checks import limits as checks_limits
from scenarios.checks import markets as checks_markets
from scenarios.checks import paths as checks_paths
from scenarios.checks import payers as checks_payers
from scenarios.checks import pools as checks_pools
from scenarios.checks import projects as checks_projects
from scenarios.checks import ranges as checks_ranges
from scenarios.checks import rows as checks_rows
from scenarios.checks import spending as checks_spending
from scenarios.checks import stack as checks_stack
from scenarios.checks import support as checks_support
from scenarios.checks import targets as checks_targets
from scenarios.checks import technologies as checks_technologies
from scenarios.checks import time as checks_time
from scenarios.checks import vintages as checks_vintages
from scenarios.checks.consequences import REFUSALS, drop_consequences
from scenarios.checks.view import Check, View, file_of
from scenarios.choices import Choices
from scenarios.errors import Problem
from scenarios.layers import locate
from scenarios.tables import Tables

MOST_OF_A_KIND = 20
"""How many problems of the same kind, file and column are told before the rest is only counted."""

CHECKS: tuple[Check, ...] = (
    # every row by itself
    checks_rows.find_empty_tables,
    checks_rows.find_missing_case_entries,
    checks_rows.find_blank_cells,
    checks_rows.find_steering_characters,
    checks_rows.find_unknown_words,
    checks_rows.find_unknown_quantities,
    checks_rows.find_unknown_names,
    checks_rows.find_unchosen_names,
    checks_rows.find_unchosen_variants,
    checks_rows.find_unreadable_numbers,
    checks_rows.find_infinite_numbers,
    checks_finance.find_numbers_out_of_bounds,
    checks_rows.find_unwhole_numbers,
    checks_rows.find_wrong_years,
    checks_rows.find_years_without_meaning,
    checks_finance.find_wrong_units,
    checks_stack.find_contradicting_units,
    checks_rows.find_repeated_keys,
    # paths
    checks_paths.find_unknown_paths,
    checks_paths.find_wrong_anchors,
    checks_paths.find_paths_from_nothing,
    checks_paths.find_followers_out_of_bounds,
    checks_paths.find_wrong_shared_profiles,
    # the calendar
    checks_finance.find_mixed_years,
    checks_time.find_backward_years,
    checks_time.find_slices_without_hours,
    checks_time.find_wrong_hours,
    checks_time.find_wrong_cycles,
    checks_time.find_wrong_profiles,
    checks_time.find_profiles_beyond_capacity,
    checks_time.find_ambiguous_profiles,
    checks_time.find_growing_survival,
    checks_spending.find_wrong_spending,
    checks_time.find_long_horizon_storage,
    # limits, year by year
    checks_limits.find_contradictory_limits,
    checks_limits.find_stock_above_potential,
    checks_limits.find_wrong_windows,
    checks_limits.find_windows_outside_plan,
    checks_limits.find_impossible_commitments,
    checks_growth.find_growth_from_nothing,
    checks_limits.find_missing_shares,
    checks_limits.find_empty_groups,
    checks_limits.find_unbounded_starts,
    checks_limits.find_impossible_lumps,
    # technologies and project logic
    checks_technologies.find_wrong_hosts,
    checks_technologies.find_wrong_builds,
    checks_technologies.find_numbers_without_capacity,
    checks_technologies.find_missing_lives,
    checks_vintages.find_mixed_vintages,
    checks_vintages.find_vintages_of_none,
    checks_vintages.find_turning_vintages,
    checks_vintages.find_idle_stock_vintages,
    checks_vintages.find_vintages_supported,
    checks_technologies.find_retired_projects,
    checks_technologies.find_idle_loan_terms,
    checks_technologies.find_idle_technologies,
    checks_technologies.find_circular_logic,
    checks_technologies.find_nameless_starts,
    checks_technologies.find_impossible_prerequisites,
    checks_technologies.find_lonely_exclusions,
    # forced and decided projects
    checks_projects.find_wrong_projects,
    checks_projects.find_untimely_projects,
    checks_projects.find_oversized_projects,
    # commodities
    checks_markets.find_unserved_demands,
    checks_markets.find_unavailable_inputs,
    checks_markets.find_unusable_outputs,
    checks_markets.find_limits_without_market,
    checks_markets.find_endless_profits,
    checks_markets.find_missing_stores,
    checks_markets.find_numbers_without_storage,
    checks_markets.find_margins_over_years,
    checks_markets.find_margins_without_firm,
    # accounts and targets
    checks_targets.find_circular_accounts,
    checks_targets.find_credits_without_share,
    checks_targets.find_missing_inventories,
    checks_targets.find_inventories_to_come,
    checks_pools.find_unlike_pools,
    checks_targets.find_targets_outside_plan,
    checks_targets.find_targets_at_once,
    checks_targets.find_overlapping_targets,
    checks_targets.find_lines_to_nowhere,
    checks_targets.find_contradictory_targets,
    # who pays
    checks_finance.find_mixed_money,
    checks_finance.find_unwhole_terms,
    checks_finance.find_finance_without_actors,
    checks_finance.find_unknown_owners,
    checks_finance.find_missing_owners,
    checks_finance.find_missing_traders,
    checks_finance.find_taxes_without_state,
    checks_finance.find_several_states,
    checks_payers.find_wrong_payers,
    checks_finance.find_wrong_ownership,
    checks_finance.find_unused_instruments,
    checks_finance.find_wrong_tenors,
    checks_finance.find_wrong_issues,
    checks_finance.find_closed_grants,
    checks_finance.find_wrong_grants,
    checks_support.find_values_of_other_kinds,
    checks_support.find_wrong_outputs,
    checks_support.find_rateless_supports,
    checks_support.find_supports_without_output,
    checks_finance.find_ceilings_without_taxes,
    checks_finance.find_wrong_fixing,
    checks_budget.find_wrong_carrying,
    checks_budget.find_nothing_to_shift,
    # what is told beside the plan
    checks_ranges.find_unknown_ranges,
    checks_ranges.find_wrong_ends,
    checks_actions.find_unknown_measures,
    checks_actions.find_wrong_amounts,
    checks_actions.find_unknown_members,
    checks_forms.find_unknown_abouts,
    checks_benefits.find_wrong_numbers,
    checks_benefits.find_unknown_benefits,
    checks_benefits.find_twofold_benefits,
    checks_actuals.find_unknown_outcomes,
    checks_actuals.find_wrong_outcomes,
    checks_actuals.find_impossible_outcomes,
    checks_actuals.find_parted_outcomes,
    checks_actuals.find_disagreements,
    # choices
    checks_choices.find_unknown_chosen_names,
    checks_choices.find_unknown_chosen_words,
    checks_choices.find_wrong_chosen_years,
    checks_choices.find_wrong_chosen_numbers,
    checks_choices.find_idle_price_scales,
    checks_finance.find_wrong_finance_choices,
)


def check_tables(tables: Tables, choices: Choices) -> list[Problem]:
    """All that is wrong with a case under the choices made, what the reader found included; empty: nothing.

    Problems come file by file in the catalog's order, then by row; those that only follow from rows that could not
    be read are left out. More than MOST_OF_A_KIND of the same kind in one
    column become that many and one that counts the rest. Never raises for what a user wrote.
    """
    return check_view(View(tables, choices))


def check_view(view: View) -> list[Problem]:
    """As `check_tables`, of a case that is looked at further afterwards."""
    problems = view.tables.problems
    if any(problem.key in REFUSALS for problem in problems):
        return drop_consequences(problems)
    found = drop_consequences([*problems, *(problem for check in CHECKS for problem in check(view))])
    order = {file_of(table.name): place for place, table in enumerate(TABLES)}
    found.sort(key=lambda problem: (order.get(problem.file, len(order)), problem.row or 0))
    return collapse_problems(locate(found, view.tables.layers))


def collapse_problems(problems: Sequence[Problem]) -> list[Problem]:
    """The first of each kind, file and column, and how many more of the same there are."""
    kinds: dict[tuple[str, str, str | None], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.key, problem.file, problem.column), []).append(problem)
    last = {
        id(same[MOST_OF_A_KIND - 1]): len(same) - MOST_OF_A_KIND
        for same in kinds.values()
        if len(same) > MOST_OF_A_KIND
    }
    told = {id(problem) for same in kinds.values() for problem in same[:MOST_OF_A_KIND]}
    collapsed: list[Problem] = []
    for problem in problems:
        if id(problem) in told:
            collapsed.append(problem)
        if id(problem) in last:
            collapsed.append(
                Problem("more_of_the_same", problem.file, None, problem.column, {"count": last[id(problem)]})
            )
    return collapsed
