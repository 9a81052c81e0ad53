"""The words for malformed codes: each reason of the identifier modules, and how to mend it."""

from __future__ import annotations

from xinheng.core.intake.finding import Level

F, W = Level.FATAL, Level.WARNING
_AGAIN = "请对照营业执照或登记证书重新填写。"

# code → level, short title, sentence
WORDS: dict[str, tuple[Level, str, str]] = {
    "uscc.too-short": (F, "统一代码不足 18 位", f"“{{zh}}”填了“{{seen}}”，统一社会信用代码应为 18 位，{_AGAIN}"),
    "uscc.too-long": (F, "统一代码超过 18 位", f"“{{zh}}”填了“{{seen}}”，统一社会信用代码应为 18 位，{_AGAIN}"),
    "uscc.suffix": (F, "统一代码后有多余内容", "“{zh}”填了“{seen}”，代码后面多了序号或说明，请只填 18 位代码。"),
    "uscc.letter-for-digit": (
        F,
        "统一代码疑似字母与数字混淆",
        "“{zh}”填了“{seen}”，其中的字母 O 或 I 可能应为数字 0 或 1。系统不作猜测，请对照证照改正。",
    ),
    "uscc.letter-not-allowed": (
        F,
        "统一代码含不使用的字母",
        "“{zh}”填了“{seen}”，统一社会信用代码不使用字母 I、O、S、V、Z，请核对。",
    ),
    "uscc.character-not-allowed": (F, "统一代码含其他字符", "“{zh}”填了“{seen}”，只能由数字和大写字母组成，请核对。"),
    "uscc.region-not-digits": (
        F,
        "统一代码区划段不是数字",
        "“{zh}”填了“{seen}”，第 3 至 8 位应为 6 位数字的行政区划代码，请核对。",
    ),
    "uscc.check-digit": (
        F,
        "统一代码校验码不符",
        f"“{{zh}}”填了“{{seen}}”，最后一位校验码不符，至少有一位填错，{_AGAIN}",
    ),
    "uscc.inner-check-digit": (
        F,
        "统一代码内组织机构代码校验码不符",
        f"“{{zh}}”填了“{{seen}}”，第 9 至 17 位组织机构代码的校验码不符，至少有一位填错，{_AGAIN}",
    ),
    "uscc.placeholder": (
        F,
        "统一代码是占位符",
        "“{zh}”填了“{seen}”，这是占位符，不是真实代码。没有代码的请留空，并填写其他代码。",
    ),
    "uscc.is-registration-number": (
        F,
        "填成了工商注册号",
        "“{zh}”填了“{seen}”，这是 15 位工商注册号，请移到“工商注册号”一列，并填写 18 位代码。",
    ),
    "uscc.is-organisation-code": (
        F,
        "填成了组织机构代码",
        "“{zh}”填了“{seen}”，这是 9 位组织机构代码，请移到“组织机构代码”一列，并填写 18 位代码。",
    ),
    "uscc.is-citizen-id": (
        F,
        "填成了身份证号码",
        "“{zh}”中填的像是身份证号码。个人证件号码不得填在此列，请删去并核对。",
    ),
    "uscc.department-unknown": (
        W,
        "登记管理部门少见",
        "“{seen}”的前两位（登记管理部门和机构类别）不在已知代码表内，校验码相符，请核对。",
    ),
    "uscc.region-unknown": (
        W,
        "登记区划少见",
        "“{seen}”第 3 至 8 位的行政区划不在历年区划代码表内（开发区等常见），校验码相符，请核对。",
    ),
    "orgcode.too-short": (F, "组织机构代码不足 9 位", "“{zh}”填了“{seen}”，组织机构代码应为 9 位，请核对。"),
    "orgcode.too-long": (F, "组织机构代码超过 9 位", "“{zh}”填了“{seen}”，组织机构代码应为 9 位，请核对。"),
    "orgcode.character-not-allowed": (
        F,
        "组织机构代码含其他字符",
        "“{zh}”填了“{seen}”，只能由数字和大写字母组成，请核对。",
    ),
    "orgcode.check-digit": (F, "组织机构代码校验码不符", "“{zh}”填了“{seen}”，最后一位校验码不符，请核对。"),
    "orgcode.placeholder": (F, "组织机构代码是占位符", "“{zh}”填了“{seen}”，这是占位符，没有该代码的请留空。"),
    "regno.too-short": (
        F,
        "工商注册号位数不足",
        "“{zh}”填了“{seen}”，工商注册号应为 15 位（2007 年以前为 13 位），请核对。",
    ),
    "regno.too-long": (
        F,
        "工商注册号位数过多",
        "“{zh}”填了“{seen}”，工商注册号应为 15 位（2007 年以前为 13 位），请核对。",
    ),
    "regno.character-not-allowed": (F, "工商注册号含其他字符", "“{zh}”填了“{seen}”，工商注册号只有数字，请核对。"),
    "regno.placeholder": (F, "工商注册号是占位符", "“{zh}”填了“{seen}”，这是占位符，没有该号码的请留空。"),
    # Some numbers given out before 2015 do not satisfy the check, and real ones exist that fail it.
    "regno.check-digit": (W, "工商注册号校验码不符", "“{zh}”填了“{seen}”，校验码不符；早年个别号码如此，请核对。"),
    "regno.old-number": (W, "13 位旧注册号", "“{zh}”填了“{seen}”，是 2007 年以前的 13 位旧号，无校验码，请核对。"),
    "region.not-a-code": (F, "不是行政区划代码", "“{zh}”填了“{seen}”，应为 6 位（或 9、12 位）行政区划代码，请核对。"),
    "region.province-unknown": (F, "行政区划省份不存在", "“{zh}”填了“{seen}”，前两位不是省级行政区划代码，请核对。"),
    "region.unknown": (W, "行政区划不在代码表内", "“{zh}”填了“{seen}”，历年区划代码表中没有，请核对。"),
    "citizen-id.old-number": (W, "15 位旧身份证号码", "“{zh}”是 15 位旧号码，2013 年起已停用，请填写 18 位号码。"),
    "doc-no.empty": (F, "文号为空", "“{zh}”中只有空格或看不见的字符，请填写文号。"),
    "doc-no.cut-off": (W, "文号疑似被截断", "“{zh}”填了“{seen}”，像是被截断了，请核对原文书。"),
}
