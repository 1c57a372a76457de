/** Records for tests of reporters. */
import type { RecordOf } from '../../harness/report/records.ts';
import type { Reporter, Said } from '../../harness/report/reporter.ts';

type Promised = RecordOf<'run'>['promises'][number];

export function planned(name: string, more: Partial<RecordOf<'plan'>['scenarios'][number]> = {}) {
  const claim = `The claim of ${name}.`;
  const usual = { from: null, again: `antlion run ${name}`, seeds: null, skipped: null };
  return { name, claim, promises: ['linearizable', 'fencing'], ...usual, ...more };
}

export function plan(more: Partial<RecordOf<'plan'>> = {}): Said<'plan'> {
  return {
    type: 'plan',
    command: 'run',
    environment: 'simulation',
    mutant: null,
    scenarios: [planned('keys')],
    seed: 1,
    runs: 1,
    shard: null,
    only: null,
    failuresMax: null,
    sometimes: [],
    isSkippedUnknown: false,
    ...more,
  };
}

export const holds = (id: string): Promised => {
  return { id, claim: `${id} claims.`, verdict: 'holds', basis: '9 operations', sentences: [] };
};
export const violated = (id: string, ...sentences: string[]): Promised => {
  return { id, claim: `${id} claims.`, verdict: 'violated', basis: null, sentences };
};
export const unknown = (id: string, basis: string): Promised => {
  return { id, claim: null, verdict: 'unknown', basis, sentences: [] };
};

export function run(
  scenario: string,
  seed: number,
  promises: readonly Promised[],
  more: Partial<RecordOf<'run'>> = {},
): Said<'run'> {
  const has = (v: string): boolean => promises.some((p) => p.verdict === v);
  return {
    type: 'run',
    scenario,
    seed,
    environment: 'simulation',
    verdict: has('violated') ? 'violated' : has('unknown') ? 'unknown' : 'holds',
    promises: [...promises],
    notPromised: [],
    operations: { invoked: 9, ok: 9, fail: 0, info: 0 },
    faults: { planned: 1, effective: 1, skipped: [] },
    traceHash: null,
    narrowed: [],
    counterexample: null,
    figures: [],
    leftovers: [],
    remarks: [],
    history: null,
    ...more,
  };
}

export function counterexample(promise: string, ...sentences: string[]) {
  return {
    promise,
    claim: `${promise} claims.`,
    sentences,
    steps: ['1.0 s  c0 write k = 1', '·1.1 s  server-1 leads', '2.0 s  c1 read k'],
    note: 'seed 7; shrunk from 90 steps to 2',
    token: 'antlion2.abc',
    replay: 'antlion replay antlion2.abc',
  };
}

export function summary(more: Partial<RecordOf<'summary'>> = {}): Said<'summary'> {
  return {
    type: 'summary',
    verdict: 'holds',
    scenarios: { holds: 1, violated: 0, unknown: 0, skipped: 0 },
    runs: 1,
    operations: { invoked: 9, ok: 9, fail: 0, info: 0 },
    neverReached: [],
    neverTried: [],
    isInterrupted: false,
    stoppedBy: null,
    notRun: 0,
    ...more,
  };
}

/** What a reporter wrote of these records. */
export function written(
  make: (write: (text: string) => void) => Reporter,
  all: readonly Said[],
): string {
  let text = '';
  const reporter = make((t) => (text += t));
  for (const said of all) reporter.record(said);
  reporter.end?.();
  return text;
}
