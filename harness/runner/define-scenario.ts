/** Makes a scenario from a story: the defaults that every story would repeat. */
import type { EnvironmentName } from '../core/environment.ts';
import type { FaultPlan } from '../core/fault.ts';
import type { Json } from '../core/host.ts';
import type { Prng } from '../core/prng.ts';
import type { Operation, Shape } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';

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
  readonly promises: readonly string[];
  /** `holds`. */
  readonly expect?: Scenario['expect'];
  /** Everywhere but attached. */
  readonly environments?: readonly EnvironmentName[];
  /** `every-kind`. */
  readonly felt?: Scenario['felt'];
  /** Unless told a run in which a node ends by itself is unknown. */
  readonly nodeFailures?: Scenario['nodeFailures'];
  /** 10. */
  readonly successesMin?: number;
  /** `policyUs(t)` is a policy time as it runs here: `t`, or `t` / 20 outside simulation. */
  story(draw: Prng, policyUs: (us: number) => number): Story;
}

export function defineScenario(d: ScenarioDefinition): Scenario {
  return {
    name: d.name,
    claim: d.claim,
    promises: d.promises,
    expect: d.expect ?? 'holds',
    environments: d.environments ?? ['simulation', 'processes', 'containers'],
    felt: d.felt ?? 'every-kind',
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
