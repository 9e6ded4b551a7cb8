"""When not to trust an explanation; the page applies the same rule to the same thresholds."""

from __future__ import annotations

from lime_widgets.engine import Surrogate
from lime_widgets.strings import common, say, say_of


def doubts(fit: Surrogate, domain: str = "text") -> list[str]:
    """Return the reasons for doubt in plain words, the gravest first.

    Parameters
    ----------
    fit : Surrogate
        The fitted local model.
    domain : str
        What is explained, in whose words to say it.
    """
    limits = common("doubt")
    n_effective, n_weights = fit.effective_sample_size, len(fit.features)
    found = []
    if n_effective < limits["minimum_effective_sample_size"]:
        meaningless = fit.score >= limits["minimum_fidelity"]
        key = "warning_meaningless_fidelity" if meaningless else "warning_few_samples"
        found.append(say(key, count=f"{n_effective:.1f}"))
    elif n_effective < limits["minimum_samples_per_feature"] * (n_weights + 1):
        found.append(say("warning_few_per_feature", count=f"{n_effective:.1f}", features=n_weights))
    if fit.score < limits["minimum_fidelity"]:
        found.append(say_of(domain, "warning_low_fidelity"))
    return found
