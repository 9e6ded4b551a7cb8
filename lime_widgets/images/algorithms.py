"""lime's class for a segmentation and its parameters, over scikit-image's algorithms and two of this package's."""

from __future__ import annotations

import difflib
import inspect
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lime_widgets.images.grid import grid
from lime_widgets.images.watershed import watershed

# The first is lime's default.
ALGORITHMS = ("quickshift", "slic", "felzenszwalb", "watershed", "grid")

# Lightness in Lab, in which quickshift and slic measure RGB, is from 0 to 100.
LAB_RANGE = 100.0

Prepared: TypeAlias = tuple[NDArray[Any], dict[str, Any]]  # an image as an algorithm takes it, and the parameters


class BaseWrapper:
    """A function and its parameters, checked against its signature: what lime's segmentations are made of.

    Parameters
    ----------
    target_fn : callable, optional
        The function, or an object that can be called.
    **target_params : Any
        Its parameters; not checked until `set_params`.

    Attributes
    ----------
    target_fn : callable or None
    target_params : dict
    """

    def __init__(self, target_fn: Callable[..., Any] | None = None, **target_params: Any) -> None:
        self.target_fn = target_fn
        self.target_params = target_params

    def set_params(self, **params: Any) -> None:
        """Replace the parameters.

        Parameters
        ----------
        **params : Any
            All of them: those not given go back to the function's own.

        Raises
        ------
        ValueError
            If the function has no such parameter.
        """
        self._check_params(params)
        self.target_params = params

    def filter_params(self, fn: Callable[..., Any], override: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return those parameters that a function has.

        Parameters
        ----------
        fn : callable
            Any function.
        override : mapping of str to Any, optional
            Parameters to put over them, whether the function has them or not.

        Returns
        -------
        dict
        """
        known = _parameters(fn)
        kept = {name: value for name, value in self.target_params.items() if name in known}
        return {**kept, **(override or {})}

    def _check_params(self, parameters: Iterable[str]) -> None:
        """Refuse names that the function does not have; lime's tests call this by name."""
        target = self.target_fn or self
        if not callable(target):
            raise TypeError("got no target_fn, expected a callable, try BaseWrapper(function)")
        if isinstance(parameters, str):
            raise TypeError(f"got the text {parameters!r}, expected names of parameters, try [{parameters!r}]")
        known = _parameters(target)
        for name in parameters:
            if name not in known:
                raise _unknown_parameter(name, known, getattr(target, "__name__", type(target).__name__))


class SegmentationAlgorithm(BaseWrapper):
    """A segmentation of images into superpixels, with its parameters.

    Parameters
    ----------
    algo_type : {'quickshift', 'slic', 'felzenszwalb', 'watershed', 'grid'}
        The first three are scikit-image's, of that name in ``skimage.segmentation``; needs the extra
        ``lime-widgets[image]``, as does ``'watershed'``, see `lime_widgets.images.watershed.watershed`. ``'grid'``, see
        `lime_widgets.images.grid.grid`, needs nothing.
    **target_params : Any
        The algorithm's parameters. `random_seed` goes to ``rng`` where the algorithm draws (quickshift), and is
        ignored elsewhere.

    Attributes
    ----------
    algo_type : str
    target_fn : callable
        The algorithm.
    target_params : dict
        Its parameters, by the names that it has for them.

    Raises
    ------
    ValueError
        If there is no such algorithm, or it has no such parameter. (lime ignores what it does not know.)
    ImportError
        If the algorithm needs scikit-image, which is not installed.

    Notes
    -----
    RGB images go to the algorithm as they are. Others are made such that parameters mean what they mean for RGB: gray
    ones become RGB, alpha is left out, and other channels are scaled to the range of Lab's lightness, without a
    conversion to Lab, unless ``convert2lab`` is given. With ``channel_axis`` an image is never changed.

    Examples
    --------
    >>> image = np.zeros((2, 6, 3))
    >>> image[:, 4:] = 1
    >>> SegmentationAlgorithm("felzenszwalb", sigma=0, min_size=1)(image)
    array([[0, 0, 0, 0, 1, 1],
           [0, 0, 0, 0, 1, 1]])
    >>> SegmentationAlgorithm("grid", n_segments=3)(image)
    array([[0, 0, 1, 1, 2, 2],
           [0, 0, 1, 1, 2, 2]])
    """

    def __init__(self, algo_type: str, **target_params: Any) -> None:
        self.algo_type = algo_type
        super().__init__(_algorithm(algo_type))
        self.set_params(**target_params)

    def set_params(self, **params: Any) -> None:
        """Replace the parameters, see `BaseWrapper.set_params`.

        Parameters
        ----------
        **params : Any
            All of them, with `random_seed` as in the constructor.

        Raises
        ------
        ValueError
            If the algorithm has no such parameter, or both `random_seed` and ``rng`` are given.
        """
        seeded = {name: value for name, value in params.items() if name != "random_seed"}
        if "random_seed" in params and "rng" in _parameters(self.target_fn):
            if "rng" in params:
                raise ValueError("got random_seed and rng, expected one or the other, try random_seed alone")
            seeded["rng"] = params["random_seed"]
        super().set_params(**seeded)

    def __call__(self, *args: Any) -> NDArray[np.int64]:
        """Divide an image into superpixels.

        Parameters
        ----------
        *args : Any
            The image, shape (height, width) or (height, width, channels); what follows is ignored, as in lime.

        Returns
        -------
        ndarray of int, shape (height, width)
            The label of each pixel.

        Raises
        ------
        ValueError
            If that is not an image, or NaN or infinity is in it and the algorithm is not ``'grid'``.
        """
        image = checked_image(args[0])
        if self.algo_type == "grid":
            return grid(image, **self.target_params)
        prepared, params = self._prepared(checked_pixels(image))
        with warnings.catch_warnings():
            # The channels are known to be channels: felzenszwalb would warn of any number but three.
            warnings.filterwarnings("ignore", message="Got image with third dimension of", category=RuntimeWarning)
            labels: NDArray[np.int64] = self.target_fn(prepared, **params)  # type: ignore[misc]
        return labels

    def __repr__(self) -> str:
        params = "".join(f", {name}={value!r}" for name, value in self.target_params.items())
        return f"SegmentationAlgorithm({self.algo_type!r}{params})"

    def _check_params(self, parameters: Iterable[str]) -> None:
        """Refuse the image among the parameters, too."""
        if "image" in parameters:
            raise _unknown_parameter("image", _parameters(self.target_fn), self.algo_type)
        super()._check_params(parameters)

    def _prepared(self, image: NDArray[Any]) -> Prepared:
        """Return an image with channels that the algorithm takes, and the parameters to call it with."""
        params = self.target_params
        if "channel_axis" in params:
            return image, params
        channels = image.shape[2] if image.ndim == 3 else 1
        if channels == 1:
            return np.repeat(image.reshape(*image.shape[:2], 1), 3, axis=2), params
        if channels in {3, 4}:
            return image[:, :, :3], params
        return _without_lab(image, self.algo_type, params)


def _without_lab(image: NDArray[Any], algo_type: str, params: dict[str, Any]) -> Prepared:
    """Return an image of channels that are no colours, in a range in which parameters mean what they mean for RGB."""
    if "convert2lab" in params or algo_type == "watershed":
        return image, params
    scaled = image.astype(np.float64)
    scaled -= scaled.min()
    scaled /= scaled.max() or 1.0
    if algo_type == "quickshift":
        return scaled * LAB_RANGE, {**params, "convert2lab": False}
    if algo_type == "slic":
        # slic scales any image to 0 to 1 itself, so that what can be scaled is what it is compared with.
        default = _parameters(_algorithm(algo_type))["compactness"].default
        return scaled, {**params, "compactness": params.get("compactness", default) / LAB_RANGE}
    return scaled, params


def checked_image(image: Any) -> NDArray[Any]:
    """Return an image as an array."""
    array = np.asarray(image)
    if array.ndim not in {2, 3} or not array.size or array.dtype.kind not in "biuf":
        raise ValueError(
            f"got an image of shape {array.shape} and dtype {array.dtype}, expected numbers of shape (height, width) "
            "or (height, width, channels), try np.asarray(image)"
        )
    return array


def checked_pixels(array: NDArray[Any]) -> NDArray[Any]:
    """Return an image that an algorithm can look at."""
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(
            "got an image with NaN or infinity, expected finite numbers, try np.nan_to_num(image), "
            "or SegmentationAlgorithm('grid')"
        )
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _algorithm(algo_type: str) -> Callable[..., Any]:
    """Return the function of an algorithm; scikit-image is an extra, and loads when first used."""
    if algo_type not in ALGORITHMS:
        close = difflib.get_close_matches(str(algo_type), ALGORITHMS, n=1, cutoff=0.0)[0]
        raise ValueError(f"got algo_type={algo_type!r}, expected one of {', '.join(ALGORITHMS)}, try {close!r}")
    if algo_type == "grid":
        return grid
    try:
        from skimage import segmentation
    except ImportError as error:
        raise ImportError(
            f"got no scikit-image, which {algo_type} needs, try pip install 'lime-widgets[image]', "
            "or SegmentationAlgorithm('grid')"
        ) from error
    function: Callable[..., Any] = watershed if algo_type == "watershed" else getattr(segmentation, algo_type)
    return function


def _parameters(function: Callable[..., Any] | None) -> dict[str, inspect.Parameter]:
    """Return the parameters of a function that can be given by name."""
    by_name = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
    parameters = inspect.signature(function).parameters if function else {}
    return {name: one for name, one in parameters.items() if one.kind in by_name}


def _unknown_parameter(name: str, known: Iterable[str], function: str) -> ValueError:
    """Return the error, with the nearest name."""
    names = [one for one in known if one != "image"]
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.0)
    hint = f", expected one of {', '.join(names)}; try {close[0]}" if close else ", which has none; try without"
    return ValueError(f"got a parameter {name!r} for {function}{hint}")
