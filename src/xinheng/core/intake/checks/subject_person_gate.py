"""Rows about natural persons stop here until the sealed store is built."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "subject.person-gate", Level.FATAL, "subject_type"
title = "自然人信息暂不接收"
message = (
    "本行是自然人的信息。自然人密封库尚未启用，平台未保存本行任何内容；请勿通过本渠道报送自然人信息，启用后另行通知。"
)
basis, category = "个人信息保护法第六条、第二十八条；深圳经济特区社会信用条例第二十五条", Category.COMPLIANCE

applies = pl.lit(True)
fails = (pl.col("subject_type") == "自然人") | (pl.col("subject_type").is_null() & pl.col("person_id").is_not_null())

good = {"subject_type": "法人及非法人组织"}
bad = {"subject_type": "自然人", "subject_code": "", "person_id_type": "身份证", "person_id": "440399194912312102"}
