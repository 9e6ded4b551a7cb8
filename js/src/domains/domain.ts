/** What sets one kind of instance apart from another. Each bundle holds one domain; everything else is shared. */

import type { ComponentChild, JSX } from "preact";
import type { MomentSource } from "../solver/moments";
import type { Neighborhood } from "../solver/neighborhood";
import type { Dtype } from "../state/arrays";
import type { Store } from "../state/store";
import type { Variant } from "../state/variant";

/** What is explained, as far as all domains agree. */
export interface Instance {
  /** The names of the features, as bars call them. */
  readonly features: readonly string[];
  /** Sentences about the data, to be shown below the weights. */
  readonly notes: readonly string[];
}

/** The sentences that differ, since they name what the instance is made of. */
export interface DomainWords {
  readonly fidelityMeaning: string;
  readonly lowFidelity: string;
  readonly noWeights: string;
  readonly provenance: string;
  readonly weightsHint: string;
  readonly whatIfHint: string;
  /** The same where there is no model to compare with. */
  readonly whatIfHintSnapshot: string;
}

export interface Domain<I extends Instance = Instance> {
  /** As the wire has it. */
  readonly name: string;
  /** What the wire calls the instance's view among the parts that are left out. */
  readonly part: string;
  readonly words: DomainWords;
  /** Whether other values can be put in the place of the instance's. */
  readonly isEditable: boolean;
  /** The dtypes that its samples come in. */
  readonly sampleDtypes: readonly Dtype[];
  momentSource(neighborhood: Neighborhood): MomentSource;
  decodeInstance(raw: unknown, where: string): I;
  /** By how much a variant moves the interpretable sample of each feature that it changes. */
  sampleChanges(instance: I, variant: Variant): ReadonlyMap<number, number>;
  /** A number of features, in words: "6 columns". */
  amount(instance: I, count: number): string;
  /** The instance, in which a reader makes variants. */
  InstanceView(props: { store: Store<I> }): JSX.Element;
  /** A variant in words: "With age = 45". */
  describe(instance: I, variant: Variant): ComponentChild;
  /** The way back to the instance, where its view has none. */
  WayBack?(props: { store: Store<I> }): JSX.Element;
}
