/** A run that proves nothing is unknown, whatever its invariants say. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Run } from '../../harness/core/environment.ts';
import type { Fault } from '../../harness/core/fault.ts';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Invariant } from '../../harness/core/invariant.ts';
import type { Operation, Program } from '../../harness/core/program.ts';
import type { Verdict } from '../../harness/core/verdict.ts';
import { judge } from '../../harness/runner/judge.ts';
import { whatIsMissing } from '../../harness/runner/completeness.ts';
import { cluster } from '../../harness/workload/cluster.ts';

const faults: readonly Fault[] = [
  { kind: 'crash', atUs: 0, untilUs: 1, nodes: { of: 'leader' } },
  { kind: 'pause', atUs: 0, untilUs: 1, nodes: { of: 'leader' } },
];
const drawn = (id: number): Operation => ({ id, afterUs: 0, f: 'read', key: 'k', value: null });
const program: Program = {
  scenario: 's',
  shape: cluster({ servers: 1, clients: 1 }),
  faults,
  clients: [[drawn(0)]],
  durationUs: 1,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 1, mutant: null, extra: {} },
};
const operation = { timeUs: 1, process: 0, op: 0, f: 'read', key: 'k', value: null };
const whole: HistoryEvent[] = [
  { type: 'invoke', ...operation },
  { type: 'ok', ...operation },
];
const effective = (fault: number): HistoryEvent => ({
  type: 'fault',
  timeUs: 1,
  phase: 'effective',
  fault,
  kind: faults[fault]?.kind ?? '',
  nodes: [],
});
const invariant = (kind: Verdict['kind']): Invariant => ({
  id: kind,
  area: 'SAFETY',
  claim: 'c',
  faultModel: 'f',
  judge: () =>
    kind === 'holds'
      ? { kind, invariant: kind, basis: '' }
      : kind === 'unknown'
        ? { kind, invariant: kind, reason: '' }
        : { kind, invariant: kind, claim: '', explanation: { atUs: 0, sentences: [], ops: [] } },
});
const run = (events: HistoryEvent[], skipped: number[] = []): Run => ({
  history: { events, readyUs: 0, endUs: 1 },
  pins: {},
  traceHash: null,
  skippedFaults: skipped.map((fault) => ({ fault, what: 'it', reason: 'no' })),
  leftovers: [],
});
const verdict = (
  events: HistoryEvent[],
  options: { strict?: boolean; kinds?: Verdict['kind'][]; skipped?: number[] } = {},
): string =>
  judge(run(events, options.skipped), program, {
    invariants: (options.kinds ?? ['holds']).map(invariant),
    successesMin: 1,
    isEveryKindEffective: options.strict ?? true,
  }).verdict;

describe('judge', () => {
  it('holds when every kind of fault took effect and operations succeeded', () => {
    assert.equal(verdict([...whole, effective(0), effective(1)]), 'holds');
  });

  it('is unknown when a kind of fault was never took effect, or none of a random plan', () => {
    assert.equal(verdict([...whole, effective(0)]), 'unknown');
    assert.equal(verdict([...whole, effective(0)], { strict: false }), 'holds');
    assert.equal(verdict([...whole], { strict: false }), 'unknown');
  });

  it('is unknown when a kind of fault was skipped; of a random plan one must be left', () => {
    assert.equal(verdict([...whole, effective(0)], { skipped: [1] }), 'unknown');
    assert.equal(verdict([...whole, effective(0)], { skipped: [1], strict: false }), 'holds');
    assert.equal(verdict([...whole], { skipped: [0, 1], strict: false }), 'unknown');
  });

  it('says what was skipped and why, and why no operation succeeded', () => {
    const options = {
      invariants: [invariant('holds')],
      successesMin: 1,
      isEveryKindEffective: true,
    };
    const reasonOf = (r: Run): string => {
      const [v] = judge(r, program, options).verdicts.filter((x) => x.kind === 'unknown');
      return v?.kind === 'unknown' ? v.reason : '';
    };
    assert.equal(reasonOf(run([...whole, effective(0)], [1])), 'not done here: pause (no)');
    assert.equal(reasonOf(run(whole, [0, 1])), 'no fault of the plan can be done here: no');
    const refused: HistoryEvent = { type: 'fail', ...operation, error: 'who are you?' };
    assert.equal(
      reasonOf(run([whole[0] as HistoryEvent, refused])),
      '0 operations succeeded, wanted at least 1; most others: who are you?',
    );
  });

  it('is unknown when too few operations succeeded, and when nothing was judged', () => {
    assert.equal(verdict([effective(0), effective(1)]), 'unknown');
    assert.equal(verdict([...whole, effective(0), effective(1)], { kinds: [] }), 'unknown');
  });

  it('is unknown when the recorder lost an event, or told one twice', () => {
    const [invoke, ok] = whole as [HistoryEvent, HistoryEvent];
    const faultsEffective = [effective(0), effective(1)];
    assert.equal(verdict([ok, ...faultsEffective]), 'unknown');
    assert.equal(verdict([invoke, ok, ok, ...faultsEffective]), 'unknown');
    const later = { ...operation, op: 1 };
    const two = { ...program, clients: [[...(program.clients[0] ?? []), drawn(1)]] };
    assert.match(
      whatIsMissing(
        run([
          { type: 'invoke', ...later },
          { type: 'ok', ...later },
        ]).history,
        two,
      ) ?? '',
      /operation 0 is missing/,
    );
    assert.match(whatIsMissing(run([invoke]).history, two) ?? '', /has no end/);
    assert.equal(whatIsMissing(run(whole).history, two), null);
  });

  it('lets violated beat unknown, and unknown beat holds', () => {
    const kinds: Verdict['kind'][] = ['holds', 'unknown', 'violated'];
    assert.equal(verdict([...whole, effective(0), effective(1)], { kinds }), 'violated');
    assert.equal(verdict([], { kinds }), 'violated');
    assert.equal(
      verdict([...whole, effective(0), effective(1)], { kinds: ['holds', 'unknown'] }),
      'unknown',
    );
  });
});
