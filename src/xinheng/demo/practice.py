"""The practice workbook: a penalty table full of mistakes, for people to try the upload page with."""

from __future__ import annotations

from pathlib import Path

from xinheng.demo import dirt
from xinheng.demo.city import City
from xinheng.demo.dice import Dice
from xinheng.demo.look import Look, headers, render
from xinheng.demo.sheets import write

NAME = "报送练习-行政处罚.xlsx"
_ROWS, _SHARE = 80, 0.45
_LOOK = Look(
    title_rows=2, totals=True, hidden=True, own_column=True, unknown_column=True, lower_case=True, numbers=True
)


def write_practice(folder: Path, city: City) -> Path:
    """Write the practice workbook and return its path; its decisions are in no other file of the city."""
    folder.mkdir(parents=True, exist_ok=True)
    item = city.policy.item("adm.penalty", on=city.on)
    rows = City(policy=city.policy, organisations=city.organisations, seed=city.seed + 1, on=city.on).rows(item, _ROWS)
    organ = rows["_organ"].value_counts().sort("count", "_organ")["_organ"][-1]
    rows = rows.filter(rows["_organ"] == organ).drop("_organ")
    rows = rows.with_columns(rows["doc_no"].str.replace("〕", "〕练习", literal=True))
    cells = render(rows, item, _LOOK)
    cells, _ = dirt.spoil(cells, item, city.policy, Dice(city.seed, "practice"), city.on, share=_SHARE)
    path = folder / NAME
    title = "深圳市市场监督管理局行政处罚信息报送表（练习）"
    write(path, cells, headers(item, cells.columns, _LOOK), item=item, look=_LOOK, title=title)
    return path
