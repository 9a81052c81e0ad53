"""Which door leads where: the public portal, the officers' workbench, the machines' API, and pages people write."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve

urlpatterns = [
    path("workbench/", include("xinheng.workbench.entrance")),
    path("workbench/", include("xinheng.workbench.urls")),
    path("api/", include("xinheng.api.urls")),
]
if settings.NEWS:
    urlpatterns += [
        path("news/", include("xinheng.news.urls")),
        re_path("^media/(?P<path>images/.+)$", serve, {"document_root": settings.MEDIA_ROOT}),
    ]
urlpatterns.append(path("", include("xinheng.portal.urls")))

handler500 = "xinheng.pages.faults.server_error"
