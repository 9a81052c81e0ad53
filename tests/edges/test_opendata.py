"""Open data: packages say what the pages say, grow by what moved, and lose what has run out on its day."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from django.test import Client

from edges import town
from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import now
from xinheng.apps.intake import actions
from xinheng.apps.policy import current_policy
from xinheng.apps.records.models import Record
from xinheng.apps.timetable import regular
from xinheng.pages.opendata import building, store

LAST_DAY = date(2027, 10, 8)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.XINHENG_VAR = tmp_path


def build(on: date = town.DAY, *, whole: bool = False, item: str = "adm.penalty") -> building.Built:
    return building.build(current_policy().item(item, on=on), on=on, whole=whole)


def held(item: str = "adm.penalty") -> pl.DataFrame:
    return pl.read_parquet(store.folder() / item / "data.parquet")


def taken(client: Client) -> int:
    response = client.get("/opendata/adm.penalty/data.csv")
    response.getvalue()  # to its end: the file is closed
    return response.status_code


def removed() -> list[int]:
    return pl.read_csv(store.folder() / "adm.penalty" / "tombstones.csv").get_column("record_id").to_list()


def test_a_package_holds_what_is_public_with_the_day_to_delete_it_by(client: Client, on_record: None) -> None:
    assert build().rows == 1
    (row,) = held().to_dicts()
    assert (row["subject_code"], row["must_delete_by"]) == (town.SHOP, LAST_DAY)
    assert row["subject_name"] == town.NAMES[town.SHOP]
    assert "13800138000" not in str(row)
    (line,) = csv.DictReader(io.StringIO(client.get("/opendata/adm.penalty/data.csv").getvalue().decode("utf-8-sig")))
    assert (line["must_delete_by"], line["record_id"]) == ("2027-10-08", str(row["record_id"]))


def test_only_what_moved_is_asked_for_again(on_record: None, hand_in: Callable[..., Any]) -> None:
    assert build().whole
    again = build()
    assert (again.whole, again.looked_at, again.rows) == (False, 0, 1)
    hand_in([town.penalty(doc_no="深市监罚〔2026〕77号")])
    grown = build()
    assert (grown.looked_at, grown.rows) == (1, 2)


def test_a_withdrawn_record_leaves_a_tombstone_and_comes_back_without(
    on_record: None, hand_in: Callable[..., Any], officer: Account
) -> None:
    told = town.penalty(doc_no="深市监罚〔2026〕78号")
    submission = hand_in([told])
    build()
    gone = Record.objects.filter(item="adm.penalty").latest("pk").pk
    actions.withdraw(submission=submission, because="报错了", by=officer, at=now())
    assert build().removed == 1
    assert removed() == [gone]
    assert gone not in held().get_column("record_id")
    hand_in([told])
    build()
    assert removed() == []


def test_what_runs_out_leaves_on_its_day_and_the_old_package_is_not_handed_out(
    client: Client, on_record: None, settings: Any
) -> None:
    build()
    settings.XINHENG_DAY = LAST_DAY
    assert taken(client) == 200
    settings.XINHENG_DAY = LAST_DAY + timedelta(days=1)
    assert taken(client) == 503
    assert build(LAST_DAY + timedelta(days=1)).removed == 1
    assert held().height == 0
    assert taken(client) == 200


def test_the_timetable_builds_soon_after_midnight_and_what_ran_out_is_gone(
    client: Client, on_record: None, settings: Any
) -> None:
    night = regular.named("build-opendata")
    assert night.daily == time(0, 5)
    settings.XINHENG_DAY = LAST_DAY
    assert "个数据包" in night.do(at=now())
    assert held().height == 1
    assert taken(client) == 200
    settings.XINHENG_DAY = LAST_DAY + timedelta(days=1)
    assert taken(client) != 200
    assert "移除 1 条" in night.do(at=now())
    assert held().height == 0
    assert taken(client) == 200


def test_growing_step_by_step_gives_what_building_anew_gives(
    on_record: None, hand_in: Callable[..., Any], officer: Account
) -> None:
    day = town.DAY
    for number in range(3):
        submission = hand_in(
            [town.penalty(doc_no=f"深市监罚〔2026〕8{number}号", decided_on=f"2026-1{number % 2}-0{number + 1}")]
        )
        build(day)
        if number == 1:
            actions.withdraw(submission=submission, because="报错了", by=officer, at=now())
        day += timedelta(days=150)
        build(day)
    stepwise = held()
    build(day, whole=True)
    assert stepwise.equals(held())


def test_the_descriptor_and_the_catalogue_tell_the_files_as_they_are(client: Client, on_record: None) -> None:
    build()
    descriptor = orjson.loads(client.get("/opendata/adm.penalty/datapackage.json").getvalue())
    for resource in descriptor["resources"]:
        body = client.get(f"/opendata/adm.penalty/{resource['path']}").getvalue()
        assert resource["hash"] == f"sha256:{sha256(body).hexdigest()}"
        assert resource["bytes"] == len(body)
    catalogue = client.get("/opendata/catalog.json").json()
    (dataset,) = catalogue["dcat:dataset"]
    assert dataset["dct:identifier"] == "adm.penalty"
    assert {d["dct:title"] for d in dataset["dcat:distribution"]} >= {"data.csv", "data.jsonl", "data.parquet"}
    assert "adm.penalty" in client.get("/opendata/").content.decode()


@pytest.mark.parametrize("path", ["/opendata/adm.penalty/state.json", "/opendata/fin.trade/", "/opendata/x/../y"])
def test_nothing_else_is_handed_out(client: Client, on_record: None, path: str) -> None:
    build()
    assert client.get(path).status_code == 404
