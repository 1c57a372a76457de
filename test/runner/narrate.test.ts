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

  describe('of a long run', () => {
    /** Twenty seconds with an operation every 100 ms, and two faults. */
    const long = (
      named: readonly number[],
      faults: readonly (readonly [number, number])[],
    ): string[] => {
      const events: History['events'][number][] = [leads(100_000, 1, 2)];
      for (let op = 0; op < 200; op++) {
        const timeUs = op * 100_000;
        const asked = { process: 3, op, f: 'read', key: 'k', value: null } as const;
        events.push({ type: 'invoke', timeUs, ...asked });
        events.push({ type: 'ok', timeUs: timeUs + 50_000, ...asked });
      }
      faults.forEach(([fromS, toS], n) => {
        const at = { type: 'fault', fault: n, kind: 'partition', nodes: [0, 1, 2] } as const;
        events.push({ ...at, timeUs: fromS * 1_000_000, phase: 'begin' });
        events.push({ ...at, timeUs: toS * 1_000_000, phase: 'end' });
      });
      events.sort((a, b) => a.timeUs - b.timeUs);
      const [one] = program.faults;
      assert.ok(one);
      const planned = faults.map(([a, b]) => ({
        ...one,
        atUs: a * 1_000_000,
        untilUs: b * 1_000_000,
      }));
      return stepsOf(
        { ...program, faults: planned },
        { events, readyUs: 0, endUs: 20_000_000 },
        named,
      ).map((l) => l.replace(/ \(drop\).*| → .*/, ''));
    };

    it('is cut to what contradicts and what was in force meanwhile', () => {
      const lines = long(
        [60, 81],
        [
          [1, 2],
          [5, 7],
          [15, 16],
        ],
      );
      assert.deepEqual(lines, [
        '… 51 more, 1 of them a fault',
        '   5.000 s  partition',
        '… 10 more',
        '   6.000 s  c1 read k',
        '… 9 more',
        '·   7.000 s  partition ends',
        '… 11 more',
        '   8.100 s  c1 read k',
        '… 119 more, 1 of them a fault',
      ]);
    });

    it('has the last fault before it, when none was in force', () => {
      const lines = long(
        [120],
        [
          [1, 2],
          [5, 7],
          [15, 16],
        ],
      );
      assert.equal(countSteps(lines), 2);
      assert.ok(lines.includes('   5.000 s  partition'), lines.join('\n'));
    });

    it('keeps all faults and their neighbours when no operation is named', () => {
      assert.equal(
        countSteps(
          long(
            [],
            [
              [1, 2],
              [5, 7],
            ],
          ),
        ),
        6,
      );
    });
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
