"""Turning points: where the level of a series changes, by least squares with a penalty for every change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graph.arrays import Real

LEAST_MONTHS = 3
"""Between two turning points at least: what is shorter is an outlier and no new level."""

OUTLIER = 3.0

PENALTY = 3.0
"""Times σ² ln n, for each turning point. Schwarz's criterion asks 2 for a mean and a place more; events come in
bursts, which the noise of single months does not show, so that it is one more here."""

MAX_VALUES = 2400
"""Of a series: 200 years of months, which take some 0.1 s."""


def turning_points(values: Sequence[float]) -> list[int]:
    """Where the mean of the series changes: the first place of each new level, in order.

    Of all ways to cut the series into levels of LEAST_MONTHS at least, the one with the least sum of the squared
    distances to the mean of their level plus PENALTY · σ² · ln n a cut; exact, by dynamic programming (optimal
    partitioning, Jackson et al. 2005, of which PELT is the pruned form). σ is that of :func:`noise`; outliers are
    tamed first (:func:`tamed`). At most MAX_VALUES values.

    >>> turning_points([0, 1, 0, 1, 0, 9, 8, 9, 8, 9])
    [5]
    """
    series = np.asarray(values, np.float64)
    n, variance = len(series), noise(series) ** 2
    if n > MAX_VALUES:
        raise ValueError(f"{n} values, and {MAX_VALUES} are possible")
    if n < 2 * LEAST_MONTHS or variance == 0:
        return []
    series = tamed(series)
    sums = np.concatenate([[0.0], np.cumsum(series)])
    squares = np.concatenate([[0.0], np.cumsum(series**2)])
    penalty = PENALTY * variance * np.log(n)
    best = np.full(n + 1, np.inf)
    best[0] = -penalty
    came = np.zeros(n + 1, np.int64)
    for end in range(LEAST_MONTHS, n + 1):
        starts = np.arange(end - LEAST_MONTHS + 1)
        total = sums[end] - sums[starts]
        costs = best[starts] + squares[end] - squares[starts] - total**2 / (end - starts) + penalty
        came[end] = int(np.argmin(costs))
        best[end] = costs[came[end]]
    cuts = []
    end = n
    while came[end]:
        end = int(came[end])
        cuts.append(end)
    return cuts[::-1]


def tamed(series: Real) -> Real:
    """The series with each value moved to OUTLIER · σ from the median of the five around it, where it is farther
    (Hampel's filter): a month or two that stand out make no level, three do."""
    wide = np.pad(series, 2, constant_values=np.nan)
    medians = np.nanmedian(np.lib.stride_tricks.sliding_window_view(wide, 5), axis=1)
    reach = OUTLIER * noise(series)
    near: Real = np.clip(series, medians - reach, medians + reach)
    return near


def noise(series: Real) -> float:
    """The standard deviation of a month about its level, from the differences of neighbors, which levels hardly touch.

    Their median absolute deviation; where more than half of them are equal, their root mean square.
    """
    steps = np.diff(series)
    if not len(steps):
        return 0.0
    spread = float(np.median(np.abs(steps - np.median(steps)))) / 0.6745
    if spread == 0:
        spread = float(np.sqrt(np.mean(steps**2)))
    return spread / float(np.sqrt(2))
