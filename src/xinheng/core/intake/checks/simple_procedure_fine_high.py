"""The simple procedure (简易程序) ends at a fine of 3,000 yuan on an organisation."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "penalty.simple-procedure-fine-high", Level.WARNING, "fine_wan"
title = "简易程序罚款偏高"
message = (
    "当场处罚（简易程序）对法人或者其他组织的罚款一般在 3000 元以下，请核对案件程序和金额；特别法另有规定的可忽略。"
)
basis, category = "行政处罚法第五十一条", Category.COMPLIANCE

applies = pl.col("case_procedure").is_in(["简易", "简易程序"])
fails = pl.col("fine_wan") > 300_000  # 分

good = {"case_procedure": "简易", "kinds": "罚款", "fine_wan": "0.3", "content": "罚款3000元"}
bad = {"case_procedure": "简易", "kinds": "罚款", "fine_wan": "0.300001", "content": "罚款3000.01元"}
