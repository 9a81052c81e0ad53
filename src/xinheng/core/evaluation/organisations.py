"""Who may be evaluated: organisations. There is no value of these types that means a natural person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xinheng.core.identifiers import citizen_id, uscc
from xinheng.core.identifiers.folding import compact_code
from xinheng.core.identifiers.malformed import Malformed
from xinheng.core.intake.messages import title_of
from xinheng.core.refusal import Refusal


class SubjectIsNaturalPerson(Refusal):
    """A person's number was given where an organisation is asked for. Nothing is computed; the number is not repeated."""

    code = "SUBJECT_IS_NATURAL_PERSON"
    message = "自然人不评价：这是一个公民身份号码，不是统一社会信用代码。没有进行任何计算，也没有保存这个号码。"
    basis = "深圳经济特区社会信用条例第二十九条；信衡只评价组织"


class NotAnOrganisation(Refusal):
    """What was given is no code of an organisation."""

    code = "evaluation.not-an-organisation"
    message = "请用统一社会信用代码指明要评价的组织：{why}。请对照营业执照或登记证书填写。"


class OrganisationKind(StrEnum):
    """Kind of organisation. The register's kind N (自然人) has no counterpart here, so no model can name it."""

    ENTERPRISE = "E"
    TRADER = "T"  # 个体工商户: only where the operator applied
    INSTITUTION = "I"
    SOCIAL_ORG = "O"
    GOVERNMENT = "G"


def organisation_code(text: str) -> str:
    """Return the unified code of an organisation; raise SubjectIsNaturalPerson or NotAnOrganisation."""
    code = compact_code(text)
    if _is_of_a_person(code):
        raise SubjectIsNaturalPerson
    try:
        return uscc.validate(code)
    except Malformed as wrong:
        raise NotAnOrganisation(why=title_of(wrong.code)) from None


def _is_of_a_person(code: str) -> bool:
    """Say whether the check digit makes this a citizen's number, whatever column it stood in."""
    try:
        citizen_id.validate(code)
    except Malformed:
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """One organisation as an evaluation sees it."""

    code: str | None  # a few hold only older codes
    kind: OrganisationKind
    division: str = ""  # two digits of its trade, GB/T 4754: decides which sector models concern it
    region: str = ""  # decides which district's model concerns it; never for points
    size: str = ""  # the same
    applied: bool = False  # a trader asked to be evaluated

    def __post_init__(self) -> None:
        if not isinstance(self.kind, OrganisationKind):
            raise SubjectIsNaturalPerson
        if self.code is not None and _is_of_a_person(self.code):
            raise SubjectIsNaturalPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether the registration says that it exists, and since when."""

    established_on: date | None
    state: str = ""
