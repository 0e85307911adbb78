"""The marginals that the clinic profile imitates, as published, and how near is near enough.

Source: 51,961 alternating-polarity averages of 2,038 patients, recomputed from
what their project published.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Target:
    """One published figure; ``tolerance`` is relative, or absolute where ``absolute`` is set.

    Attributes:
        tolerance: ``None``: shown in the report, promised nowhere.
    """

    value: float
    tolerance: float | None = None
    absolute: bool = False

    def met_by(self, found: float) -> bool | None:
        """Tell whether a figure is near enough; ``None`` where nothing was promised.

        Example:
            >>> Target(100.0, 0.05).met_by(104.0), Target(3.3, 0.5, absolute=True).met_by(3.9)
            (True, False)
        """
        if self.tolerance is None:
            return None
        allowed = self.tolerance if self.absolute else self.tolerance * abs(self.value)
        return abs(found - self.value) <= allowed


_SHARES = {"normal": 79.7, "snhl": 10.6, "chl": 5.6, "total": 3.3, "neuropathy": 0.8}
_PATIENTS = {"normal": 1643, "snhl": 180, "chl": 92, "total": 104, "neuropathy": 19}
_MARKED = {"normal": 79.8, "snhl": 62.9, "chl": 71.8, "total": 2.2, "neuropathy": 26.6}
_MARKED_CLEAR = {"normal": 99.3, "snhl": 96.3, "chl": 96.9, "total": 11.1, "neuropathy": 36.4}
_FMP = {5: 0.06, 25: 0.27, 50: 0.84, 75: 2.56, 90: 5.6, 95: 8.6, 99: 19.2}
_LEVELS = {
    0: 7.2, 5: 3.5, 10: 8.6, 15: 1.7, 20: 13.3, 25: 0.6, 30: 4.0, 35: 1.0, 40: 14.2, 45: 0.6,
    50: 3.4, 55: 0.5, 60: 14.8, 65: 0.6, 70: 3.3, 75: 0.5, 80: 12.8, 85: 0.4, 90: 3.5, 95: 0.2,
    100: 5.2,
}  # fmt: skip
_RATES = {33.1: 80.4, 39.1: 15.9, 21.1: 1.4, 49.1: 0.8, 11.1: 0.7}

CLINIC_TARGETS = MappingProxyType(
    {
        "recordings": Target(51961, 0.02),
        "recordings per patient, mean": Target(25.5, 0.05),
        "recordings per patient, median": Target(24, 0.05),
        "recordings per patient, largest": Target(125),
        **{f"patients, {k}": Target(v, 0.0) for k, v in _PATIENTS.items()},
        **{f"recordings, {k}, %": Target(v, 0.5, absolute=True) for k, v in _SHARES.items()},
        "V marked, %": Target(74.6, 3.0, absolute=True),
        **{f"V marked, {k}, %": Target(v, 3.0, absolute=True) for k, v in _MARKED.items()},
        "I marked, %": Target(11.1, 3.0, absolute=True),
        "III marked, %": Target(12.0, 3.0, absolute=True),
        **{f"V marked at Fmp > 3, {k}, %": Target(v) for k, v in _MARKED_CLEAR.items()},
        "V latency, mean ms": Target(7.834, 0.05),
        "V latency, SD ms": Target(1.710, 0.05),
        "V latency, least ms": Target(4.80),
        "V latency, most ms": Target(18.47),
        "V amplitude, mean uV": Target(0.174, 0.10),
        "V amplitude, SD uV": Target(0.157, 0.10),
        "V latency, normal at Fmp > 3, mean ms": Target(6.76, 0.05),
        "V latency, normal at Fmp > 3, SD ms": Target(1.02, 0.15),
        "V amplitude, normal at Fmp > 3, mean uV": Target(0.305, 0.10),
        "V amplitude, normal at Fmp > 3, SD uV": Target(0.164, 0.15),
        "I latency, mean ms": Target(1.572),
        "I latency, SD ms": Target(0.471),
        "I amplitude, mean uV": Target(0.305),
        "I amplitude, SD uV": Target(0.162),
        "III latency, mean ms": Target(4.136),
        "III latency, SD ms": Target(0.492),
        "III amplitude, mean uV": Target(0.402),
        "III amplitude, SD uV": Target(0.215),
        **{f"Fmp, {k} %": Target(v, 0.15) for k, v in _FMP.items()},
        "Fmp > 3.1, %": Target(21.0, 3.0, absolute=True),
        "residual noise, mean nV": Target(98.0, 0.15),
        "residual noise, SD nV": Target(54.0, 0.15),
        "signal SD, uV": Target(0.153),
        "age, mean years": Target(2.64),
        "age, SD years": Target(7.39),
        "age missing, %": Target(3.0, 1.0, absolute=True),
        "level, mean dB": Target(44.0, 0.05),
        "level, SD dB": Target(30.0, 0.05),
        **{f"level {k} dB, %": Target(v, 1.5, absolute=True) for k, v in _LEVELS.items()},
        **{f"rate {k} /s, %": Target(v) for k, v in _RATES.items()},
    }
)
"""Every marginal by name. Tolerances are the promise of the profile; those of levels, ages and the
clear recordings of normal ears are our own."""
