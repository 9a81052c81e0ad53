"""The form a wholly new catalogue item is proposed with: what the item says, what it rests on, its fields one a row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.core.changes.adding import OCCURRED, Basis
from xinheng.core.policy.model import FieldType, Privacy, Required
from xinheng.core.publication.rules import rules_of
from xinheng.pages import words

ROWS, MORE, MOST = 6, 4, 40  # rows for fields at first, more at a press, at most
_NAME = r"^[a-z][a-z0-9_]{1,39}$"
_DAY = {"type": "date"}


class ItemForm(forms.Form):
    """What a new item says of itself (《深圳经济特区社会信用条例》第三十四条), why, on which basis, from which day."""

    title = forms.CharField(label=gettext_lazy("一句话说明"), max_length=200)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("为什么必要，为什么现有的目录项不够。"),
    )  # fmt: skip
    document = forms.CharField(
        label=gettext_lazy("依据的文件"), max_length=200,
        help_text=gettext_lazy("没有依据的采集不能进目录；本市自设的目录项须以经济特区法规为依据。"),
    )  # fmt: skip
    article = forms.CharField(label=gettext_lazy("条款"), max_length=100, help_text=gettext_lazy("如 第三十九条"))
    basis_from = forms.DateField(
        label=gettext_lazy("依据从哪天起施行"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    was_read = forms.BooleanField(label=gettext_lazy("我已核对过原文，条款仍然有效"))
    effective_from = forms.DateField(
        label=gettext_lazy("从哪天起"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text=gettext_lazy("须晚于今天；给各报送单位留出改表的时间。"),
    )  # fmt: skip

    id = forms.RegexField(
        r"^[a-z]{3}\.[a-z][a-z0-9_]{1,39}$", label=gettext_lazy("编号"), help_text=gettext_lazy("如 con.site_rent：三个字母的类，点，英文名")
    )  # fmt: skip
    zh = forms.CharField(label=gettext_lazy("中文名称"), max_length=100)
    en = forms.CharField(label=gettext_lazy("英文名称"), max_length=100)
    klass = forms.ChoiceField(label=gettext_lazy("类别"))
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("适用主体"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只关于自然人的不能在这里新设；自然人不入库、不公示、不评分。"),
    )  # fmt: skip
    behaviour = forms.CharField(label=gettext_lazy("具体行为"), max_length=200)
    polarity = forms.ChoiceField(label=gettext_lazy("性质"))

    sources = forms.CharField(
        label=gettext_lazy("归集来源"),
        max_length=500,
        help_text=gettext_lazy("部门的名称或简称，用“；”隔开；审定后它们就能报送这一项"),
    )
    channel = forms.CharField(label=gettext_lazy("归集渠道"), max_length=100)
    frequency = forms.ChoiceField(label=gettext_lazy("更新频次"))
    deadline_working_days = forms.IntegerField(
        label=gettext_lazy("报送时限（工作日）"), required=False, min_value=0, max_value=250
    )
    share = forms.ChoiceField(label=gettext_lazy("共享属性"))
    share_scope = forms.CharField(label=gettext_lazy("共享范围"), max_length=300, help_text=gettext_lazy("用“；”隔开"))
    publish = forms.ChoiceField(label=gettext_lazy("公开属性"))
    publication_rule = forms.ChoiceField(label=gettext_lazy("公示规则"))
    retention = forms.RegexField(
        r"^P[1-9]\d{0,2}[YMD]$", label=gettext_lazy("保存期限"), help_text=gettext_lazy("公示结束后；如 P5Y 是五年")
    )

    governing = forms.RegexField(
        _NAME,
        label=gettext_lazy("起算字段"),
        help_text=gettext_lazy(
            "公示期和报送时限从哪个日期字段起算；没有自己的日期就用 occurred_on，系统加一列“产生日期”"
        ),
    )
    closing = forms.RegexField(
        _NAME,
        label=gettext_lazy("终止字段"),
        required=False,
        help_text=gettext_lazy("哪个日期字段使事情结束，如有效期至"),
    )
    title_field = forms.RegexField(
        _NAME, label=gettext_lazy("标题字段"), help_text=gettext_lazy("页面上用哪个字段称呼一条记录")
    )
    identity = forms.CharField(label=gettext_lazy("一条记录由什么确定"), max_length=200, help_text=gettext_lazy("字段名，用“；”隔开；主体总在其中"))  # fmt: skip

    WHY = ("title", "reason", "document", "article", "basis_from", "was_read", "effective_from")
    WHAT = ("id", "zh", "en", "klass", "kinds", "behaviour", "polarity")
    HOW = ("sources", "channel", "frequency", "deadline_working_days", "share", "share_scope", "publish", "publication_rule", "retention")  # fmt: skip
    WHICH = ("governing", "closing", "title_field", "identity")

    def __init__(self, *args: Any, department: str = "", **kwargs: Any) -> None:
        initial = {
            "effective_from": today() + timedelta(days=30),
            "sources": department,
            "channel": "报送页面或接口",
            "frequency": "e",
            "publish": "G",
            "publication_rule": "never",
            "share": "C",
            "share_scope": "履行职责需要的行政机关",
            "retention": "P5Y",
            "polarity": "neutral",
            "governing": OCCURRED,
        }
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        rules = rules_of(current_policy()).by_key
        for name, choices in {
            "klass": [(code, f"{code} {word}") for code, word in _said(words.CLASSES)],
            "kinds": _said(words.KINDS),
            "polarity": _said(words.POLARITY),
            "frequency": _said(words.FREQUENCIES),
            "share": _said(words.SHARE),
            "publish": _said(words.PUBLISH),
            "publication_rule": [(key, words.say(words.PUBLICATION_KEYS, key)) for key in rules],
        }.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def parts(self) -> list[tuple[str, list[Any]]]:
        """Return the form in parts: heading, fields. The fields of the item come between the third and the last."""
        told = (
            (_("为什么、依据什么、从哪天起"), self.WHY),
            (_("目录项是什么"), self.WHAT),
            (_("怎样归集、共享、公开、保存"), self.HOW),
            (_("哪些字段管什么"), self.WHICH),
        )
        return [(heading, [self[name] for name in names]) for heading, names in told]

    def told(self) -> dict[str, Any]:
        """Return the item's attributes as the policy writes them."""
        given = self.cleaned_data
        plain = ("id", "zh", "en", "behaviour", "channel", "frequency", "share", "publish", "publication_rule", "retention", "polarity", "governing", "closing", "deadline_working_days")  # fmt: skip
        return {name: given[name] for name in plain} | {
            "class": given["klass"],
            "kinds": given["kinds"],
            "title": given["title_field"],
            **{name: split(given[name]) for name in ("sources", "share_scope", "identity")},
        }

    def basis(self) -> Basis:
        """Return what the item rests on."""
        given = self.cleaned_data
        return Basis(document=given["document"], article=given["article"], effective_from=given["basis_from"])


class FieldForm(forms.Form):
    """One field of the new item; a row left empty is none."""

    name = forms.RegexField(_NAME, label=gettext_lazy("字段名"))
    zh = forms.CharField(label=gettext_lazy("中文列名"), max_length=60)
    type = forms.ChoiceField(label=gettext_lazy("类型"))
    codelist = forms.ChoiceField(label=gettext_lazy("代码表"), required=False)
    required = forms.ChoiceField(label=gettext_lazy("填写要求"))
    required_when = forms.CharField(label=gettext_lazy("必填条件"), required=False, max_length=200)
    privacy = forms.ChoiceField(label=gettext_lazy("公开到哪里"))
    max_length = forms.IntegerField(label=gettext_lazy("最多几个字"), required=False, min_value=1, max_value=5000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A choice that stands as it was is no change: such a row is empty and asks for nothing.
        for name, first in (("type", "text"), ("required", "O"), ("privacy", "internal")):
            self.fields[name].initial = first
        lists = sorted(current_policy().codelists.values(), key=lambda one: one.id)
        for name, choices in {
            "type": [pair for pair in _said(words.TYPES) if pair[0] != FieldType.PERSON_ID],
            "codelist": [("", _("不用代码表")), *((one.id, f"{one.zh}（{one.id}）") for one in lists)],
            "required": _said(words.REQUIRED),
            "privacy": [
                (code, word if words.PRIVACY[code] else _("公开"))
                for code, word in _said(words.PRIVACY)
                if code != Privacy.SEALED
            ],
        }.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_required_when(self) -> dict[str, Any] | None:
        """Read a condition as it is written: field=value；value."""
        text = self.cleaned_data["required_when"].replace("＝", "=")
        if not text.strip():
            return None
        other, _equals, values = text.partition("=")
        if not (other.strip() and split(values)):
            raise forms.ValidationError(_("必填条件请写成 列名=值，如 认定等级=国家级；省部级。"))
        return {"field": other.strip(), "has": split(values)}

    def clean(self) -> dict[str, Any]:
        """Ask for the condition where there must be one, and only there."""
        given = super().clean() or self.cleaned_data
        conditional = given.get("required") == Required.CONDITIONAL
        if "required_when" in given and conditional != (given["required_when"] is not None):
            self.add_error("required_when", _("填写要求是“有条件必填”的，而且只有它，要写必填条件。"))
        return given

    def told(self) -> dict[str, Any]:
        """Return the field as the policy writes one."""
        return {key: value for key, value in self.cleaned_data.items() if value not in ("", None)}


class _Rows(forms.BaseFormSet[FieldForm]):
    def told(self) -> list[dict[str, Any]]:
        """Return the fields of the rows that were filled; a condition may name a column by its Chinese title."""
        told = [form.told() for form in self.forms if form.has_changed()]
        names = {field["zh"]: field["name"] for field in told}
        for field in told:
            if when := field.get("required_when"):
                field["required_when"] = when | {"field": names.get(when["field"], when["field"])}
        return told


FieldRows = forms.formset_factory(
    FieldForm, formset=_Rows, extra=ROWS, min_num=1, validate_min=True, max_num=MOST, validate_max=True
)


def split(text: str) -> list[str]:
    """Cut a line at semicolons, Chinese or not."""
    return [one.strip() for one in text.replace(";", "；").split("；") if one.strip()]


def _said(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, words.say(table, code)) for code in table]
