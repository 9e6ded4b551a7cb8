"""When not to trust an explanation; the page applies the same rule to the same thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lime_widgets.engine import Surrogate
from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.strings import common, say, say_of

if TYPE_CHECKING:
    from lime_widgets.explanation import Explanation


def doubts_about(explanation: Explanation, label: int) -> list[str]:
    """Return the reasons to doubt the explanation of a label in plain words, the gravest first.

    Parameters
    ----------
    explanation : Explanation
        What is explained.
    label : int
        A label that was explained.
    """
    fit = explanation.surrogate(label)
    of_model = noise_doubts(explanation.neighborhood, explanation.output_of(label))
    exact = explanation.neighborhood.exact
    return [*of_model, *doubts(fit, explanation.domain_mapper.domain, exact=exact)]


def doubts(fit: Surrogate, domain: str = "text", *, exact: bool = False) -> list[str]:
    """Return the reasons for doubt in plain words, the gravest first.

    Parameters
    ----------
    fit : Surrogate
        The fitted local model.
    domain : str
        What is explained, in whose words to say it.
    exact : bool
        Whether every mask was asked about: then they are too few only if the kernel lets fewer count than weights.
    """
    limits = common("doubt")
    n_effective, n_weights = fit.effective_sample_size, len(fit.features)
    found = []
    is_short = not exact or n_effective <= n_weights
    if is_short and n_effective < limits["minimum_effective_sample_size"]:
        meaningless = fit.score >= limits["minimum_fidelity"]
        key = "warning_meaningless_fidelity" if meaningless else "warning_few_samples"
        found.append(say(key, count=f"{n_effective:.1f}"))
    elif is_short and n_effective < limits["minimum_samples_per_feature"] * (n_weights + 1):
        found.append(say("warning_few_per_feature", count=f"{n_effective:.1f}", features=n_weights))
    if fit.score < limits["minimum_fidelity"]:
        found.append(say_of(domain, "warning_low_fidelity"))
    return found


def noise_doubts(neighborhood: Neighborhood, output: int) -> list[str]:
    """Return the doubt about a model that answers the same question differently, if it was found to do so.

    Parameters
    ----------
    neighborhood : Neighborhood
        The samples, with the model's noise where it was asked again.
    output : int
        Column of the predictions.
    """
    if neighborhood.noise is None:
        return []
    deviation = float(neighborhood.noise[output]) ** 0.5
    spread = float(neighborhood.predictions[:, output].std())
    # The last bits of an answer depend on the batch that it was in, which is no randomness.
    if deviation <= common("doubt")["minimum_noise_share"] * spread:
        return []
    return [say("warning_noise_exact" if neighborhood.exact else "warning_noise", deviation=f"{deviation:.2g}")]
