/** A scenario: given these faults, this claim holds. */
import type { EnvironmentName } from './environment.ts';
import type { Invariant } from './invariant.ts';
import type { Prng } from './prng.ts';
import type { Program } from './program.ts';
import type { System } from './system.ts';

export interface Scenario {
  /** Kebab case, the file's name. */
  readonly name: string;
  /** One sentence. */
  readonly claim: string;
  /** Ids of the invariants that must hold. A system that cannot show one says so, with its reason. */
  readonly promises: readonly string[];
  /** Those of its promises that it brings along: judged of any system. */
  readonly own?: readonly Invariant[] | undefined;
  /** What it runs against; the reference cluster by default. */
  readonly system?: System | undefined;
  /**
   * `violated` for a story outside the fault model: each run must break one of the promises, and its
   * claim, that it does, holds when it did.
   */
  readonly expect: 'holds' | 'violated';
  /** Where it makes sense; simulation always. */
  readonly environments: readonly EnvironmentName[];
  /** Must every kind of fault in the plan take effect, or is one fault enough (plans drawn at random)? */
  readonly effective: 'every-kind' | 'any';
  /** Fewer successful operations than this prove nothing. */
  readonly successesMin: number;
  /** Nodes that end by themselves are a part of the story; otherwise such a run is unknown. */
  readonly nodeFailures?: 'expected' | undefined;
  /**
   * Draws one run. The same stream gives the same program. `policyDivisor` is 1 in simulation and
   * 20 elsewhere: the story divides its own times that wait for policy times by it.
   */
  program(draw: Prng, policyDivisor: number): Program;
}
