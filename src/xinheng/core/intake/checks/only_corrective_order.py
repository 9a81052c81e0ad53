"""An order to mend (责令改正) alone is not a penalty."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "penalty.only-corrective-order", Level.FATAL, "kinds"
title = "仅责令改正，不属于行政处罚"
message = "责令改正、责令限期改正、责令退款等不是行政处罚种类，加处罚款属于行政强制执行，均不能单独作为行政处罚报送。"
basis, category = "行政处罚法第九条；行政强制法第十二条", Category.COMPLIANCE

applies = pl.col("kinds").is_not_null()
fails = pl.col("kinds").str.contains(r"^其他-(责令(改正|限期|立即|退款|退还|停止)|限期(改正|整改)|加处罚款)[^;]*$")

good = {"kinds": "罚款;其他-责令改正", "fine_wan": "0.5"}
bad = {"kinds": "其他-责令限期改正", "fine_wan": ""}
