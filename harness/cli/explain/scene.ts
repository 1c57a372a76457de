/** What is known of a cluster of the reference at one moment, from a run or from its own answers. */

export interface Scene {
  /** The moment in words: `at 41.2 s`, `as it is now`. */
  readonly when: string;
  readonly nodes: readonly SceneNode[];
  /** What the registry said last of each instance; null: nobody could be asked. */
  readonly leases: readonly SceneLease[] | null;
  /** What is broken right now: faults in force, nodes that do not answer. */
  readonly troubles: readonly Trouble[];
  readonly policy: ScenePolicy;
}

/** Of the policy of nodes, as long as its times are here. */
export interface ScenePolicy {
  readonly failureThreshold: number;
  readonly windowUs: number;
  readonly propagationUs: number;
}

export interface Trouble {
  readonly text: string;
  /** Names of the nodes that it hits. */
  readonly hits: readonly string[];
}

export interface SceneNode {
  readonly name: string;
  readonly role: 'server' | 'service' | 'client';
  readonly service: string | null;
  readonly isUp: boolean;
  readonly mode: string | null;
  /** By service: where its calls would go; null: it did not say. */
  readonly lists: ReadonlyMap<string, readonly string[]> | null;
  /** What its lists rest on, and for how long the registry has not confirmed them, µs; null: unknown. */
  readonly listSource: string | null;
  readonly listAgeUs: number | null;
  /** Instances whose checks fail, as it sees them. */
  readonly critical: readonly string[];
  readonly circuits: ReadonlyMap<string, SceneCircuit>;
  /** Its calls in the last window, oldest first. */
  readonly calls: readonly SceneCall[];
  /** Its copy of the configuration; null: it keeps none, or did not say. */
  readonly config: ReadonlyMap<string, SceneValue> | null;
  /** For how long nobody has confirmed that copy, µs; null: unknown. */
  readonly configAgeUs: number | null;
}

export interface SceneCircuit {
  readonly state: string;
  readonly cause: string;
  /** When it opened last by what calls did, as `when`; null: it never did. */
  readonly opened: string | null;
  /** Failures in the window when the mode took hold of it; null: it did not. */
  readonly failuresWhenHeld: number | null;
}

export interface SceneCall {
  readonly service: string;
  readonly instance: string | null;
  /** `ok`, or why not. */
  readonly outcome: string;
}

export interface SceneValue {
  readonly value: string | null;
  readonly revision: number;
}

export interface SceneLease {
  readonly service: string;
  readonly instance: string;
  readonly state: 'held' | 'expired' | 'deregistered';
  /** Since when, in words; null: nobody said. */
  readonly since: string | null;
}

/** One look, in the order of the checklist. */
export interface Step {
  /** What was looked at: `registration`. */
  readonly looked: string;
  readonly found: string;
  /**
   * `cause`: this explains it; `clear`: this does not; `unknown`: nobody could say; `symptom`: it is so, and steps after
   * it say why.
   */
  readonly kind: 'cause' | 'clear' | 'unknown' | 'symptom';
  /** What to do or to look at next; null: nothing. */
  readonly next: string | null;
}

export function instancesOf({ nodes }: Scene, service: string): readonly SceneNode[] {
  return nodes.filter((n) => n.service === service);
}

export function servicesIn({ nodes }: Scene): readonly string[] {
  return [...new Set(nodes.flatMap((n) => n.service ?? []))];
}

/** Those that hit any of these. */
export function troublesOf({ troubles }: Scene, names: readonly string[]): readonly Trouble[] {
  return troubles.filter((t) => t.hits.some((hit) => names.includes(hit)));
}

export function namesOf(nodes: readonly { readonly name: string }[]): string {
  return nodes.map((n) => n.name).join(', ');
}
