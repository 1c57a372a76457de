import { allScenarios } from '../../../harness/cli/scenarios.ts';
import { scenarioOf } from '../runs.ts';
import { unreached } from '../unreached.ts';
import { storiesAsked } from './demonstration.ts';
import type { Demonstration } from './demonstration.ts';

export const unreachedCode: Demonstration = {
  says: '--count 2 --scenario NAME: what of the reference node no story executes under so many seeds, block by block, to be read; two minutes',
  isLong: true,
  async run({ say, count = 2, scenario }) {
    const names = storiesAsked(
      allScenarios.map((s) => s.name),
      scenario,
    );
    const { blocks, reachedPermille } = await unreached(names.map(scenarioOf), count);
    for (const { file, line, text } of blocks) say(true, `unreached ${file}:${line}`, text);
    say(
      true,
      `unreached: ${blocks.length} blocks; ${reachedPermille / 10} % of the text of the machines was executed by ${names.length} stories`,
    );
  },
};
