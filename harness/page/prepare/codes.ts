/** What a reader copies: the replay, a test that fails until it is mended, the same story as a scenario. */
import type { ReplayRecord } from '../../runner/replay-record.ts';
import { encodeToken } from '../../runner/token.ts';
import type { CodeView } from '../view.ts';

/** `again` is the command that shows it again. Code is offered for what anybody can import. */
export function codesFor(record: ReplayRecord, again: string, claim: string): CodeView[] {
  const replay: CodeView = { title: 'Replay', language: 'sh', text: `npx ${again}` };
  if (record.system !== 'reference') return [replay];
  return [
    replay,
    { title: 'Test', language: 'ts', text: testOf(record, claim) },
    { title: 'Scenario', language: 'ts', text: scenarioOf(record, claim) },
  ];
}

function testOf(record: ReplayRecord, claim: string): string {
  return `import assert from 'node:assert/strict';
import { decodeToken, invariantOf, simulation } from 'antlion';
import { reference } from 'antlion/reference';

// ${claim}
it(${literal(`${record.program.scenario} keeps ${record.invariant}`)}, () => {
  const token =
    ${literal(encodeToken(record))};
  const { program, pins, invariant } = decodeToken(token);
  const promise = reference.promises
    .map((p) => (typeof p === 'string' ? invariantOf(p) : p))
    .find((p) => p.id === invariant);
  const { history } = simulation().run(reference, program, { pins });
  const verdict = promise?.judge(history, program);
  const why = verdict?.kind === 'violated' ? verdict.explanation.sentences : [];
  assert.equal(verdict?.kind, 'holds', why.join(' '));
});
`;
}

function scenarioOf({ program, invariant }: ReplayRecord, claim: string): string {
  const { shape, faults, clients, durationUs, settings } = program;
  const { deadlineUs, extra, mutant } = settings;
  const run = mutant === null ? '' : ` --mutant ${mutant}`;
  const story = JSON.stringify({ shape, faults, clients, durationUs, deadlineUs, extra }, null, 2);
  return `// Run it with: npx antlion run ./${program.scenario}-again.ts --runs 100${run}
// The steps are those of the counterexample; what is left to chance is drawn anew by each seed.
import { defineScenario } from 'antlion';

export default defineScenario({
  name: ${literal(`${program.scenario}-again`)},
  claim: ${literal(claim)},
  promises: [${literal(invariant)}],
  effective: 'any',
  successesMin: 1,
  story: () => (${story}),
});
`;
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`;
}
