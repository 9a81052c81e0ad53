"""Which door leads where: the public portal, the officers' workbench, the machines' API."""

from django.urls import include, path

urlpatterns = [
    path("workbench/", include("xinheng.workbench.entrance")),
    path("workbench/", include("xinheng.workbench.urls")),
    path("api/", include("xinheng.api.urls")),
    path("", include("xinheng.portal.urls")),
]

handler500 = "xinheng.pages.faults.server_error"
