/** What sets one kind of instance apart from another. Each bundle holds one domain; everything else is shared. */

import type { ComponentChild, JSX } from "preact";
import type { MomentSource } from "../solver/moments";
import type { Neighborhood } from "../solver/neighborhood";
import type { Buffer, Dtype } from "../state/arrays";
import type { JsonObject } from "../state/checks";
import type { ExplanationData } from "../state/schema";
import type { Store } from "../state/store";
import type { Variant } from "../state/variant";

/** What is explained, as far as all domains agree. */
export interface Instance {
  /** The names of the features, as bars call them. */
  readonly features: readonly string[];
  /** Sentences about the data, to be shown below the weights. */
  readonly notes: readonly string[];
}

/** Other features that an instance could be made of, to be looked at before the model is asked about them. */
export interface Proposal {
  /** The number of the request that it answers. */
  readonly request: number;
  readonly count: number;
  /** The number of instances that the model would be asked about. */
  readonly calls: number;
  /** Why there is none; empty where there is. */
  readonly error: string;
  /** Which feature each part of the instance would belong to. */
  readonly labels: Int32Array;
}

/** The sentences that differ, since they name what the instance is made of. */
export interface DomainWords {
  readonly fidelityMeaning: string;
  readonly lowFidelity: string;
  readonly noWeights: string;
  readonly provenance: string;
  /** Of a feature that is taken away. */
  readonly removed: string;
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
  decodeInstance(raw: unknown, where: string, buffers: readonly Buffer[]): I;
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
  /** A small picture of a feature, before its name. */
  FeatureMark?(props: { store: Store<I>; feature: number }): JSX.Element | null;
  /** How an instance is looked at, checked, as the wire has it; where there is only one way, nothing is read. */
  checkView?(raw: unknown, data: ExplanationData<I>): JsonObject;
  /** The kernel's answer to a request for other features, where there are such. */
  decodeProposal?(message: JsonObject, buffers: unknown, data: ExplanationData<I>): Proposal;
}
