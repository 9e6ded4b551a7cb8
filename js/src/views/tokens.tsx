/** The instance's text, shaded by weight; a click strikes a word out. */

import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Store } from "../state/store";
import { Heading } from "./heading";
import { mark, stepKey } from "./highlight";
import { say } from "./strings";
import { type TokenText, tokenText } from "./token-text";
import { Tooltip } from "./tooltip";

/** More than fits a screen, five hundred words: they scroll by themselves, and what a struck word does stays in sight. */
const MANY_PIECES = 1000;

export function Tokens({ store }: { store: Store }): JSX.Element {
  return (
    <section class="lime-text">
      <div class="lime-text-head">
        <Heading store={store} id={`${store.uid}-text`}>
          {say("text")}
        </Heading>
        <Tooltip store={store} />
      </div>
      <TokenContainer store={store} />
      <p class="lime-hidden" id={`${store.uid}-text-hint`}>
        {say("text_hint")}
      </p>
    </section>
  );
}

function TokenContainer({ store }: { store: Store }): JSX.Element {
  const container = useRef<HTMLDivElement>(null);
  const text = useRef<TokenText | null>(null);
  const { instance, hidden } = store.data.value;
  useLayoutEffect(() => {
    if (container.current) text.current = tokenText(container.current, instance);
    text.current?.shade(store.shown.peek().surrogate);
    text.current?.strike(store.removed.peek());
  }, [instance]);
  useSignalEffect(() => text.current?.shade(store.shown.value.surrogate));
  useSignalEffect(() => text.current?.strike(store.removed.value));
  useSignalEffect(() => mark(container.current, ".lime-token", store.highlighted.value));

  const point = (event: Event) => {
    store.highlighted.value = featureOf(tokenAt(event.target));
  };
  const unpoint = () => {
    store.highlighted.value = -1;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot flow as running text
    <div
      class="lime-tokens"
      role="group"
      aria-labelledby={`${store.uid}-text`}
      aria-describedby={`${store.uid}-text-hint`}
      data-kind={instance.kind}
      data-long={instance.pieces.length > MANY_PIECES ? "true" : undefined}
      data-even={hidden.has("opacity") ? "true" : undefined}
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
