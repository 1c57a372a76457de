/** The stories of traffic: many seeds in simulation, and three of them with real sockets. */
import { processes } from '../../../harness/processes/environment.ts';
import { programOf, runScenario } from '../../../harness/runner/run-scenario.ts';
import type { Scenario } from '../../../harness/core/scenario.ts';
import { reference } from '../../../reference-impl/system.ts';
import { scaledBlackFriday } from '../../../reference-impl/warm-up/scenario.ts';
import { runSeed, scenarioOf } from '../runs.ts';
import type { Demonstration, Say } from './demonstration.ts';

const stories = [
  'ant-dead-end',
  'bell-in-turn',
  'black-friday',
  'busy-dependency',
  'cascade',
  'chord-churn',
  'connections-kept',
  'dns-in-degraded',
  'deploy-under-load',
  'failing-dependency',
  'flaky-service',
  'grey-instance',
  'hedged-tail',
  'hot-keys',
  'intents-met',
  'keys-stay',
  'least-loaded',
  'limit-cut-in-two',
  'modes-under-load',
  'opening-bell',
  'outliers-leave',
  'overload',
  'overrides-cleaned-up',
  'patient-callers',
  'proxies-serve-on',
  'retry-storm',
  'ring-hands-on',
  'slow-neighbour',
  'steady-load',
  'streams-flow',
  'surge-on-three',
  'three-schedulers',
  'thundering-herd',
  'unknown-capacity',
  'zone-loss',
];

export const traffic: Demonstration = {
  says: '--count 290 --seed 1 --scenario NAME: no false alarm of the correct node, so many seeds of each story of traffic: 10,000 runs',
  isLong: true,
  run({ say, count = 290, seed = 1, scenario }) {
    for (const name of stories) {
      if (scenario === null || scenario === name) quietly(scenarioOf(name), { seed, count }, say);
    }
  },
};

export const storms: Demonstration = {
  says: '--count 1 --seed 1: retry storm with and without budgets, cascade, and Black Friday at a fifth, in processes',
  isLong: true,
  async run({ say, count = 1, seed = 1 }) {
    const all = ['retry-storm', 'retry-storm-unbudgeted', 'cascade'].map(scenarioOf);
    for (const s of [...all, scaledBlackFriday]) {
      for (let i = seed; i < seed + count; i++) await inProcesses(s, i, say);
    }
  },
};

/** By the story's own promises: those of mechanisms that it leaves out are broken in it, and should be. */
function quietly(
  scenario: Scenario,
  { seed: first, count }: { readonly seed: number; readonly count: number },
  say: Say,
): void {
  const wrong: string[] = [];
  let unknown = 0;
  for (let seed = first; seed < first + count; seed++) {
    const { verdicts } = runSeed(scenario, seed, null).judgement;
    const violated = verdicts.filter((v) => v.kind === 'violated').map((v) => v.invariant);
    if (violated.length > 0) wrong.push(`${seed} ${violated.join(' ')}`);
    else if (verdicts.some((v) => v.kind === 'unknown')) unknown += 1;
  }
  say(
    wrong.length === 0 && unknown * 100 <= count,
    `correct node, ${scenario.name}, ${count} seeds from ${first}: ${wrong.length} violated, ${unknown} unknown`,
    wrong.slice(0, 5).join(', '),
  );
}

/** The verdicts of real sockets are those of the simulation. */
async function inProcesses(scenario: Scenario, seed: number, say: Say): Promise<void> {
  const told = ({ judgement }: Pick<ReturnType<typeof runSeed>, 'judgement'>): string =>
    judgement.verdicts
      .filter((v) => scenario.promises.includes(v.invariant))
      .map((v) => `${v.invariant} ${v.kind}`)
      .join(', ');
  const simulated = told(runSeed(scenario, seed, null));
  const ran = await runScenario(
    processes(),
    reference,
    scenario,
    programOf(scenario, seed, 'real', null),
  );
  const unlike = ran.judgement.verdicts
    .filter((v) => v.kind !== 'holds')
    .map((v) =>
      'explanation' in v ? v.explanation.sentences.join(' ') : `${v.invariant}: ${v.reason}`,
    );
  say(
    told(ran) === simulated,
    `${scenario.name}, seed ${seed}, processes: ${told(ran)}; in simulation: ${simulated}`,
    unlike.join('; '),
  );
}
