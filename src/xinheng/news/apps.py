"""Registers the written pages with Django, and makes their sections and rights wherever the tables are made."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NewsConfig(AppConfig):
    """Pages people write: news, policies, typical cases, special columns."""

    name = "xinheng.news"

    def ready(self) -> None:
        """Make the sections once the tables are there, and give rights by role at each sign-in."""
        from django.contrib.auth.signals import user_logged_in

        from xinheng.news.rights import give_rights
        from xinheng.news.sections import make_sections

        post_migrate.connect(make_sections, sender=self, dispatch_uid="news.sections")
        user_logged_in.connect(give_rights, dispatch_uid="news.rights")
