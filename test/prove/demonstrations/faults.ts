import { openEngine } from '../../../harness/containers/engine.ts';
import { containers } from '../../../harness/containers/environment.ts';
import type { Environment } from '../../../harness/core/environment.ts';
import { processes } from '../../../harness/processes/environment.ts';
import { type PlanRun, runPlan } from '../random-plans.ts';
import type { Demonstration, Say } from './demonstration.ts';

export const faults: Demonstration = {
  says: '--count 150 --seed 1: random plans in processes, and 2 of 15 in containers: each fault took effect or is told',
  isLong: true,
  async run({ say, count = 150, seed = 1 }) {
    await prove(processes(), count, seed, say);
    const engine = await openEngine().catch(() => null);
    if (engine === null) return say(false, 'random plans, containers: no engine answers');
    await prove(containers(), Math.ceil((count * 2) / 15), seed, say);
  },
};

async function prove(environment: Environment, count: number, from: number, say: Say) {
  const runs: PlanRun[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const run = await runPlan(environment, seed);
    runs.push(run);
    if (run.wrong.length > 0)
      say(false, `random plan, ${environment.name}, seed ${seed}`, run.wrong.join('; '));
    for (const what of run.unknown) say(true, `  seed ${seed} unknown`, what);
  }
  const all = runs.flatMap((run) => run.faults);
  const reasons = new Map<string, number[]>();
  for (const run of runs) {
    for (const { fate, kind, why } of run.faults) {
      if (fate !== 'reported') continue;
      const reason = `${kind}, ${why.replace(/^.*?: /, '').replace(/\d+ bytes/, 'N bytes')}`;
      reasons.set(reason, [...(reasons.get(reason) ?? []), run.seed]);
    }
  }
  const wrong = runs.filter((run) => run.wrong.length > 0).length;
  const of = (fate: string): number => all.filter((f) => f.fate === fate).length;
  say(
    wrong === 0 && of('effective') > 0,
    `random plans, ${environment.name}, seeds ${from} to ${from + count - 1}: ${all.length} faults, ${of('effective')} took effect, ${of('reported')} told without, ${wrong} runs wrong, ${runs.filter((r) => r.unknown.length > 0).length} unknown`,
    [...reasons].map(([reason, seeds]) => `${reason}, seeds ${seeds.join(' ')}`).join('; '),
  );
}
