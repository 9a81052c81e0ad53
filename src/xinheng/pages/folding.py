"""Templates loaded once for each language, with everything that does not depend on the reader said already.

What a page says in a fixed sentence, an address without arguments or a static file is the same for everybody who reads it in one language.
Looking it up anew for each reader was half of the cost of a page. Here it is done when the template is loaded: fixed words, addresses and files
become text, includes stand where they are included, and a sentence with gaps knows its translation already.
"""

from __future__ import annotations

from contextvars import ContextVar
from itertools import groupby
from typing import Any

from django.template import Context, Engine, Node, NodeList, Template
from django.template.base import TextNode, render_value_in_context
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode, WithNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, LanguageNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch
from django.utils.translation import get_language, gettext

_LISTS = ("nodelist", "nodelist_loop", "nodelist_empty")
_open: ContextVar[frozenset[str]] = ContextVar("folding", default=frozenset())
_DEEPEST = 5  # of includes in includes


class Loader(cached.Loader):
    """Keeps each template once for each language, folded."""

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        """Name what is kept: the template in the language of this moment."""
        return f"{get_language()}|{super().cache_key(template_name, skip)}"

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """Return the template, folded when it is first asked for."""
        key = self.cache_key(template_name, skip)
        known = key in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not known:
            open_now = _open.get()
            token = _open.set(open_now | {template_name})
            try:
                template.nodelist = fold(template.nodelist, self.engine)
            finally:
                _open.reset(token)
        return template


class Sentence(Node):
    """A sentence with gaps, whose translation is known."""

    def __init__(self, pattern: str, gaps: list[str], given: dict[str, Any]) -> None:
        self.pattern, self.gaps, self.given = pattern, gaps, given

    def render(self, context: Context) -> str:
        """Fill the gaps."""
        with context.push(**{name: value.resolve(context) for name, value in self.given.items()}):
            missing = context.template.engine.string_if_invalid
            return self.pattern % {
                gap: render_value_in_context(context.get(gap, missing), context) for gap in self.gaps
            }


def fold(nodes: NodeList, engine: Engine, depth: int = 0) -> NodeList:
    """Return the nodes with what is the same for every reader turned into text."""
    folded: list[Node] = []
    for node in nodes:
        folded += _folded(node, engine, depth)
    kept = type(nodes)()
    kept.contains_nontext = nodes.contains_nontext
    for text, group in groupby(folded, key=lambda node: type(node) is TextNode):
        found = list(group)
        kept.extend([_joined(found)] if text else found)
    return kept


def _folded(node: Node, engine: Engine, depth: int) -> list[Node]:
    if isinstance(node, CommentNode | LoadNode):
        return []
    if _is_fixed(node):
        try:
            return [_text(node.render(Context()), node)]
        except NoReverseMatch:  # behind a condition that does not hold here
            return [node]
    if isinstance(node, LanguageNode):
        return [node]  # says what is inside in another language
    if type(node) is BlockTranslateNode and (sentence := _sentence(node)):
        return [sentence if sentence.gaps else _text(sentence.pattern % {}, node)]
    if type(node) is IncludeNode and (inside := _included(node, engine, depth)) is not None:
        return inside
    if isinstance(node, IfNode):
        node.conditions_nodelists = [(c, fold(inner, engine, depth)) for c, inner in node.conditions_nodelists]
        return [node]
    for name in _LISTS:
        if isinstance(inner := node.__dict__.get(name), NodeList):
            setattr(node, name, fold(inner, engine, depth))
    return [node]


def _is_fixed(node: Node) -> bool:
    if type(node) is TranslateNode:
        return not node.asvar and node.message_context is None and _is_literal(node.filter_expression)
    if type(node) is StaticNode:
        return node.varname is None and _is_literal(node.path)
    if type(node) is URLNode:
        return not (node.asvar or node.args or node.kwargs) and _is_literal(node.view_name)
    return False


def _is_literal(expression: Any) -> bool:
    value = expression.var
    return not expression.filters and (isinstance(value, str) or getattr(value, "literal", None) is not None)


def _is_plain(node: BlockTranslateNode) -> bool:
    return not (node.asvar or node.countervar or node.plural or node.message_context)


def _sentence(node: BlockTranslateNode) -> Sentence | None:
    if not _is_plain(node):
        return None
    singular, gaps = node.render_token_list(node.singular)
    pattern = gettext(singular.strip() if node.trimmed else singular)
    try:
        pattern % dict.fromkeys(gaps, "")
    except (KeyError, ValueError, TypeError):  # a translation that lost a gap: Django's own way copes
        return None
    sentence = Sentence(pattern, gaps, node.extra_context)
    _place(sentence, node)
    return sentence


def _included(node: IncludeNode, engine: Engine, depth: int) -> list[Node] | None:
    if node.isolated_context or not _is_literal(node.template) or depth >= _DEEPEST:
        return None
    name = node.template.resolve(Context())
    if name in _open.get():
        return None  # a template that includes itself would stand within itself for ever
    inside = engine.find_template(name)[0].nodelist
    if inside.get_nodes_by_type((BlockNode, ExtendsNode)):
        return None
    if not node.extra_context:
        return list(inside)
    within = WithNode(None, None, inside, extra_context=node.extra_context)
    _place(within, node)
    return [within]


def _joined(found: list[Node]) -> Node:
    return found[0] if len(found) == 1 else _text("".join(node.s for node in found), found[0])  # type: ignore[attr-defined,return-value]


def _text(text: str, at: Node) -> TextNode:
    node = TextNode(text)
    _place(node, at)
    return node


def _place(node: Node, at: Node) -> None:
    """Faults are told with the place in the template."""
    node.token, node.origin = at.token, getattr(at, "origin", None)
