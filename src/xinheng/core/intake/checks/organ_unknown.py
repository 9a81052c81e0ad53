"""A deciding organ of this city is one the city knows; organs of the nation, the province or elsewhere are not asked about."""

import polars as pl

from xinheng.core.intake.check import Category, Context
from xinheng.core.intake.finding import Level

code, level, field = "organ.unknown", Level.WARNING, "organ_code"
title = "机关不在本市部门名录"
message = "按代码看，作出决定的机关是本市机关，但不在本市部门名录中。请核对代码，或请信用中心更新名录。"
basis, category = "深圳市部门名录", Category.CONSISTENCY

applies = pl.col("organ_code").is_not_null()


def fails(context: Context) -> pl.Expr:
    """The code says that the organ is of this city (its third to sixth digits), and no department of the city has it."""
    departments = context.policy.departments
    cities = sorted({d.region[:4] for d in departments if d.region})
    organ = pl.col("organ_code")
    return organ.str.slice(2, 4).is_in(cities) & ~organ.is_in([d.code for d in departments])


good = {"organ_code": "111000000000143498"}
bad = {"organ_code": "124403999912000293"}
