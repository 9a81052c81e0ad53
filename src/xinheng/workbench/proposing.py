"""The form a change of the catalogue is proposed with: the present edition filled in, and what is altered taken from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.core.changes.editing import Edits
from xinheng.core.policy.model import FieldType, Item, Privacy, Required
from xinheng.pages import words
from xinheng.workbench.adding import split

_ATTRIBUTES = ("zh", "frequency", "deadline_working_days", "sources", "share", "publish", "retention")


class ProposalForm(forms.Form):
    """What changes, why, on which basis, from which day."""

    title = forms.CharField(max_length=200)
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    basis = forms.CharField(max_length=300)
    effective_from = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    zh = forms.CharField(max_length=100)
    frequency = forms.ChoiceField()
    deadline_working_days = forms.IntegerField(required=False, min_value=0, max_value=250)
    sources = forms.CharField(max_length=500)
    share = forms.ChoiceField()
    publish = forms.ChoiceField()
    retention = forms.CharField(max_length=20)

    add_name = forms.RegexField(r"^[a-z][a-z0-9_]{1,39}$", required=False)
    add_zh = forms.CharField(required=False, max_length=60)
    add_type = forms.ChoiceField(required=False)
    add_required = forms.ChoiceField(required=False)
    add_privacy = forms.ChoiceField(required=False)
    add_max_length = forms.IntegerField(required=False, min_value=1, max_value=5000)
    add_codelist = forms.ChoiceField(required=False)
    add_rule = forms.CharField(required=False, max_length=60)

    change_field = forms.ChoiceField(required=False)
    change_zh = forms.CharField(required=False, max_length=60)
    change_required = forms.ChoiceField(required=False)
    change_privacy = forms.ChoiceField(required=False)
    change_max_length = forms.IntegerField(required=False, min_value=1, max_value=5000)
    change_alias = forms.CharField(required=False, max_length=60)
    change_rule = forms.CharField(required=False, max_length=60)

    end_field = forms.ChoiceField(required=False)

    WHY = ("title", "reason", "basis", "effective_from")
    ITEM = _ATTRIBUTES
    ADD = (
        "add_name",
        "add_zh",
        "add_type",
        "add_required",
        "add_privacy",
        "add_max_length",
        "add_codelist",
        "add_rule",
    )
    CHANGE = (
        "change_field",
        "change_zh",
        "change_alias",
        "change_required",
        "change_privacy",
        "change_max_length",
        "change_rule",
    )
    END = ("end_field",)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        self.item = item
        initial = {
            "effective_from": today() + timedelta(days=30),
            "zh": item.zh,
            "frequency": item.frequency,
            "deadline_working_days": item.deadline_working_days,
            "sources": "；".join(item.sources),
            "share": item.share,
            "publish": item.publish,
            "retention": item.retention,
        }
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        for name, label in _labels().items():
            self.fields[name].label = label
        for name, hint in _hints().items():
            self.fields[name].help_text = hint
        self._choices()

    def _choices(self) -> None:
        def said(table: dict[str, str], *, blank: str = "") -> list[tuple[str, str]]:
            listed = [(code, words.say(table, code) or code) for code in table]
            return [("", blank), *listed] if blank else listed

        privacy = {p.value: words.PRIVACY[p.value] or "公开" for p in Privacy if p is not Privacy.SEALED}
        fields = [("", _("不改")), *((f.name, f"{f.zh}（{f.name}）") for f in self.item.fields)]
        lists = sorted(current_policy().codelists.values(), key=lambda one: one.id)
        types = {t.value: words.TYPES[t.value] for t in FieldType if t is not FieldType.PERSON_ID}
        required = {r.value: words.REQUIRED[r.value] for r in Required if r is not Required.CONDITIONAL}
        for name, choices in {
            "frequency": said(words.FREQUENCIES),
            "share": said(words.SHARE),
            "publish": said(words.PUBLISH),
            "add_type": said(types),
            "add_required": said(required)[::-1],
            "add_privacy": said({"internal": words.PRIVACY["internal"], **privacy}),
            "add_codelist": [("", _("不用代码表")), *((one.id, f"{one.zh}（{one.id}）") for one in lists)],
            "change_field": fields,
            "change_required": said(required, blank=_("不改")),
            "change_privacy": said(privacy, blank=_("不改")),
            "end_field": [("", _("不停用")), *fields[1:]],
        }.items():
            self.fields[name].choices = choices

    def parts(self) -> list[tuple[str, list[Any], bool]]:
        """Return the form in parts: heading, fields, whether it begins closed."""
        told = (
            (_("为什么、从哪天起"), self.WHY, False),
            (_("目录项本身"), self.ITEM, True),
            (_("加一个字段"), self.ADD, False),
            (_("改一个字段"), self.CHANGE, True),
            (_("停用一个字段"), self.END, True),
        )
        return [
            (heading, [self[name] for name in names], closed and not any(name in self.errors for name in names))
            for heading, names, closed in told
        ]

    def edits(self) -> Edits:
        """Return what is altered: what stands as it was is no change."""
        told = self.cleaned_data
        attributes: dict[str, Any] = {}
        for name in _ATTRIBUTES:
            value: Any = told[name]
            if name == "sources":
                value = split(value)
            if value != self._now(name) and value is not None:
                attributes[name] = value
        return Edits(
            attributes=attributes,
            added=[self._added()] if told["add_name"] else [],
            changed=self._changed(),
            ended=[told["end_field"]] if told["end_field"] else [],
        )

    def _now(self, name: str) -> Any:
        value = getattr(self.item, name)
        return list(value) if isinstance(value, tuple) else value

    def _added(self) -> dict[str, Any]:
        told = self.cleaned_data
        field = {
            key: told[f"add_{key}"]
            for key in ("name", "zh", "type", "required", "privacy", "max_length", "codelist", "rule")
        }
        return {key: value for key, value in field.items() if value not in ("", None)}

    def _changed(self) -> dict[str, dict[str, Any]]:
        told = self.cleaned_data
        if not told["change_field"]:
            return {}
        keys = {key: told[f"change_{key}"] for key in ("zh", "required", "privacy", "max_length", "rule")}
        changed = {key: value for key, value in keys.items() if value not in ("", None)}
        if told["change_alias"]:
            changed["aliases"] = [*self.item.field(told["change_field"]).aliases, told["change_alias"]]
        return {told["change_field"]: changed} if changed else {}


def _labels() -> dict[str, str]:
    return {
        "title": _("一句话说明"), "reason": _("理由"), "basis": _("依据"), "effective_from": _("从哪天起"),
        "zh": _("名称"), "frequency": _("更新频次"), "deadline_working_days": _("报送时限（工作日）"), "sources": _("归集来源"),
        "share": _("共享属性"), "publish": _("公开属性"), "retention": _("保存期限"),
        "add_name": _("字段名"), "add_zh": _("中文列名"), "add_type": _("类型"), "add_required": _("填写要求"),
        "add_privacy": _("隐私级别"), "add_max_length": _("最多几个字"), "add_codelist": _("代码表"), "add_rule": _("怎样填写"),
        "change_field": _("哪个字段"), "change_zh": _("新的列名"), "change_alias": _("再认一个列名"),
        "change_required": _("填写要求"), "change_privacy": _("隐私级别"), "change_max_length": _("最多几个字"),
        "change_rule": _("怎样填写"), "end_field": _("停用哪个字段"),
    }  # fmt: skip


def _hints() -> dict[str, str]:
    return {
        "basis": _("文件名称和条款。没有依据的采集不能进目录。"),
        "effective_from": _("须晚于今天；给各报送单位留出改表的时间。"),
        "sources": _("部门用“；”隔开，* 表示所有有此职权的部门"),
        "retention": _("如 P5Y 是五年"),
        "add_name": _("小写英文和下划线，如 site_area"),
        "change_alias": _("部门表里常见的另一种写法"),
    }
