"""The hospital's staff on autopilot: plain clients of any FHIR hospital, each role a rule of search, claim, act."""

from sandbox.staff.shift import Shift, running

__all__ = ["Shift", "running"]
