"""The public's site: which address shows what."""

from django.urls import include, path, re_path

from xinheng.portal.views import agreement, catalog, home, language, ledger, lists, record, rules, search, subject

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("s/<str:code>", subject.subject, name="subject"),
    path("s/<str:code>/<str:klass>", subject.of_class, name="class"),
    path("r/<int:record_id>", record.record, name="record"),
    path("licences/", lists.licences, name="licences"),
    path("penalties/", lists.penalties, name="penalties"),
    path("catalog/", catalog.catalog, name="catalog"),
    path("catalog/<str:item_id>", catalog.item, name="item"),
    path("catalog/<str:item_id>/template.xlsx", catalog.template, name="template"),
    path("rules/", rules.rules, name="rules"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("verify/", ledger.verify, name="verify"),
    path("verify/verify_alone.py", ledger.verifier, name="verifier"),
    path("log/checkpoint", ledger.checkpoint, name="log-checkpoint"),
    path("log/trust-policy", ledger.trust, name="log-trust"),
    re_path(
        r"^log/(?P<path>tile/(?:entries|[0-9]{1,2})/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?)$",
        ledger.tile,
        name="log-tile",
    ),
    path("agreement/", agreement.agreement, name="agreement"),
    path("agreement/<str:ref>", agreement.statement, name="statement"),
    path("evaluation/", include("xinheng.portal.evaluation_urls")),
    path("language/", language.language, name="language"),
]
