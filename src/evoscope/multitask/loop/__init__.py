"""The loop, and what hangs on it; `evoscope.multitask` names what is public."""
