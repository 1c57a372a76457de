/**
 * The suite of a system: each thing that it can be asked for, first while nothing is done to it, then under
 * each trouble. One shape for all of them; `keys-calm`, `locks-pause` and so on are its scenarios.
 */
import { cluster, defineScenario } from '../../harness/index.ts';
import type { Scenario } from '../../harness/index.ts';
import { capabilities, type Capability } from './capabilities.ts';
import { type Ground, type Trouble, troubles } from './troubles.ts';

export interface SuiteOptions extends Omit<Ground, 'clients'> {
  /** Of each scenario, at least about. */
  readonly operations: number;
  /** Operations that the system knows. */
  readonly known: ReadonlySet<string>;
  /** Ids of what it promises. */
  readonly promised: ReadonlySet<string>;
}

/** What is asked for by default: a minute or so for each thing that a system can do. */
export const usualOperations = 1_000;

const clients = 12;
/** Before the first trouble, and after the last one. */
const leadUs = 1_500_000;
const restUs = 2_000_000;
/** More operations take more rounds of trouble, not one long one. */
const operationsPerRound = 1_250;

/** Trouble by trouble. Empty where the system knows nothing that it promises anything of. */
export function suiteOf(options: SuiteOptions): readonly Scenario[] {
  const able = capabilities.filter(
    ({ needs, promises }) =>
      needs.every((f) => options.known.has(f)) && promises.some((id) => options.promised.has(id)),
  );
  return troubles.flatMap((trouble) => able.map((c) => scenarioOf(c, trouble, options)));
}

function scenarioOf(c: Capability, trouble: Trouble, options: SuiteOptions): Scenario {
  const { operations, known, promised, servers } = options;
  const ground = { ...options, clients };
  return defineScenario({
    name: `${c.name}-${trouble.name}`,
    claim: `${c.claim}, ${trouble.when(ground)}.`,
    promises: c.promises.filter((id) => promised.has(id)),
    environments: ['simulation', 'processes', 'containers', 'attached'],
    successesMin: Math.max(20, Math.floor(operations / 50)),
    story(draw) {
      const rounds = Math.ceil(operations / operationsPerRound);
      const roundUs = trouble.roundUs(ground);
      const { quietUs = 0 } = c;
      const durationUs = leadUs + rounds * roundUs + restUs + 2 * quietUs;
      const pace = { clients, servers, operations, durationUs, knows: (f: string) => known.has(f) };
      return {
        shape: cluster({ servers, clients }),
        faults: Array.from({ length: rounds }, (_, k) => {
          const late = draw.fork(`round-${k}`);
          const atUs = leadUs + quietUs + k * roundUs + late.below(500_000);
          return trouble.faults(late, ground, atUs);
        }).flat(),
        clients: c.draw(draw.fork('operations'), pace),
        durationUs,
        deadlineUs: 1_500_000,
      };
    },
  });
}
