"""Suspending or revoking a licence names the licence."""

import polars as pl

from xinheng.core.intake.check import Category, has
from xinheng.core.intake.finding import Level

code, level, field = "penalty.certificate-missing", Level.FATAL, "certificate"
title = "未写明暂扣或吊销的证照"
message = "处罚类别含暂扣、吊销证照或降低资质等级，请填写证照名称及编号。"
basis, category = "发改办财金〔2018〕790号", Category.COMPLETENESS

applies = has("kinds", "暂扣许可证件", "吊销许可证件", "降低资质等级", "暂扣或者吊销许可证、暂扣或者吊销执照")
fails = pl.col("certificate").is_null()

good = {"kinds": "吊销许可证件", "fine_wan": "", "certificate": "食品经营许可证 JY14403990000000"}
bad = {"kinds": "吊销许可证件", "fine_wan": "", "certificate": ""}
