"""Looking the service over: what is set, what answers, and what is still missing."""

from commentbox.cli.doctor.command import doctor

__all__ = ["doctor"]
