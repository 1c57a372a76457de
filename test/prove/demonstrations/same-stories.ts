/** The same scenario files, unchanged, on the reference cluster in simulation and on real products. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { builtIns } from '../../../harness/cli/products/systems.ts';
import type { Scenario } from '../../../harness/core/scenario.ts';
import { programOf, runScenario } from '../../../harness/runner/run-scenario.ts';
import { operationsAsked } from '../../../harness/workload/families.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { reference } from '../../../reference-impl/system.ts';
import { election } from '../../../scenarios/election.ts';
import { lock } from '../../../scenarios/lock.ts';
import { registry } from '../../../scenarios/registry.ts';
import { semaphore } from '../../../scenarios/semaphore.ts';
import { barrier } from '../../../scenarios/barrier.ts';
import { config } from '../../../scenarios/config.ts';
import { vanishedHolders } from '../../../scenarios/vanished-holders.ts';
import { verifyOnce } from '../verify-once.ts';
import type { Asked, Demonstration, Say } from './demonstration.ts';

const stories = [lock, registry, election, vanishedHolders, semaphore, barrier, config];
/** Packages of Debian; Consul joins them where it is named. */
const usual = ['etcd', 'redis', 'zookeeper'];

export const sameStories: Demonstration = {
  says: '--count 3 --product consul: the files of lock, registry, election, vanished-holders, semaphore, barrier and config on the reference cluster and on three products, unchanged',
  isLong: true,
  run: prove,
};

async function prove({ say, count = 1, seed = 1, products }: Asked): Promise<void> {
  const names = products.length > 0 ? products : usual;
  for (const scenario of stories) {
    const file = resolve('scenarios', `${scenario.name}.ts`);
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);
    for (let k = 0; k < count; k++) {
      const program = programOf(scenario, seed + k, 'virtual', null);
      const { verdict } = runScenario(simulation(), reference, scenario, program);
      say(
        verdict === 'holds',
        `scenarios/${scenario.name}.ts (${digest}), reference in simulation, seed ${seed + k}: ${verdict}`,
      );
    }
    for (const product of names.filter((n) => knows(n, scenario)))
      await on(say, product, { digest, count, seed, name: scenario.name });
  }
}

/** Does it have the operations of the story? */
function knows(product: string, scenario: Scenario): boolean {
  const { operations = [] } = builtIns.find((m) => m.name === product) ?? {};
  const asked = operationsAsked(programOf(scenario, 1, 'virtual', null));
  return asked.every((f) => operations.includes(f));
}

interface Told {
  readonly digest: string;
  readonly name: string;
  readonly count: number;
  readonly seed: number;
}

async function on(say: Say, product: string, told: Told): Promise<void> {
  const words = [
    product,
    '--scenario',
    told.name,
    '--seed',
    `${told.seed}`,
    '--runs',
    `${told.count}`,
  ];
  let runs = 0;
  const missing = await verifyOnce(words, (record) => {
    if (record['type'] !== 'run') return;
    runs += 1;
    const { seed, verdict, operations, faults, promises, remarks } = record as unknown as Run;
    const broken = promises.filter((p) => p.verdict !== 'holds');
    const why = [...broken.map((p) => `${p.id}: ${p.basis ?? p.verdict}`), ...remarks];
    say(
      verdict === 'holds',
      `scenarios/${told.name}.ts (${told.digest}), ${product}, seed ${seed}: ${verdict}`,
      [
        `${operations.invoked} operations, ${faults.effective} of ${faults.planned} faults`,
        ...why,
      ].join('; '),
    );
  });
  if (missing !== null || runs < told.count)
    say(false, `scenarios/${told.name}.ts, ${product}: ${runs} runs`, missing ?? '');
}

interface Run {
  readonly seed: number;
  readonly verdict: string;
  readonly operations: { readonly invoked: number };
  readonly faults: { readonly planned: number; readonly effective: number };
  readonly promises: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly basis: string | null;
  }[];
  readonly remarks: readonly string[];
}
