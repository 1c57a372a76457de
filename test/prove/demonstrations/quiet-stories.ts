/** What demonstrations of many stories share: no false alarm over many seeds, and the same verdicts in real time. */
import type { Environment, Run } from '../../../harness/core/environment.ts';
import type { Scenario } from '../../../harness/core/scenario.ts';
import { programOf, runScenario } from '../../../harness/runner/run-scenario.ts';
import { reference } from '../../../reference-impl/system.ts';
import { runSeed } from '../runs.ts';
import type { Say } from './demonstration.ts';

/** By the story's own promises: those of mechanisms that it leaves out are broken in it, and should be. */
export function quietly(
  scenario: Scenario,
  { seed: first, count }: { readonly seed: number; readonly count: number },
  say: Say,
): void {
  const wrong: string[] = [];
  let unknown = 0;
  for (let seed = first; seed < first + count; seed++) {
    const { judgement, verdict } = runSeed(scenario, seed, null);
    const violated = judgement.verdicts
      .filter((v) => v.kind === 'violated')
      .map((v) => v.invariant);
    // A story that is to be violated holds when it was.
    if (verdict === 'violated') wrong.push(`${seed} ${violated.join(' ')}`);
    else if (verdict === 'unknown') unknown += 1;
  }
  say(
    wrong.length === 0 && unknown * 100 <= count,
    `correct node, ${scenario.name}, ${count} seeds from ${first}: ${wrong.length} violated, ${unknown} unknown`,
    wrong.slice(0, 5).join(', '),
  );
}

/** The verdicts of real time are those of the simulation. */
export async function alike(
  environment: Environment<Promise<Run>>,
  scenario: Scenario,
  seed: number,
  say: Say,
): Promise<void> {
  const told = ({ judgement }: Pick<ReturnType<typeof runSeed>, 'judgement'>): string =>
    judgement.verdicts
      .filter((v) => scenario.promises.includes(v.invariant))
      .map((v) => `${v.invariant} ${v.kind}`)
      .join(', ');
  const simulated = told(runSeed(scenario, seed, null));
  const program = programOf(scenario, seed, 'real', null);
  const ran = await runScenario(environment, reference, scenario, program);
  const unlike = ran.judgement.verdicts
    .filter((v) => v.kind !== 'holds')
    .map((v) =>
      'explanation' in v ? v.explanation.sentences.join(' ') : `${v.invariant}: ${v.reason}`,
    );
  say(
    told(ran) === simulated,
    `${scenario.name}, seed ${seed}, ${environment.name}: ${told(ran)}; in simulation: ${simulated}`,
    unlike.join('; '),
  );
}
