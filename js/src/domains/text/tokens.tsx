/** The instance's text, shaded by weight; a click strikes a word out. */

import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import * as words from "../../../../lime_widgets/common/strings.json";
import type { Store } from "../../state/store";
import { signed } from "../../views/format";
import { mark, stepKey } from "../../views/highlight";
import { elementAt, featureAt, pointing } from "../../views/pointing";
import { say } from "../../views/strings";
import { InstanceHead, type Tip } from "../../views/tooltip";
import type { TextInstance } from "./instance";
import { type TokenText, tokenText } from "./token-text";

/** More than fits a screen, five hundred words: they scroll by themselves, and what a struck word does stays in sight. */
const MANY_PIECES = 1000;
const TOKEN = ".lime-token";

interface TokensProps {
  store: Store<TextInstance>;
}

export function Tokens({ store }: TokensProps): JSX.Element {
  const { features } = store.data.value.instance;
  const tip: Tip = (feature, weight) => ({
    name: features[feature] ?? "",
    facts: weight === undefined ? [] : [say(words.tip_weight, { weight: signed(weight, 4) })],
  });
  return (
    <section class="lime-text">
      <InstanceHead store={store} id={`${store.uid}-text`} text={words.text} tip={tip} />
      <TokenContainer store={store} />
      <p class="lime-hidden" id={`${store.uid}-text-hint`}>
        {words.text_hint}
      </p>
    </section>
  );
}

function TokenContainer({ store }: TokensProps): JSX.Element {
  const container = useRef<HTMLDivElement>(null);
  const text = useRef<TokenText | null>(null);
  const { hidden, instance } = store.data.value;
  useLayoutEffect(() => {
    if (container.current) text.current = tokenText(container.current, instance);
    text.current?.shade(store.surrogate.peek());
    text.current?.strike(store.removed.peek());
  }, [instance]);
  useSignalEffect(() => text.current?.shade(store.surrogate.value));
  useSignalEffect(() => text.current?.strike(store.removed.value));
  useSignalEffect(() => mark(container.current, TOKEN, store.highlighted.value));
  const pointers = pointing(store, TOKEN);
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
      {...pointers}
      onClick={(event) => toggle(store, event.target)}
      onKeyDown={(event) => press(event, store, text.current, pointers.onFocusOut)}
      onFocusIn={(event) => {
        pointers.onFocusIn(event);
        takeTabStop(elementAt(event.target, TOKEN), text.current, `${store.uid}-tip`);
      }}
    />
  );
}

function toggle(store: Store, target: EventTarget | null): void {
  const feature = featureAt(target, TOKEN);
  if (feature >= 0) store.toggle(feature);
}

function press(event: KeyboardEvent, store: Store, text: TokenText | null, hide: () => void): void {
  const token = elementAt(event.target, TOKEN);
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
