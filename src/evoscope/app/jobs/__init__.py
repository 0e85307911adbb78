"""Work in processes of its own: bounded in time and memory, told while it goes on, killable."""

from evoscope.app.jobs.lane import Lane, Work
from evoscope.app.jobs.registry import Job, Jobs, JobView

__all__ = ["Job", "JobView", "Jobs", "Lane", "Work"]
