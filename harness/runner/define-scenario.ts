/** Makes a scenario from a story: the defaults that every story would repeat. */
import type { EnvironmentName } from '../core/environment.ts';
import type { FaultPlan } from '../core/fault.ts';
import type { Json } from '../core/host.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Prng } from '../core/prng.ts';
import type { Operation, Shape } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';

/** One run of a story, times in µs after the cluster was ready. */
export interface Story {
  readonly shape: Shape;
  readonly faults: FaultPlan;
  readonly clients: readonly (readonly Operation[])[];
  readonly durationUs: number;
  /** An operation without an answer by then is `info`: 2 s. */
  readonly deadlineUs?: number;
  readonly extra?: Readonly<Record<string, Json>>;
}

export interface ScenarioDefinition {
  readonly name: string;
  readonly claim: string;
  /** Ids of promises that the system makes, or invariants of your own. */
  readonly promises: readonly (string | Invariant)[];
  /** What it runs against: the reference cluster. */
  readonly system?: System;
  /** `holds`. */
  readonly expect?: Scenario['expect'];
  /** Everywhere but attached. */
  readonly environments?: readonly EnvironmentName[];
  /** `every-kind`. */
  readonly effective?: Scenario['effective'];
  /** Unless told a run in which a node ends by itself is unknown. */
  readonly nodeFailures?: Scenario['nodeFailures'];
  /** 10. */
  readonly successesMin?: number;
  /** `policyUs(t)` is a policy time as it runs here: `t`, or `t` / 20 outside simulation. */
  story(draw: Prng, policyUs: (us: number) => number): Story;
}

/**
 * A scenario from a story: given these faults, this claim holds. `antlion run FILE` runs what a file
 * exports; `runScenario` does in code.
 * ```ts
 * export default defineScenario({
 *   name: 'leader-stops',
 *   claim: 'Writes that were acknowledged are read after the leader stopped.',
 *   promises: ['linearizable'],
 *   story: (draw) => ({
 *     shape: cluster({ servers: 3, clients: 2 }),
 *     faults: [{ kind: 'pause', atUs: 1_000_000, untilUs: 3_000_000, nodes: { of: 'leader' } }],
 *     clients: kvOperations(draw, { clients: 2, count: 20, keys: 1, pauseUs: 200_000, mix: { read: 1, write: 1 } }),
 *     durationUs: 6_000_000,
 *   }),
 * });
 * ```
 */
export function defineScenario(d: ScenarioDefinition): Scenario {
  return {
    name: d.name,
    claim: d.claim,
    promises: d.promises.map((p) => (typeof p === 'string' ? p : p.id)),
    own: d.promises.filter((p) => typeof p !== 'string'),
    system: d.system,
    expect: d.expect ?? 'holds',
    environments: d.environments ?? ['simulation', 'processes', 'containers'],
    effective: d.effective ?? 'every-kind',
    successesMin: d.successesMin ?? 10,
    nodeFailures: d.nodeFailures,
    program(draw, policyDivisor) {
      const story = d.story(draw, (us) => Math.round(us / policyDivisor));
      return {
        scenario: d.name,
        shape: story.shape,
        faults: story.faults,
        clients: story.clients,
        durationUs: story.durationUs,
        noiseSeed: draw.fork('noise').uint32(),
        settings: {
          policyDivisor,
          deadlineUs: story.deadlineUs ?? 2_000_000,
          mutant: null,
          extra: story.extra ?? {},
        },
      };
    },
  };
}
