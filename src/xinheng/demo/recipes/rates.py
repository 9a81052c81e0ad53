"""How many organisations are on lists, judgment debtors or revoked: rates from published counts where there are some, else assumed.

Source: 国家公共信用信息中心, 《失信黑名单月度分析报告》 of May 2018, the one that tells the count of each list: 37,501 organisations came on
lists in the month; 28,909 enterprises were revoked, 1,349 were added for tax, 119 for customs, 27 for other lists; 248,417 subjects (persons among them)
came and 126,790 left. From the one of December 2018 we have the sums, 59,408 organisations coming and 115,938 leaving: the same order of size.
Over them: the 33 million enterprises of the national evaluation of 2019 (``docs/evaluation.md`` says what is assumed).
"""

from __future__ import annotations

_ENTERPRISES = 33_000_000
ENTERPRISES_OF_CITY = 0.628  # see ``organisations.FORMS``: companies, partnerships, branches, co-operatives
_LISTED, _REVOKED, _TAX, _CUSTOMS, _OTHER = 37_501, 28_909, 1_349, 119, 27
_DEBTORS = _LISTED - _REVOKED - _TAX - _CUSTOMS - _OTHER  # the report has persons and organisations in one for these

LEFT = round(126_790 / 248_417, 2)  # as many leave lists as half of those who come


def _standing(a_month: int, years: float) -> float:
    """Return how many of 1,000 organisations of the city are on a list that so many enterprises a month come on for so many years."""
    return round(1000 * ENTERPRISES_OF_CITY * a_month * 12 * years / _ENTERPRISES, 2)


REVOKED = round(_REVOKED * 12 / _ENTERPRISES, 4)  # share of enterprises: those of one year
DISHONEST = _standing(_DEBTORS, 2)  # 最高人民法院 2017: two years
TAX = _standing(_TAX, 3)
CUSTOMS = _standing(_CUSTOMS, 2)
UNCOUNTED = CUSTOMS  # no count is known to us: as the smallest of the counted ones
