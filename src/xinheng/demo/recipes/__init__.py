"""How often each kind of decision happens in the demo city, and the words it takes; one module for each class of the catalogue."""

from __future__ import annotations

from xinheng.demo.recipes import courts, decisions, enforcement, grades, honours, lists, obligations, registration
from xinheng.demo.recipes.recipe import Recipe

RECIPES: dict[str, Recipe] = {
    **registration.RECIPES,
    **decisions.RECIPES,
    **enforcement.RECIPES,
    **courts.RECIPES,
    **lists.RECIPES,
    **grades.RECIPES,
    **honours.RECIPES,
    **obligations.RECIPES,
}

# An item that nobody wrote a recipe for still gets data: a few rows, each field made from its type.
FALLBACK = Recipe(per_thousand=6)


def recipe_for(item_id: str) -> Recipe:
    """Return the recipe of an item, or the fallback."""
    return RECIPES.get(item_id, FALLBACK)
