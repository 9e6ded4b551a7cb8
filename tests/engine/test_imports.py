"""What is loaded by importing, in a fresh process."""

import subprocess
import sys

import pytest

PAGE_LIBRARIES = ["anywidget", "ipywidgets", "traitlets", "IPython", "plotly", "matplotlib", "skimage", "tqdm", "regex"]


def loaded_after(statement: str) -> set[str]:
    program = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("name", PAGE_LIBRARIES)
def test_the_engine_loads_no_widget_and_no_plot(name: str) -> None:
    assert name not in loaded_after("import lime_widgets.engine")


def test_the_engine_knows_no_domain() -> None:
    ours = {name for name in loaded_after("import lime_widgets.engine") if name.startswith("lime_widgets")}
    assert all(name == "lime_widgets" or name.startswith("lime_widgets.engine") for name in ours)


def test_the_package_alone_loads_nothing_of_weight() -> None:
    loaded = loaded_after("import lime_widgets")
    assert not loaded & {*PAGE_LIBRARIES, "numpy", "scipy", "sklearn", "lime_widgets.engine", "lime_widgets.text"}


def test_explaining_loads_no_widget() -> None:
    statement = (
        "from lime_widgets import LimeTextExplainer;"
        "explainer = LimeTextExplainer();"
        "explainer.explain_instance('a b', lambda t: [0.5] * len(t), num_samples=9, progress_bar=False).as_list()"
    )
    assert not loaded_after(statement) & {"anywidget", "ipywidgets", "IPython", "plotly", "matplotlib", "skimage"}


def test_public_names_are_listed_before_they_are_loaded() -> None:
    import lime_widgets

    assert set(lime_widgets.__all__) <= set(dir(lime_widgets))
    assert all(getattr(lime_widgets, name).__name__ == name for name in lime_widgets.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    import lime_widgets

    with pytest.raises(AttributeError, match="module 'lime_widgets' has no attribute 'nonsense'"):
        lime_widgets.nonsense  # noqa: B018
