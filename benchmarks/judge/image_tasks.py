"""Faces, and classifiers of scikit-learn's; photographs, and a network pretrained on ImageNet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from benchmarks.judge.population import Masks
from benchmarks.judge.tasks import MaskTask, MissingDataError, Task
from benchmarks.judge.text_tasks import DATA

Floats = NDArray[np.float64]
Segments = NDArray[np.intp]

_BATCH = 16_384
_NETWORK_BATCH = 64
# which face, kind of model, what hides a superpixel: black, or its own mean
_FACES = (
    (0, "network", "black"),
    (7, "network", "mean"),
    (7, "svm", "black"),
    (21, "svm", "black"),
    (30, "forest", "black"),
    (41, "forest", "black"),
)
_PHOTOGRAPHS = (("n02123045_281_tabby_cat.jpg", "tabby"), ("cat_mouse.jpg", "cat"))
_DRAWS, _FOREST_DRAWS, _NETWORK_DRAWS = 4_000_000, 2_000_000, 250_000


@dataclass(frozen=True, eq=False)
class Pixels:
    """An image with its superpixels hidden by turns.

    Parameters
    ----------
    hidden : ndarray of shape (n_numbers,)
        All numbers of the image when every superpixel is hidden.
    shown : ndarray of shape (n_superpixels, n_numbers)
        What showing a superpixel adds.
    """

    hidden: Floats
    shown: Floats

    @classmethod
    def of(cls, image: Floats, segments: Segments, *, black: bool) -> Pixels:
        """Return them for an image whose superpixels are numbered from 0."""
        labels = range(int(segments.max()) + 1)
        hidden = np.zeros_like(image)
        if not black:
            for label in labels:
                hidden[segments == label] = image[segments == label].mean(axis=0)
        rest = image - hidden
        shown = np.array([np.where((segments == label).reshape(_spread(image, segments)), rest, 0) for label in labels])
        return cls(hidden.ravel(), shown.reshape(len(shown), -1))

    def composed(self, masks: Masks) -> Floats:
        """Return the images of masks, shape (n_masks, n_numbers)."""
        images: Floats = self.hidden + masks.astype(self.shown.dtype) @ self.shown
        return images


def _spread(image: Floats, segments: Segments) -> tuple[int, ...]:
    """Return the shape in which superpixels reach over channels."""
    return segments.shape + (1,) * (image.ndim - segments.ndim)


@dataclass(frozen=True, eq=False)
class FaceBox:
    """A classifier of faces, asked about masks of one of them.

    Parameters
    ----------
    pixels : Pixels
        The image.
    model : callable
        From images (n, n_pixels) to probabilities (n,).
    """

    pixels: Pixels
    model: Callable[[Floats], Floats]

    def __call__(self, masks: Masks) -> Floats:
        """Return the probability of a face for each mask."""
        starts = range(0, len(masks), _BATCH)
        return np.concatenate([self.model(self.pixels.composed(masks[start : start + _BATCH])) for start in starts])


@dataclass(frozen=True, eq=False)
class SecondColumn:
    """The probability of the second class.

    Parameters
    ----------
    model : object
        With ``predict_proba``.
    """

    model: Any

    def __call__(self, images: Floats) -> Floats:
        """Return it for each image."""
        answers: Floats = self.model.predict_proba(images)[:, 1]
        return answers


@dataclass(frozen=True, eq=False)
class SupportVectors:
    """A support vector machine whose decisions a logistic regression makes probabilities of (Platt 1999).

    Parameters
    ----------
    machine : SVC
        With a Gaussian kernel.
    slope, offset : float
        Of the logistic regression.
    """

    machine: SVC
    slope: float
    offset: float

    @classmethod
    def fit(cls, images: Floats, labels: NDArray[np.intp]) -> SupportVectors:
        """Learn from images."""
        half = len(images) // 2
        # The regression is of decisions on images that the machine has not seen.
        machine = SVC(C=5, gamma="scale").fit(images[:half], labels[:half])
        platt = LogisticRegression().fit(machine.decision_function(images[half:])[:, None], labels[half:])
        return cls(machine, float(platt.coef_[0, 0]), float(platt.intercept_[0]))

    def __call__(self, images: Floats) -> Floats:
        """Return the probability of a face for each image."""
        answers: Floats = expit(self.slope * self.machine.decision_function(images) + self.offset)
        return answers


class Network:
    """A network pretrained on ImageNet, asked about masks of a photograph.

    Parameters
    ----------
    path : Path
        Its weights.
    pixels : Pixels
        The photograph, numbers from 0 to 255.
    shape : tuple of int
        Height, width and channels.
    label : int
        The class explained.
    """

    def __init__(self, path: Path, pixels: Pixels, shape: tuple[int, ...], label: int) -> None:
        self._path, self._pixels, self._shape, self.label = path, pixels, shape, label
        self._session: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave the session behind: another process opens its own."""
        return self.__dict__ | {"_session": None}

    def __call__(self, masks: Masks) -> Floats:
        """Return the probability of the class for each mask."""
        return self.all_classes(masks)[:, self.label]

    def all_classes(self, masks: Masks) -> Floats:
        """Return the probabilities of all classes for each mask."""
        session = self._opened()
        name = session.get_inputs()[0].name
        parts = []
        for start in range(0, len(masks), _NETWORK_BATCH):
            images = self._pixels.composed(masks[start : start + _NETWORK_BATCH]).reshape(-1, *self._shape)
            scaled = ((images - 127.5) / 127.5).transpose(0, 3, 1, 2).astype(np.float32)
            parts.append(session.run(None, {name: np.ascontiguousarray(scaled)})[0].astype(np.float64))
        return np.concatenate(parts)

    def _opened(self) -> Any:
        """Return the session of this process."""
        if self._session is None:
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.add_session_config_entry("session.disable_quant_qdq", "1")
            self._session = onnxruntime.InferenceSession(str(self._path), options, providers=["CPUExecutionProvider"])
        return self._session


def image_tasks() -> Iterator[tuple[str, Callable[[], Task]]]:
    """Yield names of tasks, and what builds them."""
    for number, kind, hiding in _FACES:
        yield f"face-{kind}-{hiding}-{number}", lambda wanted=(number, kind, hiding): _face_task(*wanted)  # type: ignore[misc]
    for file, title in _PHOTOGRAPHS:
        yield f"mobilenet-{title}", lambda wanted=(file, title): _photograph_task(*wanted)  # type: ignore[misc]


def _face_task(number: int, kind: str, hiding: str) -> Task:
    """Build a task from a face."""
    from skimage.segmentation import slic

    images, _ = faces()
    image = images[number]
    segments = _numbered(slic(image, n_segments=60, compactness=0.08, start_label=0, channel_axis=None))
    pixels = Pixels.of(image, segments, black=hiding == "black")
    name = f"face-{kind}-{hiding}-{number}"
    draws = _FOREST_DRAWS if kind == "forest" else _DRAWS
    return MaskTask(name, "images", len(pixels.shown), FaceBox(pixels, face_model(kind)), draws=draws)


def _photograph_task(file: str, title: str) -> Task:
    """Build a task from a photograph and the network's first class for it."""
    from PIL import Image
    from skimage.segmentation import slic

    path, weights = DATA / file, DATA / "mobilenet_v1_0.25_128.onnx"
    missing = [needed.name for needed in (path, weights) if not needed.exists()]
    if missing:
        raise MissingDataError(f"{', '.join(missing)} not in {DATA.parent.name}/{DATA.name}")
    image = np.asarray(Image.open(path).convert("RGB").resize((128, 128)), dtype=np.float64)
    segments = _numbered(slic(image.astype(np.uint8), n_segments=60, compactness=12, start_label=0, channel_axis=2))
    pixels = Pixels.of(image, segments, black=False)
    whole = np.ones((1, len(pixels.shown)), dtype=np.bool_)
    label = int(Network(weights, pixels, image.shape, 0).all_classes(whole)[0].argmax())
    box = Network(weights, pixels, image.shape, label)
    return MaskTask(f"mobilenet-{title}", "images", len(pixels.shown), box, draws=_NETWORK_DRAWS, slow=True)


def _numbered(segments: Segments) -> Segments:
    """Return superpixels numbered from 0 without gaps."""
    numbered: Segments = np.unique(segments, return_inverse=True)[1].reshape(segments.shape)
    return numbered


@cache
def faces() -> tuple[Floats, NDArray[np.intp]]:
    """Return scikit-image's faces and other pictures, of 25 x 25 pixels from 0 to 1, and 1 for a face.

    Raises
    ------
    MissingDataError
        If scikit-image is not installed, or comes without them.
    """
    try:
        import skimage.data
    except ImportError as error:
        raise MissingDataError("scikit-image is not installed") from error
    path = Path(skimage.data.__file__).parent / "lfw_subset.npy"
    if not path.exists():
        raise MissingDataError(f"{path.name} is not in scikit-image")
    images = np.load(path, allow_pickle=False).astype(np.float64)
    return images, (np.arange(len(images)) < len(images) // 2).astype(np.intp)


@cache
def face_model(kind: str) -> Callable[[Floats], Floats]:
    """Return a classifier that tells faces from other pictures."""
    images, labels = faces()
    order = np.random.default_rng(0).permutation(len(images))[: int(0.75 * len(images))]
    rows, known = images[order].reshape(len(order), -1), labels[order]
    if kind == "svm":
        return SupportVectors.fit(rows, known)
    if kind == "forest":
        return SecondColumn(RandomForestClassifier(200, random_state=0, n_jobs=1).fit(rows, known))
    return SecondColumn(MLPClassifier((64, 32), alpha=1e-2, max_iter=200, random_state=0).fit(rows, known))
