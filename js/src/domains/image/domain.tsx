/** Images, whose superpixels can be hidden. */

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
import { ImageView } from "./image-view";
import { decodeImage, decodeProposal, type ImageInstance } from "./instance";
import { checkView } from "./look";
import { Mark } from "./mark";

export const image: Domain<ImageInstance> = {
  name: "image",
  part: "image",
  words: {
    fidelityMeaning: words.fidelity_meaning_image,
    lowFidelity: words.warning_low_fidelity_image,
    noWeights: words.no_weights_image,
    provenance: words.provenance_instance_image,
    removed: words.tip_removed_image,
    weightsHint: words.weights_hint_image,
    whatIfHint: words.what_if_hint_image,
    whatIfHintSnapshot: words.what_if_hint_snapshot_image,
  },
  isEditable: false,
  sampleDtypes: ["bits"],
  momentSource: maskedMomentSource,
  decodeInstance: decodeImage,
  sampleChanges: (_, { removed }) => new Map(removed.map((feature) => [feature, -1])),
  amount: (_, n) => (n === 1 ? words.unit_superpixels_one : say(words.unit_superpixels_many, { count: count(n) })),
  InstanceView: ImageView,
  describe: withoutSuperpixels,
  WayBack: ShowSuperpixels,
  FeatureMark: Mark,
  checkView,
  decodeProposal,
};

/** "Without superpixel 3 and superpixel 12". */
function withoutSuperpixels({ features }: ImageInstance, { removed }: Variant): ComponentChild {
  const hidden = listed(removed, (feature) => <Name key={feature} of={features[feature] ?? ""} />);
  return sayWith(words.what_if_without, { words: hidden });
}

function ShowSuperpixels({ store }: { store: Store<ImageInstance> }): JSX.Element {
  return (
    <Passing within=".lime-widget" heir={'.lime-superpixel[tabindex="0"]'}>
      <Button quiet text={words.restore_superpixels} onClick={() => store.vary({ removed: [] })} />
    </Passing>
  );
}
