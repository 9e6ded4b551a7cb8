"""The page's side: the size of its bundles, and from a slider's event to painted bars in Chromium."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from benchmarks.engine import explained
from benchmarks.images import explained_image
from benchmarks.tables import explained_row
from benchmarks.timing import Timing, duration, table, verdict
from scripts.chromium import find_chromium

STATIC = Path(__file__).parents[1] / "lime_widgets" / "static"
BUNDLES = {
    f"{name}, {domain}": (f"{stem}-{domain}", budget)
    for name, stem, budget in (("live", "widget", 80), ("snapshot", "snapshot", 120))
    for domain in ("text", "tabular", "image")
}
# samples, words or columns, budget for the 95th percentile in seconds
PROBLEMS = ((1000, 60, 0.016), (5000, 400, 0.150))
TABLES = ((1000, 60, 0.016), (1000, 400, 0.150))
IMAGES = ((1000, 60, 0.016), (1000, 400, 0.150))
SLIDERS = ("Kernel width", "Number of features")
WARM_UP, REPEATS = 10, 100

# An input event comes just before the callbacks of an animation frame; so it does here. A message that is posted in a
# frame arrives when that frame is painted.
MEASURE = """
async (slider, [repeats, warmUp]) => {
  const bars = () => [...document.querySelectorAll(".lime-bar")].map((bar) => bar.dataset.weight).join();
  const message = () => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done();
    port2.postMessage(0);
  });
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const step = Number(slider.step) || (high - low) / 1000;
  const found = [];
  for (let i = 0; i < repeats + warmUp; i++) {
    const share = ((i * 37) % 101) / 101;
    const value = low + Math.round((share * (high - low)) / step) * step;
    if (Number(slider.value) === value) continue;
    await frame();
    const before = bars();
    const start = performance.now();
    setter.call(slider, String(value));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    let frames = 0;
    await message();
    while (bars() === before && frames < 120) {
      await frame();
      await message();
      frames += 1;
    }
    if (i >= warmUp && bars() !== before) found.push((performance.now() - start) / 1000);
  }
  return found;
}
"""


def print_sizes() -> None:
    """Print the sizes of the bundles, script and style together."""
    rows = []
    for name, (stem, budget) in BUNDLES.items():
        styles = "widget" if stem.startswith("widget") else stem
        files = [STATIC / f"{stem}.js", STATIC / f"{styles}.css"]
        if not all(file.exists() for file in files):
            rows.append([name, "not built", "", f"{budget} kB", "run `node esbuild.mjs`"])
            continue
        sizes = [file.stat().st_size / 1000 for file in files]
        parts = " + ".join(f"{file.name} {size:.1f}" for file, size in zip(files, sizes, strict=True))
        rows.append([name, f"{sum(sizes):.1f} kB", parts, f"{budget} kB", verdict(sum(sizes), budget)])
    table("Bundles, uncompressed", ["bundle", "size", "of which, kB", "budget", ""], rows)


def print_page() -> None:
    """Print how long the reader waits for the bars after moving a slider."""
    title = "From a slider's event to painted bars, in the snapshot"
    browser = find_chromium()
    if browser is None or not (STATIC / "snapshot-text.js").exists():
        print(f"\n## {title}\n\nNot measured: it needs Chromium and a built front end (`make test` brings both).")
        return
    rows = []
    pages = [(f"{n:,} x {d} words", explained(d, n).as_html(), budget) for n, d, budget in PROBLEMS]
    pages += [(f"{n:,} x {d} columns", explained_row(d, n).as_html(), budget) for n, d, budget in TABLES]
    pages += [(f"{n:,} x {d} superpixels", explained_image(d, n).as_html(), budget) for n, d, budget in IMAGES]
    for size, page, budget in pages:
        for slider, seconds in _slider_seconds(browser, page).items():
            timing = Timing(tuple(seconds))
            kept = verdict(timing.p95, budget)
            rows.append([size, slider, duration(timing.median), duration(timing.p95), duration(budget), kept])
    table(title, ["samples x features", "slider", "median", "p95", "budget for p95", ""], rows)


def _slider_seconds(browser: str, html: str) -> dict[str, list[float]]:
    """Open a page and move each of its sliders."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "snapshot.html"
        path.write_text(html, encoding="utf-8")
        chromium = playwright.chromium.launch(executable_path=browser, chromium_sandbox=os.getuid() != 0)
        page = chromium.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(path.as_uri())
        page.locator(".lime-bar").first.wait_for()
        found = {name: page.get_by_label(name).first.evaluate(MEASURE, [REPEATS, WARM_UP]) for name in SLIDERS}
        chromium.close()
    return found
