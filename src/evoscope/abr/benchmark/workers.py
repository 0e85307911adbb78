"""Work shared among processes: see `evoscope.abr.workers`."""

from evoscope.abr.workers import cores, in_order

__all__ = ["cores", "in_order"]
