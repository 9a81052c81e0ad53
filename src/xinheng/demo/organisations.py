"""The invented organisations of the city: who they are, where they sit, what they do and how busy they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl

from xinheng.demo import words
from xinheng.demo.codes import organisation_codes, registration_numbers
from xinheng.demo.dice import Dice

# Form of organisation → (first two characters of its code, kind of subject, share of the city)
FORMS = {
    "company": ("91", "E", 0.585),
    "partnership": ("91", "E", 0.02),
    "branch": ("91", "E", 0.02),
    "cooperative": ("93", "E", 0.003),
    "trader": ("92", "T", 0.32),
    "institution": ("12", "I", 0.018),
    "social_group": ("51", "O", 0.010),
    "social_service": ("52", "O", 0.016),
    "foundation": ("53", "O", 0.002),
    "organ": ("11", "G", 0.006),
}


def make(n: int, *, seed: int, on: date) -> pl.DataFrame:
    """Return ``n`` organisations, one a row; the first is the busiest (activity falls like a Zipf law)."""
    dice = Dice(seed, "organisations")
    names = list(FORMS)
    form = dice.pick(names, n, [FORMS[name][2] for name in names])
    for place, rare in enumerate(names[:n]):  # a city of any size has every kind
        form[n - 1 - place] = rare
    district = dice.places(len(words.DISTRICTS), n, [d.weight for d in words.DISTRICTS])
    frame = pl.DataFrame({"form": form}).with_columns(
        kind=pl.col("form").replace_strict({k: v[1] for k, v in FORMS.items()}),
        district=pl.Series([d.name for d in words.DISTRICTS]).gather(district),
        region=pl.Series([d.region for d in words.DISTRICTS]).gather(district),
    )
    code = organisation_codes([FORMS[name][0] for name in form])
    trader = (frame["form"] == "trader").to_numpy()
    frame = frame.with_columns(
        code=code,
        orgcode=code.str.slice(8, 9),
        regno=registration_numbers(np.where(trader, 6, np.where(dice.random.random(n) < 0.06, 4, 1))),
        trade=pl.Series(_trades(dice, trader)),
        legal_rep=people(dice, n),
        street=_streets(dice, district),
        established_on=_ages(dice, n, on),
        capital_wan=dice.skewed(1, 20_000, n, step=1),
        activity=_activity(dice, form),
        state=dice.pick(("存续（在营、开业、在册）", "注销", "吊销，未注销"), n, (0.965, 0.025, 0.01)),
    )
    # How an organisation keeps its duties, by luck of its own: what several items say of one failing then agrees (``duties``).
    luck = Dice(seed, "duties").random.random((3, n))
    frame = frame.with_columns(pl.Series(name, luck[i]) for i, name in enumerate(("reports", "mends", "pays")))
    frame = frame.with_columns(_names(dice, frame)).sort("activity", descending=True)
    address = _addresses(dice, frame)
    by_trade = {
        "industry": [t.industry for t in words.TRADES],
        "section": [t.section for t in words.TRADES],
        "scope": [t.scope for t in words.TRADES],
    }
    return frame.with_columns(
        address, *(pl.Series(name, values).gather(frame["trade"]) for name, values in by_trade.items())
    ).with_row_index("number")


def people(dice: Dice, n: int) -> pl.Series:
    """Return ``n`` invented names of persons."""
    surname = dice.pick(words.SURNAMES, n, [1 / (i + 4) for i in range(len(words.SURNAMES))])
    return surname + dice.pick(words.GIVEN_FIRST, n) + dice.pick(words.GIVEN_SECOND, n)


def trade_names(dice: Dice, n: int) -> pl.Series:
    """Return ``n`` trade names (字号)."""
    return dice.pick(words.FIRST, n) + dice.pick(words.SECOND, n) + dice.pick(words.THIRD, n)


def _trades(dice: Dice, trader: np.ndarray) -> np.ndarray:
    with_shops = [t.weight if t.shops else 0.0 for t in words.TRADES]
    everyone = dice.places(len(words.TRADES), len(trader), [t.weight for t in words.TRADES])
    shops = dice.places(len(words.TRADES), len(trader), with_shops)
    return np.where(trader, shops, everyone).astype(np.int64)


def _streets(dice: Dice, district: np.ndarray) -> pl.Series:
    streets = [street for d in words.DISTRICTS for street in d.streets]
    return pl.Series(streets).gather(district * 3 + dice.places(3, len(district)))


def _ages(dice: Dice, n: int, on: date) -> pl.Series:
    days = (dice.random.random(n) ** 1.8 * 34 * 365).astype(np.int64) + 400
    return pl.Series([on - timedelta(days=int(d)) for d in days])


def _activity(dice: Dice, form: pl.Series) -> pl.Series:
    # Rank organisations by chance, companies ahead of corner shops; the k-th is 1/k^0.75 as busy as the first.
    ahead = form.replace_strict({"company": 3.0, "institution": 0.7, "organ": 0.3, "trader": 0.5}, default=1.0)
    luck = (dice.random.random(len(form)) ** (1 / ahead.to_numpy())).argsort()[::-1]
    activity = np.empty(len(form))
    activity[luck] = 1.0 / np.arange(3, len(form) + 3) ** 0.75
    return pl.Series(activity)


def _names(dice: Dice, frame: pl.DataFrame) -> pl.Series:
    n = frame.height
    city = dice.pick(("深圳市", "深圳"), n, (0.9, 0.1))
    trade_name = trade_names(dice, n)
    word = _word_of(dice, frame["trade"], lambda t: t.words)
    shop = _word_of(dice, frame["trade"], lambda t: t.shops or t.words)
    district = "深圳市" + frame["district"]
    tail = dice.pick(("有限公司", "（深圳）有限公司", "股份有限公司", "集团有限公司"), n, (0.86, 0.08, 0.04, 0.02))
    company = (
        pl.Series(np.where((tail == "（深圳）有限公司").to_numpy(), "", city.to_numpy())) + trade_name + word + tail
    )
    made = pl.DataFrame(
        {
            "form": frame["form"],
            "company": company,
            "partnership": city + trade_name + word + "合伙企业（有限合伙）",
            "branch": city + trade_name + word + "有限公司" + frame["street"] + "分公司",
            "cooperative": city + trade_name + "农产品专业合作社",
            "trader": district + frame["street"] + trade_name + shop,
            "institution": city + trade_name + dice.pick(words.SCHOOLS, n),
            "social_group": city + trade_name + dice.pick(words.GROUPS, n),
            "social_service": district + trade_name + dice.pick(words.SERVICES, n),
            "foundation": city + trade_name + "公益基金会",
            "organ": district + trade_name + dice.pick(("街道办事处", "社区工作站", "政务服务中心"), n),
        }
    )
    choice = pl.coalesce(pl.when(pl.col("form") == name).then(pl.col(name)) for name in FORMS)
    named = made.select(name=choice)
    again = named.select(pl.col("name").cum_count().over("name")).to_series()
    # The register office refuses a second firm of the same name: later ones add a sign, then two.
    extra = [_sign(int(i) - 1) for i in again]
    return (
        made.with_columns(extra=pl.Series(extra))
        .select(
            name=pl.when(pl.col("extra") == "")
            .then(choice)
            .otherwise(choice.str.replace("^(深圳市[^市]{2,6}区|深圳市|深圳|)", "${1}" + "\u2020"))
            .str.replace("\u2020", pl.col("extra"), literal=True)
        )
        .to_series()
    )


def _sign(again: int) -> str:
    text = ""
    while again:
        again, place = divmod(again - 1, len(words.FIRST))
        text = words.FIRST[place] + text
    return text


def _word_of(dice: Dice, trade: pl.Series, words_of: Callable[[words.Trade], tuple[str, ...]]) -> pl.Series:
    options = [words_of(t) for t in words.TRADES]
    first = np.cumsum([0, *(len(o) for o in options)])[:-1]
    sizes = np.array([len(o) for o in options])
    flat = pl.Series([word for o in options for word in o])
    t = trade.to_numpy()
    return flat.gather(first[t] + (dice.random.random(len(t)) * sizes[t]).astype(np.int64))


def _addresses(dice: Dice, frame: pl.DataFrame) -> pl.Series:
    n = frame.height
    road = dice.pick(words.ROAD_FIRST, n) + dice.pick(words.ROAD_SECOND, n) + dice.pick(words.ROAD_KINDS, n)
    house = dice.whole(1, 188, n).cast(pl.String) + "号"
    building = road.str.slice(0, 2) + dice.pick(words.BUILDINGS, n) + dice.pick(("A座", "B座", "1栋", "2栋", "3栋"), n)
    room = dice.whole(1, 28, n).cast(pl.String) + dice.whole(1, 18, n).cast(pl.String).str.zfill(2)
    town = pl.select(
        pl.when(frame["district"] == "深汕特别合作区").then(pl.lit("镇")).otherwise(pl.lit("街道"))
    ).to_series()
    return ("深圳市" + frame["district"] + frame["street"] + town + road + house + building + room + "室").alias(
        "address"
    )
