/** What text and bars share: marking the elements of one feature, and moving the focus among many elements. */

/** Mark the elements of `feature`, and only those. Written straight to the DOM: a text may hold thousands. */
export function mark(container: Element | null, selector: string, feature: number): void {
  for (const marked of container?.querySelectorAll(".lime-highlighted") ?? [])
    marked.classList.remove("lime-highlighted");
  if (feature < 0) return;
  for (const element of container?.querySelectorAll(`${selector}[data-feature="${feature}"]`) ?? []) {
    element.classList.add("lime-highlighted");
  }
}

/** The index that an arrow key, Home or End moves to from `index`; null for any other key. */
export function stepKey(event: KeyboardEvent, index: number, length: number, rightToLeft: boolean): number | null {
  if (event.altKey || event.ctrlKey || event.metaKey || index < 0) return null;
  const forward = rightToLeft ? "ArrowLeft" : "ArrowRight";
  const backward = rightToLeft ? "ArrowRight" : "ArrowLeft";
  switch (event.key) {
    case forward:
    case "ArrowDown":
      return Math.min(index + 1, length - 1);
    case backward:
    case "ArrowUp":
      return Math.max(index - 1, 0);
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default:
      return null;
  }
}
