/** The instance's text, shaded by weight; a click strikes a word out. */

import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Store } from "../state/store";
import { mark, stepKey } from "./highlight";
import { say } from "./strings";
import { type TokenText, tokenText } from "./token-text";
import { Tooltip, type TooltipPlace } from "./tooltip";

export function Tokens({ store }: { store: Store }): JSX.Element {
  const place = useSignal<TooltipPlace | null>(null);
  const hint = `${store.uid}-text-hint`;
  return (
    <section class="lime-text">
      <h3 id={`${store.uid}-text`}>{say("text")}</h3>
      <TokenContainer store={store} place={place} />
      <p class="lime-hidden" id={hint}>
        {say("text_hint")}
      </p>
      <Tooltip store={store} place={place} />
    </section>
  );
}

function TokenContainer({ store, place }: { store: Store; place: Signal<TooltipPlace | null> }): JSX.Element {
  const container = useRef<HTMLDivElement>(null);
  const text = useRef<TokenText | null>(null);
  const { instance } = store.data.value;
  useLayoutEffect(() => {
    if (container.current) text.current = tokenText(container.current, instance);
    text.current?.shade(store.shown.peek().surrogate);
    text.current?.strike(store.removed.peek());
  }, [instance]);
  useSignalEffect(() => text.current?.shade(store.shown.value.surrogate));
  useSignalEffect(() => text.current?.strike(store.removed.value));
  useSignalEffect(() => mark(container.current, ".lime-token", store.highlighted.value));

  const point = (event: Event) => {
    const token = tokenAt(event.target);
    store.highlighted.value = featureOf(token);
    place.value = token && placeOf(token, container.current);
  };
  const unpoint = () => {
    store.highlighted.value = -1;
    place.value = null;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot flow as running text
    <div
      class="lime-tokens"
      role="group"
      aria-labelledby={`${store.uid}-text`}
      aria-describedby={`${store.uid}-text-hint`}
      data-kind={instance.kind}
      ref={container}
      onClick={(event) => toggle(store, tokenAt(event.target))}
      onKeyDown={(event) => press(event, store, text.current, unpoint)}
      onPointerOver={point}
      onPointerLeave={unpoint}
      onFocusIn={(event) => {
        point(event);
        takeTabStop(tokenAt(event.target), text.current, `${store.uid}-tip`);
      }}
      onFocusOut={unpoint}
    />
  );
}

function tokenAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(".lime-token") : null;
}

function featureOf(token: HTMLElement | null): number {
  return token ? Number(token.dataset.feature) : -1;
}

function toggle(store: Store, token: HTMLElement | null): void {
  if (token) store.toggle(featureOf(token));
}

function press(event: KeyboardEvent, store: Store, text: TokenText | null, hide: () => void): void {
  const token = tokenAt(event.target);
  if (!token || !text) return;
  if (event.key === "Escape") hide();
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    toggle(store, token);
    return;
  }
  const rightToLeft = getComputedStyle(token).direction === "rtl";
  const next = stepKey(event, text.tokens.indexOf(token), text.tokens.length, rightToLeft);
  if (next === null) return;
  event.preventDefault();
  text.tokens[next]?.focus();
}

/** One Tab stop for the whole text: the token that had the focus last. Only that one is described by the tooltip. */
function takeTabStop(token: HTMLElement | null, text: TokenText | null, tooltipId: string): void {
  if (!token || !text) return;
  const former = text.tokens.find((other) => other.tabIndex === 0);
  if (former) former.tabIndex = -1;
  former?.removeAttribute("aria-describedby");
  token.tabIndex = 0;
  token.setAttribute("aria-describedby", tooltipId);
}

/** Where a token's first line lies within the panel. */
function placeOf(token: HTMLElement, container: HTMLElement | null): TooltipPlace | null {
  const panel = container?.parentElement;
  if (!panel) return null;
  const box = token.getClientRects()[0] ?? token.getBoundingClientRect();
  const frame = panel.getBoundingClientRect();
  return {
    feature: featureOf(token),
    left: box.left - frame.left + box.width / 2,
    top: box.bottom - frame.top,
    room: frame.width,
  };
}
