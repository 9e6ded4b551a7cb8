"""Designs of masks: any slice of a list, lime's law through importance, pairs, arrays, every mask once, the pilot."""

from __future__ import annotations

import hashlib
import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lime_widgets.domain import Sampling
from lime_widgets.engine import (
    ExponentialKernel,
    Neighborhood,
    distances_by_level,
    draw_independent_masks,
    draw_masks,
    fit_surrogate,
)
from lime_widgets.engine.designs import Enumeration, LimeDesign, MaskDesign, Stratified, number_of_masks
from lime_widgets.engine.laws import LevelLaw, binomial_levels, uniform_levels
from lime_widgets.engine.pairing import structure_pays
from lime_widgets.engine.structured import FoldedArrays, SinglesFirst, ThinnedPairs
from lime_widgets.masking import MaskSampling, mask_sampling

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]
Model = Callable[[Masks], Floats]

TEXT_DESIGNS = ("pairs", "stratified", "lime")
IMAGE_DESIGNS = ("arrays", *TEXT_DESIGNS)
SIZES = [1, 2, 5, 9, 40]
ENDLESS = ["lime", "stratified", "pairs", "pairs after singles", "singles after a pilot"]
OF_IMAGES = [*ENDLESS, "arrays", "arrays after singles"]
WITH_KIND = [*(("text", name) for name in ENDLESS), *(("image", name) for name in OF_IMAGES)]


class Setting(NamedTuple):
    """lime's defaults in a domain: law, kernel, sampler and distances by the number of kept features."""

    law: LevelLaw
    kernel: ExponentialKernel
    stream: Callable[[int, int, int, int], Masks]
    distances: Floats
    names: tuple[str, ...]

    @property
    def proximity(self) -> Floats:
        """Kernel weight by the number of kept features."""
        return self.kernel(self.distances)

    def sampling(self, name: str) -> MaskSampling:
        """Return the design of that name as the domain draws by it."""
        return mask_sampling(Sampling(name, self.kernel), self.law, self.stream, self.distances, self.names)


def setting(kind: str, n_features: int) -> Setting:
    distances = distances_by_level(n_features, "cosine")
    assert distances is not None
    if kind == "text":
        return Setting(uniform_levels(n_features), ExponentialKernel(25.0), draw_masks, distances * 100, TEXT_DESIGNS)
    kernel = ExponentialKernel(0.25)
    return Setting(binomial_levels(n_features), kernel, draw_independent_masks, distances, IMAGE_DESIGNS)


def design(kind: str, name: str, n_features: int) -> MaskDesign:
    given = setting(kind, n_features)
    singles = Stratified(given.law, given.proximity)
    pairs = ThinnedPairs(given.law, given.proximity)
    made: dict[str, Any] = {
        "lime": LimeDesign(given.stream, n_features),
        "stratified": singles,
        "pairs": pairs,
        "arrays": FoldedArrays(n_features),
        "pairs after singles": SinglesFirst(singles, pairs),
        "arrays after singles": SinglesFirst(singles, FoldedArrays(n_features)),
        "singles after a pilot": SinglesFirst(singles, pairs).without_structure(),
        "enumeration": Enumeration(given.law),
    }
    chosen: MaskDesign = made[name]
    return chosen


def sampled(given: Setting, name: str, n_rows: int, seed: int, model: Model, nominal: int = 5000) -> Neighborhood:
    """Return the neighborhood that a design makes of a model of masks."""
    sampling = given.sampling(name)
    drawn = sampling.draw(0, n_rows, seed)
    return Neighborhood(
        drawn.samples,
        model(drawn.samples)[:, None],
        given.distances[drawn.samples.sum(axis=1)],
        drawn.importance,
        nominal=nominal,
        population=sampling.population,
    )


def enumerated(given: Setting, model: Model, nominal: int = 5000) -> Neighborhood:
    """Return the neighborhood of every mask."""
    drawn = given.sampling("best").for_rows(2**given.law.n_features + 1).draw(0, 2**given.law.n_features + 1, 0)
    distances = given.distances[drawn.samples.sum(axis=1)]
    predictions = model(drawn.samples)[:, None]
    return Neighborhood(drawn.samples, predictions, distances, drawn.importance, nominal=nominal, exact=True)


def closed_formula(given: Setting, model: Model, nominal: int) -> Floats:
    """Return what lime's ridge regression on `nominal` of its samples makes of all features, on average.

    Over every mask, in chunks, so that 20 features are not too many.
    """
    law, d = given.law, given.law.n_features
    q = law.tilted(given.proximity)
    total = float(law.probabilities @ given.proximity)
    sizes = np.arange(d + 1)
    m1 = float(q @ sizes) / d
    m2 = float(q @ (sizes * (sizes - 1))) / (d * (d - 1)) if d > 1 else m1**2
    of_mask = LevelLaw(q).of_masks()
    mean, cross = 0.0, np.zeros(d)
    for start in range(0, 2**d, 2**16):
        masks = (np.arange(start, min(start + 2**16, 2**d))[:, None] >> np.arange(d)) & 1 == 1
        shares = of_mask[masks.sum(axis=1)] * model(masks)
        mean += float(shares.sum())
        cross += shares @ masks.astype(np.float64)
    answer = float(model(np.ones((1, d), dtype=np.bool_))[0])
    one, identity, mass, gap = np.ones(d), np.eye(d), (nominal - 1) * total, 1 - m1
    pull = mass / (mass + 1) * gap
    gram = mass * ((m1 - m2) * identity + (m2 - m1**2) * np.outer(one, one)) + pull * gap * np.outer(one, one)
    return np.asarray(np.linalg.solve(gram + identity, mass * (cross - m1 * mean) + pull * (answer - mean) * one))


def curved(seed: int, n_features: int) -> Model:
    """Return a logistic model with interactions."""
    rng = np.random.default_rng(seed)
    slopes = rng.normal(size=n_features)
    crossed = np.triu(rng.normal(size=(n_features, n_features)), 1) / np.sqrt(n_features)

    def answer(masks: Masks) -> Floats:
        kept = masks.astype(np.float64)
        scores: Floats = 1 / (1 + np.exp(-(kept @ slopes - slopes.sum() / 2 + ((kept @ crossed) * kept).sum(axis=1))))
        return scores

    return answer


# ---- any slice is a slice of a longer draw


@settings(max_examples=150, deadline=None)
@given(
    chosen=st.sampled_from(WITH_KIND),
    n_features=st.integers(1, 24),
    begin=st.integers(0, 260),
    length=st.integers(0, 260),
    seed=st.integers(0, 2**40),
)
def test_any_slice_is_a_slice_of_a_longer_draw(
    chosen: tuple[str, str], n_features: int, begin: int, length: int, seed: int
) -> None:
    drawn_by = design(*chosen, n_features)
    whole, part = drawn_by.draw(0, 600, seed), drawn_by.draw(begin, begin + length, seed)
    assert whole.masks.shape == (600, n_features)
    assert np.array_equal(part.masks, whole.masks[begin : begin + length])
    assert (part.importance is None) == (whole.importance is None)
    if part.importance is not None and whole.importance is not None:
        assert np.array_equal(part.importance, whole.importance[begin : begin + length])


@given(n_features=st.integers(1, 9), begin=st.integers(0, 600), length=st.integers(0, 600), seed=st.integers(0, 2**40))
@settings(max_examples=50, deadline=None)
def test_any_slice_of_all_masks_is_one_of_a_longer_draw(n_features: int, begin: int, length: int, seed: int) -> None:
    drawn_by = design("text", "enumeration", n_features)
    whole, part = drawn_by.draw(0, 2**n_features, seed), drawn_by.draw(begin, begin + length, seed)
    assert np.array_equal(part.masks, whole.masks[begin : begin + length])


@pytest.mark.parametrize("name", OF_IMAGES)
def test_another_seed_draws_other_masks(name: str) -> None:
    one, other = (design("image", name, 20).draw(0, 200, seed).masks for seed in (1, 2))
    assert not np.array_equal(one, other)


_HASHED = """
from tests.engine.test_designs import digest
print(digest())
"""


def digest() -> str:
    """Return a hash of what every design draws."""
    hashed = hashlib.sha256()
    for kind, name in [*WITH_KIND, ("text", "enumeration"), ("image", "enumeration")]:
        drawn = design(kind, name, 9).draw(0, 300, 11)
        hashed.update(drawn.masks.tobytes())
        hashed.update(b"" if drawn.importance is None else drawn.importance.tobytes())
    return hashed.hexdigest()


def test_another_process_draws_the_same_masks() -> None:
    command = [sys.executable, "-c", _HASHED]
    found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert found.stdout.strip() == digest()


# ---- importance makes a design lime's law


def _figures(masks: Masks, proximity: Floats) -> Floats:
    """Return what is averaged: the weight, and the weight times features first, last and together, and size."""
    first, last = masks[:, 0], masks[:, -1]
    columns = [np.ones(len(masks)), first, last, first & last, masks.mean(axis=1) ** 2]
    return np.asarray(np.column_stack(columns) * proximity[masks.sum(axis=1)][:, None], dtype=np.float64)


def _expected_figures(given: Setting) -> Floats:
    """Return the same under lime's law, by counting."""
    d = given.law.n_features
    sizes = np.arange(d + 1)
    both = sizes * (sizes - 1) / (d * (d - 1)) if d > 1 else sizes
    columns = np.column_stack([np.ones(d + 1), sizes / d, sizes / d, both, (sizes / d) ** 2])
    return np.asarray((given.law.probabilities * given.proximity) @ columns, dtype=np.float64)


@pytest.mark.parametrize("n_features", SIZES)
@pytest.mark.parametrize(("kind", "name"), WITH_KIND)
def test_weighted_by_importance_masks_follow_lime_s_law(kind: str, name: str, n_features: int) -> None:
    given, n, n_seeds = setting(kind, n_features), 1000, 24
    means = []
    for seed in range(n_seeds):
        masks, importance = design(kind, name, n_features).draw(0, n, seed)
        each = np.ones(n) if importance is None else importance
        means.append(each @ _figures(masks, given.proximity) / n)
    expected = _expected_figures(given)
    error = np.std(means, axis=0, ddof=1) / np.sqrt(n_seeds)
    # The last pair of a list may be cut in two, which is worth about one mask in n.
    assert np.all(np.abs(np.mean(means, axis=0) - expected) <= 5 * error + 1.5 / n * expected)


@pytest.mark.parametrize("name", ["stratified", "pairs"])
def test_the_first_masks_follow_lime_s_law_too(name: str) -> None:
    """Sizes, subsets and complements are drawn independently: from one stream the first masks were lopsided."""
    given, n, n_seeds = setting("text", 10), 20, 1500
    sizes, first = np.zeros((n_seeds, 11)), np.zeros((n_seeds, 10))
    for seed in range(n_seeds):
        masks, importance = design("text", name, 10).draw(0, n, seed)
        each = np.ones(n) if importance is None else importance
        # Masks without a word weigh next to nothing: they are so rare that none may come.
        sizes[seed, 1:] = np.bincount(masks.sum(axis=1), each, minlength=11)[1:] / n
        first[seed] = each[0] * masks[0]
    for found, expected in ((sizes[:, 1:], given.law.probabilities[1:]), (first, first.mean())):
        error = found.std(axis=0, ddof=1) / np.sqrt(n_seeds)
        assert np.all(np.abs(found.mean(axis=0) - expected) <= 5 * error + 1.5 / n * expected)


@pytest.mark.parametrize("n_features", SIZES)
@pytest.mark.parametrize("name", ENDLESS)
def test_what_lime_never_draws_is_never_drawn(name: str, n_features: int) -> None:
    assert not design("text", name, n_features).draw(0, 2000, 5).masks.all(axis=1).any()


def test_sizes_come_in_even_steps() -> None:
    given = setting("text", 9)
    aim = given.law.tilted(given.proximity)
    for start in (0, 137):
        sizes = design("text", "stratified", 9).draw(start, start + 100, 0).masks.sum(axis=1)
        # By chance the counts would be off by up to about ten.
        assert np.abs(np.bincount(sizes, minlength=10) - 100 * aim).max() <= 2


# ---- pairs


@pytest.mark.parametrize("kind", ["text", "image"])
@pytest.mark.parametrize("n_features", [2, 5, 9, 40])
def test_a_light_mask_is_the_complement_of_the_one_before_it(kind: str, n_features: int) -> None:
    given = setting(kind, n_features)
    aim = given.law.tilted(given.proximity)
    masks = design(kind, "pairs", n_features).draw(0, 3000, 2).masks
    sizes = masks.sum(axis=1)
    light = np.flatnonzero(aim[sizes] < aim[::-1][sizes])
    assert not light.size or light[0] > 0
    assert np.array_equal(masks[light], ~masks[light - 1])


def test_without_a_kernel_masks_come_in_pairs_throughout() -> None:
    masks, importance = ThinnedPairs(binomial_levels(7), np.ones(8)).draw(0, 400, 0)
    assert np.array_equal(masks[1::2], ~masks[::2])
    assert importance == pytest.approx(np.ones(400))


def test_complements_are_kept_as_often_as_their_weight_pays() -> None:
    given = setting("text", 9)
    aim = given.law.tilted(given.proximity)
    sizes = design("text", "pairs", 9).draw(0, 20_000, 0).masks.sum(axis=1)
    counts = np.bincount(sizes, minlength=10)
    for heavy in range(5, 9):
        if aim[heavy] > aim[9 - heavy] > 0:
            share = max(0.12, math.sqrt(aim[9 - heavy] / aim[heavy]))
            assert counts[9 - heavy] / counts[heavy] == pytest.approx(share, rel=0.05)


# ---- arrays


@pytest.mark.parametrize("n_features", [1, 2, 5, 9, 40])
def test_main_effects_are_orthogonal_in_every_array(n_features: int) -> None:
    masks = FoldedArrays(n_features).draw(0, 2048, 4).masks
    signs = 2 * masks.astype(np.int64) - 1
    begin, end = 0, 2 ** (n_features.bit_length() + 1) if n_features > 1 else 4
    while end <= 2048:
        array = signs[begin:end]
        assert np.array_equal(array.T @ array, len(array) * np.eye(n_features))
        assert not array.sum(axis=0).any()
        begin, end = end, 2 * end


@pytest.mark.parametrize("n_features", [3, 7, 12])
def test_main_effects_are_free_of_pairs(n_features: int) -> None:
    signs = 2 * FoldedArrays(n_features).draw(0, 2 ** (n_features.bit_length() + 1), 1).masks.astype(np.int64) - 1
    thirds = np.einsum("ni,nj,nk->ijk", signs, signs, signs)
    assert not thirds.any()


def test_an_array_s_masks_are_followed_by_their_complements() -> None:
    masks = FoldedArrays(13).draw(0, 500, 0).masks
    assert np.array_equal(masks[1::2], ~masks[::2])


# ---- every mask there is


@pytest.mark.parametrize(("kind", "n_masks"), [("text", 2**9 - 1), ("image", 2**9)])
def test_every_mask_that_lime_can_draw_is_there_once(kind: str, n_masks: int) -> None:
    given = setting(kind, 9)
    masks, importance = Enumeration(given.law).draw(0, 2**12, 7)
    assert number_of_masks(given.law) == len(masks) == n_masks
    assert len(np.unique(masks, axis=0)) == n_masks
    assert importance is not None
    assert importance.sum() == pytest.approx(n_masks)
    assert importance / n_masks == pytest.approx(given.law.of_masks()[masks.sum(axis=1)])


@pytest.mark.parametrize("n_features", [1, 2, 5, 9])
@pytest.mark.parametrize("kind", ["text", "image"])
@pytest.mark.parametrize("nominal", [50, 1000, 5000])
def test_all_masks_give_lime_s_answer_by_the_closed_formula(kind: str, n_features: int, nominal: int) -> None:
    given, model = setting(kind, n_features), curved(n_features, n_features)
    fit = fit_surrogate(enumerated(given, model, nominal), 0, given.kernel, n_features, selection="none")
    weights = np.zeros(n_features)
    weights[list(fit.features)] = fit.weights
    assert weights == pytest.approx(closed_formula(given, model, nominal), rel=1e-9, abs=1e-12)


# ---- whether structure pays


def _even(masks: Masks) -> Floats:
    """Answer the same for a mask and its complement."""
    signs = 2.0 * masks - 1
    answers: Floats = signs[:, 0] * signs[:, 1] + 0.5 * signs[:, 2] * signs[:, 3]
    return answers


def _odd(masks: Masks) -> Floats:
    """Answer the opposite for the complement, and not linearly."""
    signs = 2.0 * masks - 1
    answers: Floats = signs[:, 0] * signs[:, 1] * signs[:, 2] + signs[:, 3] * signs[:, 4] * signs[:, 5]
    return answers


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["arrays", "pairs"])
def test_structure_is_kept_for_an_even_model_and_dropped_for_an_odd_one(name: str, seed: int) -> None:
    given = setting("image", 12)
    sampling = given.sampling(name)
    assert sampling.pilot == 6 * 12 + 1
    for model, pays in ((_even, True), (_odd, False)):
        pilot = sampled(given, name, sampling.pilot, seed, model)
        assert structure_pays(pilot, given.proximity[pilot.samples.sum(axis=1)]) is pays
        assert sampling.judged(pilot).name == (name if pays else "stratified")


def test_a_design_without_structure_goes_on_where_its_single_masks_ended() -> None:
    given = setting("image", 5)
    singles = Stratified(given.law, given.proximity)
    tried = SinglesFirst(singles, FoldedArrays(5))
    kept, dropped = tried.draw(0, 100, 3), tried.without_structure().draw(0, 100, 3)
    assert np.array_equal(kept.masks[:30], dropped.masks[:30])
    assert np.array_equal(dropped.masks[30:], singles.draw(10, 80, 3).masks)
