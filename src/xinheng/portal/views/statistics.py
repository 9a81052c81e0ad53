"""Statistics: how much is public, of what kind, decided when and by whom. Every number leads to the records it counts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.apps.records.counting import reading as counting
from xinheng.apps.records.counting.reading import Shown
from xinheng.core.policy.model import Item
from xinheng.pages import figures, reading, resting, words
from xinheng.pages.figures import Figure
from xinheng.pages.kept import kept


@dataclass(frozen=True, slots=True)
class Table:
    """One table, and the kind of chart drawn from it."""

    anchor: str
    title: str
    told: str
    chart: str  # bars, columns
    label: str
    lines: list[Figure]


@kept
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the figures; charts are drawn from the tables by a script where there is one."""
    on = today()
    counted = reading.counts(on=on).by_item
    resting.on_everything()
    cells = counting.cells([reading.PENALTY, reading.LICENCE], on=on)
    items = {item.id: item for item in current_policy().items(on=on) if item.id in counted}
    tables = [
        Table("class", _("公示中的记录，按类别"), _("点类别名看分项。"), "bars", _("类别"), by_class(items, counted)),
        months(cells, reading.PENALTY, _("行政处罚，按决定月份"), on),
        months(cells, reading.LICENCE, _("行政许可，按决定月份"), on),
        organs(cells, reading.PENALTY, _("行政处罚，按作出单位")),
        organs(cells, reading.LICENCE, _("行政许可，按作出单位")),
        districts(cells, reading.PENALTY, _("行政处罚，按作出单位所在区")),
        districts(cells, reading.LICENCE, _("行政许可，按作出单位所在区")),
    ]
    total = sum(counted.values())
    told = {"here": "statistics", "tables": tables, "total": total, "groups": details(items, counted)}
    return render(request, "portal/statistics.html", told)


def by_class(items: dict[str, Item], counted: dict[str, int]) -> list[Figure]:
    """Return how many records each class of the catalogue has."""
    found: dict[str, int] = {}
    for name, item in items.items():
        found[item.klass] = found.get(item.klass, 0) + counted[name]
    ranked = sorted(found.items(), key=lambda pair: -pair[1])
    return [Figure(words.say(words.CLASSES, klass), n, f"#k{klass}") for klass, n in ranked]


def details(items: dict[str, Item], counted: dict[str, int]) -> list[tuple[str, str, list[Figure]]]:
    """Return anchor, name and items of each class."""
    ranked = sorted(items.values(), key=lambda item: (item.klass, -counted[item.id]))
    return [
        (
            f"k{klass}",
            words.say(words.CLASSES, klass),
            [Figure(words.item_name(item), counted[item.id], figures.of(item.id)) for item in found],
        )
        for klass, found in groupby(ranked, key=lambda item: item.klass)
    ]


def months(cells: Shown, item: str, title: str, on: object) -> Table:
    """Return a table by month."""
    told = _("只含现在仍在公示期内的；早月份的记录会随期满而减少。")
    return Table(f"m-{item}", title, told, "columns", _("月份"), figures.by_month(cells, item, on=on))  # type: ignore[arg-type]


def organs(cells: Shown, item: str, title: str) -> Table:
    """Return a table by deciding body."""
    told = _("最多的十五家。多少反映职能大小，不作排名。")
    return Table(f"o-{item}", title, told, "bars", _("作出单位"), figures.by_organ(cells, item))


def districts(cells: Shown, item: str, title: str) -> Table:
    """Return a table by the district the deciding body belongs to."""
    told = _("按作出决定的单位归属；市级单位单列，它们的决定可能涉及任何一区。")
    return Table(f"d-{item}", title, told, "bars", _("区"), figures.by_district(cells, item))
