/** What a story tells besides its steps: who is on which side, who leads, when it is over, in one set of names. */
import assert from 'node:assert/strict';
import { cluster, type History, type Invariant, type Program } from '../../harness/index.ts';
import { countSteps, numberedSteps } from '../../harness/report/steps.ts';
import { verdictOf } from '../../harness/runner/judge.ts';
import { stepsOf } from '../../harness/runner/narrate.ts';

const program: Program = {
  scenario: 's',
  shape: cluster({ servers: 3, clients: 2 }),
  faults: [
    {
      kind: 'partition',
      mode: 'drop',
      atUs: 1_000_000,
      untilUs: 3_000_000,
      links: { from: { of: 'minority' }, to: { of: 'majority' }, bothWays: true },
    },
  ],
  clients: [[], []],
  durationUs: 5_000_000,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null, extra: {} },
};

const leads = (timeUs: number, node: number, term: number): History['events'][number] => {
  return { type: 'observe', timeUs, node, value: { kind: 'role', role: 'leader', term } };
};
const fault = (timeUs: number, phase: 'begin' | 'end'): History['events'][number] => {
  return { type: 'fault', timeUs, phase, fault: 0, kind: 'partition', nodes: [0, 1, 2] };
};
const read = (timeUs: number, type: 'invoke' | 'ok'): History['events'][number] => {
  return { type, timeUs, process: 3, op: 7, f: 'read', key: 'k', value: null };
};

const history: History = {
  events: [
    leads(100_000, 0, 1),
    leads(200_000, 1, 2),
    fault(1_000_000, 'begin'),
    leads(1_500_000, 2, 3),
    fault(3_000_000, 'end'),
    read(3_500_000, 'invoke'),
    read(3_600_000, 'ok'),
    leads(4_000_000, 0, 4),
  ],
  readyUs: 0,
  endUs: 5_000_000,
};

describe('a story', () => {
  it('says who is on which side, who leads, and when a fault ends', () => {
    const lines = stepsOf(program, history);
    assert.deepEqual(numberedSteps(lines), [
      '   ·    1.000 s  server-1 leads (term 2)',
      '   1    1.000 s  partition (drop) minority (server-1) ⇎ majority (server-0, server-2) for 2 s',
      '   ·    1.500 s  server-2 leads (term 3)',
      '   ·    3.000 s  partition ends',
      '   2    3.500 s  c1 read k → ok nothing after 100 ms',
    ]);
    assert.equal(countSteps(lines), 2);
  });

  it('calls a client in the words of a judge what its steps call it', () => {
    const invariant: Invariant = {
      id: 'i',
      area: 'SAFETY',
      claim: 'c',
      faultModel: 'any',
      judge: () => ({
        kind: 'violated',
        invariant: 'i',
        claim: 'c',
        explanation: { atUs: 0, ops: [7], sentences: ["Process 3's read came after process 2's."] },
      }),
    };
    const verdict = verdictOf(invariant, history, program);
    assert.deepEqual(verdict.kind === 'violated' && verdict.explanation.sentences, [
      "c1's read came after c0's.",
    ]);
  });
});
