"""How often things happen to organisations of the demo city: from published counts where we found one, and what is assumed.

Every figure stands beside the count it is reckoned from; ``docs/evaluation.md`` has the same as a table, with the grades that come of it.
The rates were reckoned before the city was evaluated with them, and not moved afterwards.

Sources (all read in excerpts or copies, not in the original file):

- LISTS: 国家公共信用信息中心《失信黑名单月度分析报告》, May 2018, the one that tells the count of each list: 37,501 organisations and 210,916
  persons came on lists in the month (28,909 enterprises revoked, 218,013 judgment debtors, 1,349 for tax, 119 for customs, 27 other) and
  126,790 subjects left. The one of December 2018 has sums alone: 59,408 organisations came, 115,938 left: the same order of size.
- RUN 2019: 发改办财金〔2019〕885号, the first national evaluation: 33 million organisations.
- PENALTIES 2014–2017: a study of 北京市企业信用信息网 (all organs of the city): 55,553 penalties on companies, 2014-01 to 2017-05.
  Over them 767,800 enterprises (end of 2012, 北京市工商局): there were more later, so the rate is rather too high.
- REPORTS 2014: 国家工商总局, 2015-07-09: 14,824,900 of 17,416,200 enterprises published their report for 2014 in time.
- TRADERS 2014: 昭通市工商局: 87.20 % of traders did.
- TAX 2020: one province's tax bureau: 944,900 enterprises graded; A grew by 16,300 or 37.39 %, B by 89,300 or 29.16 %, A and B are 48.20 %,
  C and D together 14,500.
- LABOUR 2020: 重庆市人力社保局: 11,497 enterprises graded, A 4,467, B 6,936, C 94.
- ENVIRONMENT 2024: Guangzhou: 2,929 enterprises graded, green 436, blue 2,450, yellow 37, red 6; the city evaluates more than 2.1 million enterprises.
- COURTS 2021: 最高人民法院工作报告 (2022-03-08): 9,493,000 cases of enforcement came in, 8,642,000 were closed.
- RISK 2022: Bayannur: how many enterprises are in each risk class, and what share of each class is drawn for inspection in a year.
- INSPECTED 2017: a district of Changzhou: of 97 enterprises drawn 78 were in order, 10 had not disclosed, 3 could not be reached, 6 had something to mend.
"""

from __future__ import annotations

from xinheng.demo.draw import OLDER

ENTERPRISES_OF_CITY = 0.628  # see ``organisations.FORMS``: companies, partnerships, branches, co-operatives
_NATION = 33_000_000  # RUN 2019


def rows(a_year: float) -> float:
    """Return how many rows of the city's three years there are for so many a year: a share of them is older than a year (``Draw.day``)."""
    return round(a_year / (1 - OLDER), 2)


def _standing(a_month: int, years: float) -> float:
    """Return how many of 1,000 organisations of the city are on a list that so many enterprises a month come on for so many years."""
    return round(1000 * ENTERPRISES_OF_CITY * a_month * 12 * years / _NATION, 2)


# Lists of serious dishonesty (LISTS). The terms are from memory, market supervision's list is assumed to be as long as the tax
# authority's, lists without a count are assumed to be as the shortest counted one, and one year's revocations to stand uncancelled.
_LISTED, _REVOKED, _TAX_LIST, _CUSTOMS_LIST, _OTHER = 37_501, 28_909, 1_349, 119, 27
_DEBTORS = _LISTED - _REVOKED - _TAX_LIST - _CUSTOMS_LIST - _OTHER
# Who comes on a list and leaves it: as many leave in a month as half of those who come.
LEFT = round(126_790 / 248_417, 2)
REVOKED = round(_REVOKED * 12 / _NATION, 4)  # share of enterprises
DISHONEST = _standing(_DEBTORS, 2)  # 最高人民法院 2017: two years
TAX_LIST = _standing(_TAX_LIST, 3)
CUSTOMS_LIST = _standing(_CUSTOMS_LIST, 2)
UNCOUNTED = CUSTOMS_LIST

# Judgment debtors (COURTS 2021): organisations are assumed to be the share of all debtors that they are of the listed ones (LISTS).
ENFORCED = 1000 * ENTERPRISES_OF_CITY * 9_493_000 * (_DEBTORS / 218_013) / _NATION
ENFORCED_CLOSED = 8_642 / 9_493

# Penalties (Beijing 2014–2017) on companies; that other organisations are punished as often is assumed. What comes of a penalty has
# no count: seizures, execution, reviews and pledges of repair are assumed shares of the penalties.
PENALTIES = 1000 * 55_553 * 12 / 41 / 767_800
SEIZURES, EXECUTIONS, REVIEWS, SUITS, REPAIRS = (PENALTIES * share for share in (0.07, 0.04, 0.005, 0.0025, 0.06))

# Annual reports that were not in time (REPORTS, TRADERS), by kind of subject. Each year's are assumed to be others. Who misses one is listed
# for it (企业信息公示暂行条例 第十七条); that half come off again by reporting late is assumed after ``LEFT``.
UNREPORTED = {"E": 1 - 14_824_900 / 17_416_200, "T": 1 - 0.8720}

# Random inspections (RISK): share of the class × share drawn. Inspections for other reasons are assumed to be as many.
_CLASSES = {"A": (22_186, 0.02), "B": (5_658, 0.05), "C": (1_581, 1.0), "D": (898, 1.0)}
DRAWN = sum(n * ratio for n, ratio in _CLASSES.values()) / sum(n for n, _ in _CLASSES.values())
INSPECTIONS = 1000 * DRAWN * 2
# What is found (INSPECTED); that other inspections find as much is assumed.
FOUND = 19 / 97
FOUND_KINDS = {"undisclosed": 10, "unreachable": 3, "mended": 6}
UNREACHABLE = DRAWN * 3 / 97  # share of enterprises a year; they are listed for it

# Grades given by others. How C and D of the tax grade share their sum has no count: half each. 非正常户 are graded D (from memory), so
# they are no more than those. How many enterprises are graded by labour offices and by customs has no count (see ``grades``).
_GRADED = 944_900
_TAX_A, _TAX_B, _TAX_CD = 16_300 / 0.3739 + 16_300, 89_300 / 0.2916 + 89_300, 14_500
TAX_GRADES = {
    "D": _TAX_CD / 2 / _GRADED,
    "C": _TAX_CD / 2 / _GRADED,
    "M": 1 - (_TAX_A + _TAX_B + _TAX_CD) / _GRADED,
    "B": _TAX_B / _GRADED,
    "A": _TAX_A / _GRADED,
}
LABOUR_GRADES = {"A": 4_467, "B": 6_936, "C": 94}
LABOUR = 160  # assumed
UNPAID_WAGES = LABOUR * 94 / 11_497  # not obeying an order to pay is grade C (人社部规〔2016〕1号): no more than those
ENVIRONMENT_GRADES = {"绿": 436, "蓝": 2_450, "黄": 37, "红": 6}
ENVIRONMENT = 1000 * ENTERPRISES_OF_CITY * 2_929 / 2_100_000
CUSTOMS = 45  # assumed
CUSTOMS_DISHONEST = CUSTOMS_LIST / CUSTOMS  # the list is of those
