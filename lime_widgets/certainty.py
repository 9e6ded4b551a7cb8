"""How sure an explanation is, in the page's words: intervals, the ranking, and why the asking ended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lime_widgets.domain import DomainMapper
from lime_widgets.engine import Uncertainty
from lime_widgets.engine.ranking import Ranking
from lime_widgets.engine.stopping import Convergence, Look
from lime_widgets.strings import common, say

if TYPE_CHECKING:
    from lime_widgets.explanation import Explanation

_ROUNDING = 1e-12
_MOST_DECIMALS = 8
_FULL_BLOCK, _PALE_BLOCK = "█", "▒"


def half_widths(uncertainty: Uncertainty) -> list[float] | None:
    """Return how far the 95% interval of each weight goes to either side; None if there is no telling.

    Parameters
    ----------
    uncertainty : Uncertainty
        Of a surrogate, in whose order they are.
    """
    if uncertainty.weights is None:
        return None
    quantile = uncertainty.quantile()
    return [quantile * error for error in uncertainty.weights]


def weight_rows(explanation: Explanation, label: int) -> list[dict[str, Any]]:
    """Return a row for each weight of a label with its error and interval; see `Explanation.as_table`."""
    named, uncertainty = explanation.named_weights(label), explanation.uncertainty(label)
    widths = half_widths(uncertainty)
    if widths is None or uncertainty.weights is None:
        unknown = {"error": None, "low": None, "high": None}
        return [{"feature": name, "weight": weight, **unknown} for name, weight in named]
    return [
        {"feature": name, "weight": weight, "error": error, "low": weight - width, "high": weight + width}
        for (name, weight), error, width in zip(named, uncertainty.weights, widths, strict=True)
    ]


def shown_half_widths(explanation: Explanation, label: int) -> list[float] | None:
    """Return `half_widths` of a label if there is anything to draw: an exact weight has no whisker."""
    widths = half_widths(explanation.uncertainty(label))
    return widths if widths and max(widths) > _rounding(explanation, label) else None


def plus_minus(width: float | None) -> str:
    """Return half an interval in two digits, as "± 0.012"; nothing where there is none."""
    if not width:
        return ""
    decimals = max(0, 1 - math.floor(math.log10(width)))
    return say("plus_minus", half=f"{width:,.{decimals}f}" if decimals <= _MOST_DECIMALS else f"{width:.1e}")


def figure_margins(explanation: Explanation, label: int) -> tuple[str, str]:
    """Return `plus_minus` of the local prediction and of the fidelity."""
    uncertainty, rounding = explanation.uncertainty(label), _rounding(explanation, label)
    figures = ((uncertainty.local_prediction, rounding), (uncertainty.score, _ROUNDING))
    local, fidelity = (
        plus_minus(uncertainty.quantile() * error) if error and error > least else "" for error, least in figures
    )
    return local, fidelity


def may_be_zero(weights: Sequence[float], widths: Sequence[float] | None) -> list[bool]:
    """Tell of each weight whether its interval holds 0."""
    if widths is None:
        return [False] * len(weights)
    return [abs(weight) <= width for weight, width in zip(weights, widths, strict=True)]


def block(is_pale: bool) -> str:
    """Return the character that a bar in text is made of."""
    return _PALE_BLOCK if is_pale else _FULL_BLOCK


def certainty(explanation: Explanation, label: int) -> list[str]:
    """Return how sure the explanation of a label is, a sentence each.

    Parameters
    ----------
    explanation : Explanation
        What is explained.
    label : int
        A label that was explained.
    """
    uncertainty = explanation.uncertainty(label)
    weights, widths = explanation.surrogate(label).weights, shown_half_widths(explanation, label)
    # Of weights that are all 0 none is the largest.
    is_ranked = any(abs(weight) > _rounding(explanation, label) for weight in weights)
    return [
        _of_intervals(uncertainty, explanation.domain_mapper, has_errors=widths is not None),
        *([say("interval_holds_zero")] if any(may_be_zero(weights, widths)) else []),
        *([_of_ranking(uncertainty.ranking)] if uncertainty.ranking and is_ranked else []),
        *convergence_sentences(explanation.convergence, explanation.neighborhood.n_samples),
    ]


def how_drawn(explanation: Explanation) -> tuple[str, str]:
    """Return the names of the design and of the estimator, as a reader sees them."""
    return _named("design", explanation.design), _named("estimator", explanation.estimator)


def convergence_sentences(convergence: Convergence | None, n_samples: int) -> list[str]:
    """Return what was reached and why the asking ended, if the number of samples was found and not given.

    Parameters
    ----------
    convergence : Convergence, optional
        How it was found.
    n_samples : int
        How many there are: so often the model was asked, if nobody looked at what was known at the end.
    """
    if convergence is None:
        return []
    measure, reason = convergence.measure, convergence.reason
    last = convergence.looks[-1] if convergence.looks else Look(n_samples, math.inf)
    calls = max(last.calls, n_samples) if reason in ("failed", "stopped") else last.calls
    why = say(f"reason_{reason}", calls=f"{calls:,}", target=_measured(convergence.target, measure))
    # Where there was no telling how exact the weights are, there is no figure to give.
    if reason == "exact" or not math.isfinite(last.value):
        return [why]
    return [say(f"measure_{measure}", value=_measured(last.value, measure)), why]


def _measured(value: float, measure: str) -> str:
    """Return what a look found, or a target; never rounded to the better side."""
    if measure == "stability":
        return _share(value)
    return f"{math.ceil(100 * value - 1e-9) / 100:.2f}" if measure == "relative_error" else f"{value:.3g}"


def _rounding(explanation: Explanation, label: int) -> float:
    """Return below what a weight or an error is but the rounding of the model's answers."""
    answers = explanation.neighborhood.predictions[:, explanation.output_of(label)]
    return _ROUNDING * float(np.abs(answers).max())


def _of_intervals(uncertainty: Uncertainty, mapper: DomainMapper, *, has_errors: bool) -> str:
    """Say what the intervals mean, or why there are none."""
    if uncertainty.status == "estimated":
        return say("interval_meaning")
    if uncertainty.status == "few_samples":
        return say("no_intervals")
    if uncertainty.status == "unknown":
        return say("no_intervals_unknown")
    amount = say(f"unit_{mapper.unit}_{'one' if mapper.n_features == 1 else 'many'}", count=f"{mapper.n_features:,}")
    return say("exact_but_noise" if has_errors else "exact_weights", every=amount)


def _of_ranking(ranking: Ranking) -> str:
    """Say how far the order of the largest weights is to be believed."""
    key = "stability_of_one" if ranking.size == 1 else "stability"
    return say(key, size=ranking.size, share=_share(ranking.stability))


def _share(share: float) -> str:
    """Return a share in percent; rounded down, so that only all is 100%."""
    return f"{math.floor(100 * share + 1e-9)}%"


def _named(kind: str, name: str) -> str:
    """Return what the page calls a design or an estimator; its own name where the page has no word for it."""
    return str(common("strings").get(f"{kind}_{name}", name))
