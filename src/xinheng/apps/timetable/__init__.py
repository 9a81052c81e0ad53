"""The timetable (定时工作): work that comes again and again by itself, each with its last and next run."""

from xinheng.apps.timetable.regular import Regular, register

__all__ = ["Regular", "register"]
