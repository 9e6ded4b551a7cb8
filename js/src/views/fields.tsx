/** Native form controls with a visible label that is also their accessible name. */

import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface FieldProps {
  id: string;
  label: string;
  /** Id of the text that says why the control is disabled; absent where it is not. */
  reason?: string | undefined;
}

/** JupyterLab reads single keys as commands unless the focused element says that it needs them. */
export const KEEP_KEYS = { "data-lm-suppress-shortcuts": "true" } as const;

interface RangeProps extends FieldProps {
  min: number;
  max: number;
  step?: number;
  value: number;
  /** The value in words, beside the label and to a screen reader. */
  shown: string;
  onInput(value: number): void;
}

export function Range({ id, label, min, max, step = 1, value, shown, reason, onInput }: RangeProps): JSX.Element {
  return (
    <div class="lime-field">
      <label for={id}>{label}</label>
      <span class="lime-setting" aria-hidden="true">
        {shown}
      </span>
      <input
        {...KEEP_KEYS}
        type="range"
        id={id}
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={shown}
        disabled={reason !== undefined}
        aria-describedby={reason}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}

interface LogRangeProps extends Omit<RangeProps, "min" | "max" | "step"> {
  low: number;
  high: number;
}

/** Each step multiplies the value by the same factor. */
const LOG_STEPS = 300;

export function LogRange({ low, high, value, onInput, ...rest }: LogRangeProps): JSX.Element {
  const span = Math.log(high / low) / LOG_STEPS;
  return (
    <Range
      {...rest}
      min={0}
      max={LOG_STEPS}
      value={Math.round(Math.log(value / low) / span)}
      onInput={(step) => onInput(low * Math.exp(span * step))}
    />
  );
}

interface SelectProps extends FieldProps {
  value: string;
  options: readonly { value: string; text: string }[];
  onChange(value: string): void;
}

export function Select({ id, label, value, options, reason, onChange }: SelectProps): JSX.Element {
  return (
    <div class="lime-field">
      <label for={id}>{label}</label>
      <select
        {...KEEP_KEYS}
        id={id}
        value={value}
        disabled={reason !== undefined}
        aria-describedby={reason}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </div>
  );
}

interface NumberFieldProps extends FieldProps {
  min: number;
  value: string;
  onInput(value: string): void;
  onEnter(): void;
}

export function NumberField({ id, label, min, value, reason, onInput, onEnter }: NumberFieldProps): JSX.Element {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        {...KEEP_KEYS}
        type="number"
        id={id}
        min={min}
        step="any"
        inputMode="numeric"
        value={value}
        disabled={reason !== undefined}
        aria-describedby={reason}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onEnter();
        }}
      />
    </>
  );
}

interface SearchFieldProps extends FieldProps {
  value: string;
  /** How much was found, in words. */
  found: string;
  onInput(value: string): void;
}

export function SearchField({ id, label, value, found, onInput }: SearchFieldProps): JSX.Element {
  return (
    <div class="lime-field">
      <label for={id}>{label}</label>
      <span class="lime-setting" role="status">
        {found}
      </span>
      <input
        {...KEEP_KEYS}
        type="search"
        id={id}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

interface ButtonProps {
  text: string;
  onClick(): void;
  reason?: string | undefined;
  /** For the moment it does nothing. It keeps the focus meanwhile, which a notebook would take for its own keys. */
  resting?: boolean;
  expanded?: boolean;
  quiet?: boolean;
}

export function Button({ text, onClick, reason, resting = false, expanded, quiet = false }: ButtonProps): JSX.Element {
  return (
    <button
      {...KEEP_KEYS}
      type="button"
      class={quiet ? "lime-button lime-quiet" : "lime-button"}
      disabled={reason !== undefined}
      aria-disabled={resting || undefined}
      aria-describedby={reason}
      aria-expanded={expanded}
      onClick={resting ? undefined : onClick}
    >
      {text}
    </button>
  );
}

interface PassingProps {
  /** The element among the ancestors of what passes, and within it the one to take the focus over. */
  within: string;
  heir: string;
  children: ComponentChildren;
}

/** What leaves the page hands the focus on: lost, it would be the notebook's, and the next key a command. */
export function Passing({ within, heir, children }: PassingProps): JSX.Element {
  const wrapper = useRef<HTMLSpanElement>(null);
  useLayoutEffect(
    () => () => {
      const { current } = wrapper;
      if (current?.querySelector(":focus")) current.closest(within)?.querySelector<HTMLElement>(heir)?.focus();
    },
    [within, heir],
  );
  return (
    <span class="lime-passing" ref={wrapper}>
      {children}
    </span>
  );
}
