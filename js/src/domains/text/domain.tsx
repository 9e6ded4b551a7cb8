/** Texts: words, characters or sentences, which can be struck out. */

import type { ComponentChild, JSX } from "preact";
import * as words from "../../../../lime_widgets/common/strings.json";
import { maskedMomentSource } from "../../solver/moments";
import type { Store } from "../../state/store";
import type { Variant } from "../../state/variant";
import { Button, Passing } from "../../views/fields";
import { count } from "../../views/format";
import { listed } from "../../views/listed";
import { Name } from "../../views/names";
import { say, sayWith } from "../../views/strings";
import type { Domain } from "../domain";
import { decodeText, type TextInstance } from "./instance";
import { Tokens } from "./tokens";

const UNITS = {
  words: [words.unit_words_one, words.unit_words_many],
  characters: [words.unit_characters_one, words.unit_characters_many],
  sentences: [words.unit_sentences_one, words.unit_sentences_many],
} as const;

export const text: Domain<TextInstance> = {
  name: "text",
  part: "text",
  words: {
    fidelityMeaning: words.fidelity_meaning,
    lowFidelity: words.warning_low_fidelity,
    noWeights: words.no_weights,
    provenance: words.provenance_instance,
    removed: words.tip_removed,
    weightsHint: words.weights_hint,
    whatIfHint: words.what_if_hint,
    whatIfHintSnapshot: words.what_if_hint_snapshot,
  },
  isEditable: false,
  sampleDtypes: ["bits"],
  momentSource: maskedMomentSource,
  decodeInstance: decodeText,
  sampleChanges: (_, { removed }) => new Map(removed.map((feature) => [feature, -1])),
  amount: ({ kind }, n) => (n === 1 ? UNITS[kind][0] : say(UNITS[kind][1], { count: count(n) })),
  InstanceView: Tokens,
  describe: withoutWords,
  WayBack: RestoreWords,
};

/** "Without Host and good". */
function withoutWords({ features }: TextInstance, { removed }: Variant): ComponentChild {
  const struck = listed(removed, (feature) => <Name key={feature} of={features[feature] ?? ""} class="lime-struck" />);
  return sayWith(words.what_if_without, { words: struck });
}

function RestoreWords({ store }: { store: Store<TextInstance> }): JSX.Element {
  return (
    <Passing within=".lime-widget" heir={'.lime-token[tabindex="0"]'}>
      <Button quiet text={words.restore_words} onClick={() => store.vary({ removed: [] })} />
    </Passing>
  );
}
