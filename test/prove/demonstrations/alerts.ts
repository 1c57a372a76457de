/** Alert rules in series of runs: each wakes somebody for its broken node, none for a correct one in any story. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertName, alerts as rules } from '../../../harness/cli/monitoring/alert-rules.ts';
import { allScenarios } from '../../../harness/cli/scenarios.ts';
import type { Scenario } from '../../../harness/core/scenario.ts';
import { programOf } from '../../../harness/runner/run-scenario.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { reference } from '../../../reference-impl/system.ts';
import { fired, writeRules } from '../../cli/promtool.ts';
import { seriesOf } from '../../cli/scraped.ts';
import { runSeed, scenarioOf } from '../runs.ts';
import type { Demonstration, Say } from './demonstration.ts';

const seedsUsual = 3;

export const alerts: Demonstration = {
  says: '--count 3 --scenario NAME: each alert fires on its broken node alone, none on a correct one in any story',
  isLong: true,
  run: async ({ say, count, scenario }) => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-alerts-'));
    try {
      writeRules(folder);
      if (scenario === null) await proveFires(folder, say);
      const stories = scenario === null ? allScenarios : [scenarioOf(scenario)];
      await proveQuiet(folder, say, stories, count ?? seedsUsual);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function proveFires(folder: string, say: Say): Promise<void> {
  for (const alert of rules) {
    const [mutant, story, seed] = alert.shows;
    const { names } = await watched(folder, scenarioOf(story), seed, mutant);
    const isAlone = names.length === 1 && names[0] === alertName(alert);
    const what = `${alertName(alert)} fires on ${mutant}, ${story}, seed ${seed}, and no other does`;
    say(isAlone, what, isAlone ? '' : `fired: ${names.join(', ')}`);
  }
}

async function proveQuiet(
  folder: string,
  say: Say,
  stories: readonly Scenario[],
  seeds: number,
): Promise<void> {
  let [wrong, right, seconds] = [0, 0, 0];
  for (const story of stories) {
    const found: string[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const { names, ...series } = await watched(folder, story, seed, null);
      seconds += series.seconds;
      for (const name of names) {
        // Some stories leave a mechanism out to show what it is for.
        if (isBroken(name, story, seed)) right += 1;
        else found.push(`seed ${seed}: ${name}`);
      }
    }
    wrong += found.length;
    if (found.length > 0) say(false, `correct node, ${story.name}`, found.join(', '));
  }
  const runs = `${stories.length} ${stories.length === 1 ? 'story' : 'stories'}, ${stories.length * seeds} runs, ${seconds} scrapes of each node`;
  say(
    wrong === 0,
    `correct node, ${runs}: ${wrong} false alerts`,
    `${right} where the story leaves out what keeps the promise, and the run breaks it`,
  );
}

function isBroken(name: string, story: Scenario, seed: number): boolean {
  const promise = rules.find((alert) => alertName(alert) === name)?.promise;
  if (promise === undefined) return false;
  const { judgement } = runSeed({ ...story, promises: [promise] }, seed, null);
  return judgement.verdicts.some((v) => v.invariant === promise && v.kind === 'violated');
}

/** Which alerts fired in a run of the story, or what promtool said that is no such thing. */
async function watched(
  folder: string,
  story: Scenario,
  seed: number,
  mutant: string | null,
): Promise<{ names: string[]; seconds: number }> {
  const program = programOf(story, seed, 'virtual', mutant);
  const { history } = simulation().run(reference, program);
  const series = await seriesOf(program.shape, history);
  const { isAccepted, output } = fired(folder, series, []);
  const names = rules.map(alertName).filter((name) => output.includes(`alertname="${name}"`));
  const isOdd = !isAccepted && names.length === 0;
  return { names: isOdd ? [output] : names, seconds: series.seconds };
}
