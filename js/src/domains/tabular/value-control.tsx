/**
 * The native control of one value.
 *
 * What is typed counts after a pause, or at once by Enter, by leaving, or where the control changes by steps; Escape takes
 * back all since the focus came. While the reader types, nothing is written into the field.
 */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import * as words from "../../../../lime_widgets/common/strings.json";
import { KEEP_KEYS } from "../../views/fields";
import { visibleName } from "../../views/names";
import type { Editing } from "./editing";
import type { Column } from "./instance";
import { fieldText, fieldType, readField, trainingRange, valueText } from "./values";

const TYPING_PAUSE = 400;

type Field = HTMLInputElement | HTMLSelectElement;

interface ValueProps {
  editing: Editing;
  feature: number;
  column: Column;
  /** The current one, the instance's or another. */
  value: number | null;
  id: string;
  /** Id of what is said about an edit; empty where there is none. */
  note: string;
  isLazy: boolean;
}

export function ValueControl(props: ValueProps): JSX.Element {
  const { editing, feature, column, value, id, note, isLazy } = props;
  const takenBack = editing.takenBack.value;
  const field = useRef<Field>(null);
  const [problem, setProblem] = useState("");
  const [isFull, setFull] = useState(!isLazy);
  const atFocus = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useLayoutEffect(() => {
    clearTimeout(timer.current);
    if (field.current) show(field.current, column, value);
    setProblem("");
  }, [column, value, takenBack]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const take = (typing: boolean) => {
    clearTimeout(timer.current);
    if (!field.current) return;
    const read = readField(column, field.current.value, field.current.validity.badInput);
    setProblem("problem" in read ? read.problem : "");
    if ("value" in read) editing.edit(feature, read.value, typing);
  };
  const takeSoon = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(take, TYPING_PAUSE, true);
  };
  const restore = () => {
    if (field.current) field.current.value = fieldText(column, atFocus.current);
    take(true);
  };
  const type = fieldType(column);
  const about = [`${id}-range`, note, problem && `${id}-problem`].filter(Boolean).join(" ");
  const events = {
    id,
    class: "lime-value",
    "aria-describedby": about,
    "aria-invalid": problem ? true : undefined,
    onFocusIn: () => {
      atFocus.current = value;
      setFull(true);
    },
    onFocusOut: () => take(false),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Escape") restore();
      if (event.key === "Enter") take(false);
    },
  };
  return (
    <>
      {type === "select" ? (
        <select
          {...KEEP_KEYS}
          {...events}
          ref={field as never}
          onPointerDown={() => setFull(true)}
          onChange={() => take(true)}
        >
          <Options column={column} value={value} isFull={isFull} />
        </select>
      ) : (
        <input
          {...KEEP_KEYS}
          {...events}
          ref={field as never}
          type={type}
          step={stepOf(column)}
          placeholder={column.missing ? words.missing : undefined}
          onInput={takeSoon}
          // A date field changes with every digit of the year.
          onChange={type === "number" ? () => take(true) : undefined}
        />
      )}
      <span class="lime-hidden" id={`${id}-range`}>
        {[...trainingRange(column), ...(column.missing && type !== "select" ? [words.empty_is_missing] : [])].join(
          "; ",
        )}
      </span>
      {problem ? (
        <p class="lime-problem" id={`${id}-problem`}>
          {problem}
        </p>
      ) : null}
    </>
  );
}

/** Write a value into a field that means another. */
function show(field: Field, column: Column, value: number | null): void {
  const read = readField(column, field.value, field.validity.badInput);
  if (!("value" in read) || read.value !== value) field.value = fieldText(column, value);
}

function Options({ column, value, isFull }: { column: Column; value: number | null; isFull: boolean }): JSX.Element {
  const { choices, missing } = column;
  const codes: (number | null)[] = isFull ? choices.map(([code]) => code) : [];
  if (isFull && missing) codes.push(null);
  // A value that cannot be chosen can still be the instance's.
  for (const present of [value, column.value]) if (!codes.includes(present)) codes.push(present);
  return (
    <>
      {codes.map((code) => (
        <option key={code} value={fieldText(column, code)}>
          {visibleName(valueText(column, code))}
        </option>
      ))}
    </>
  );
}

/** Whole numbers go by ones, others by about a hundredth of their range. */
function stepOf({ kind, whole, range }: Column): number | "any" {
  if (kind !== "number" || !range || !(range[1] > range[0])) return kind === "date" ? "any" : 1;
  return whole ? 1 : 10 ** Math.round(Math.log10((range[1] - range[0]) / 100));
}
