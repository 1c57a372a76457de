/** The combinators: what each accepts, rejects and leaves open, and that the guide's promise works. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import { describe, it } from 'mocha';
import type { History, HistoryEvent } from '../../harness/core/history.ts';
import type { Invariant } from '../../harness/core/invariant.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Program } from '../../harness/core/program.ts';
import type { Verdict } from '../../harness/core/verdict.ts';
import {
  always,
  eventually,
  kv,
  leadsTo,
  never,
  observed,
  operation,
  property,
  simulation,
  sometimes,
  until,
} from '../../harness/index.ts';
import { cluster } from '../../harness/workload/cluster.ts';
import { reference } from '../../reference-impl/system.ts';

const s = 1_000_000;
const promised = { id: 'p', area: 'SAFETY', claim: 'c', faultModel: 'f' } as const;
const program: Program = {
  scenario: 's',
  shape: cluster({ servers: 3, clients: 1 }),
  faults: [{ kind: 'crash', atUs: 0, untilUs: 5 * s, nodes: { of: 'leader' } }],
  clients: [],
  durationUs: 100 * s,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 1, mutant: null, extra: {} },
};

const role = (timeUs: number, node: number, term: number, name = 'leader'): HistoryEvent => ({
  type: 'observe',
  timeUs,
  node,
  value: { kind: 'role', role: name as 'leader', term },
});
const op = (type: 'invoke' | 'ok', timeUs: number, id: number, key = 'x'): HistoryEvent => ({
  type,
  timeUs,
  process: id,
  op: id,
  f: 'write',
  key,
  value: id,
});
const fault = (timeUs: number, phase: 'begin' | 'end'): HistoryEvent => ({
  type: 'fault',
  timeUs,
  phase,
  fault: 0,
  kind: 'crash',
  nodes: [0],
});
const stall = (timeUs: number, lateUs: number): HistoryEvent => ({
  type: 'stall',
  timeUs,
  node: 0,
  lateUs,
});
const history = (events: HistoryEvent[], endUs = 100 * s): History => ({
  events,
  readyUs: 0,
  endUs,
});
const judge = (i: Invariant, events: HistoryEvent[], endUs?: number): Verdict =>
  i.judge(history(events, endUs), program);
const kind = (i: Invariant, events: HistoryEvent[], endUs?: number): string =>
  judge(i, events, endUs).kind;
const sentences = (v: Verdict): readonly string[] =>
  v.kind === 'violated' ? v.explanation.sentences : assert.fail(JSON.stringify(v));

describe('always', () => {
  const termsGrow = always(promised, {
    of: observed.role(),
    per: (e) => e.node,
    holds: (e, before) => before === null || e.value.term >= before.value.term,
  });

  it('compares an event with the one before it of the same key', () => {
    assert.equal(kind(termsGrow, [role(1, 0, 5), role(2, 1, 3), role(3, 0, 5)]), 'holds');
    assert.deepEqual(sentences(judge(termsGrow, [role(1, 0, 5), role(2, 1, 6), role(3, 0, 4)])), [
      'server-0 said role: role leader, term 5 at 1 µs.',
      'server-0 said role: role leader, term 4 at 3 µs.',
    ]);
  });

  it('is unknown when no event was about it', () => {
    assert.equal(kind(termsGrow, [op('ok', 1, 1)]), 'unknown');
  });

  it('can say what election safety says', () => {
    const one = always(promised, {
      of: observed.role((e) => e.value.role === 'leader'),
      per: (e) => e.value.term,
      holds: (e, before) => before === null || before.node === e.node,
    });
    assert.equal(kind(one, [role(1, 0, 1), role(2, 1, 2), role(3, 0, 1)]), 'holds');
    assert.equal(kind(one, [role(1, 0, 1), role(2, 1, 1)]), 'violated');
  });
});

describe('never', () => {
  const noCandidate = never(
    promised,
    observed.role((e) => e.value.role === 'candidate'),
  );

  it('rejects one bad event, and names its operation', () => {
    assert.equal(kind(noCandidate, [role(1, 0, 1)]), 'holds');
    assert.equal(kind(noCandidate, [role(1, 0, 1, 'candidate')]), 'violated');
    const v = judge(never(promised, operation('ok')), [op('invoke', 1, 7), op('ok', 2, 7)]);
    assert.deepEqual(v.kind === 'violated' && v.explanation.ops, [7]);
  });

  it('is unknown of a run without any event', () => {
    assert.equal(kind(noCandidate, []), 'unknown');
  });
});

describe('leadsTo', () => {
  const answered = leadsTo(promised, {
    from: operation('invoke'),
    to: operation('ok'),
    withinUs: 2 * s,
    per: (e) => e.op,
  });

  it('accepts an answer at the bound and rejects one after it', () => {
    assert.equal(kind(answered, [op('invoke', s, 1), op('ok', 3 * s, 1)]), 'holds');
    assert.deepEqual(sentences(judge(answered, [op('invoke', s, 1), op('ok', 3 * s + 1, 1)])), [
      'Process 1 asked for write of x with 1 at 1 s.',
      'What must follow within 2 s had not followed at 3 s.',
    ]);
  });

  it('takes no answer of another key', () => {
    assert.equal(kind(answered, [op('invoke', s, 1), op('ok', 2 * s, 2)]), 'violated');
  });

  it('is unknown when the bound reaches past the end, and when it was never called for', () => {
    assert.equal(kind(answered, [op('invoke', 99 * s, 1)]), 'unknown');
    assert.equal(kind(answered, [op('invoke', 97 * s, 1)]), 'violated');
    assert.equal(kind(answered, [op('ok', s, 1)]), 'unknown');
  });

  it('gives the time back that a driver lost', () => {
    const late = op('ok', 3 * s + 1, 1);
    assert.equal(kind(answered, [op('invoke', s, 1), stall(3 * s + 1, 10), late]), 'holds');
  });

  it('reads a bound from the program', () => {
    const scaled = leadsTo(promised, {
      from: operation('invoke'),
      to: operation('ok'),
      withinUs: (p) => p.durationUs / 100,
    });
    assert.equal(kind(scaled, [op('invoke', 0, 1), op('ok', s, 1)]), 'holds');
    assert.equal(kind(scaled, [op('invoke', 0, 1), op('ok', s + 1, 1)]), 'violated');
  });

  /** The obvious check: every pair, quadratic. */
  function slowTwin(events: readonly HistoryEvent[], endUs: number): string {
    const from = events.flatMap((e, i) => (e.type === 'invoke' ? [{ e, i }] : []));
    const lateness = from.map(({ e, i }) => {
      const answer = events.find((a, j) => j > i && a.type === 'ok' && a.key === e.key);
      const dueUs = e.timeUs + 5;
      if (answer !== undefined) return answer.timeUs <= dueUs ? 'holds' : 'violated';
      return endUs > dueUs ? 'violated' : 'unknown';
    });
    if (lateness.includes('violated')) return 'violated';
    return lateness.includes('unknown') || from.length === 0 ? 'unknown' : 'holds';
  }

  it('agrees with its slow twin on 3,000 random histories', () => {
    const quick = leadsTo(promised, {
      from: operation('invoke'),
      to: operation('ok'),
      withinUs: 5,
      per: (e) => e.key,
    });
    const seen = new Set<string>();
    for (let seed = 0; seed < 3_000; seed++) {
      const draw = new Prng(seed);
      let timeUs = 0;
      const events = Array.from({ length: draw.below(8) }, (_, i) => {
        timeUs += draw.below(4);
        return op(draw.pick(['invoke', 'ok']), timeUs, i, draw.pick(['a', 'b']));
      });
      const endUs = timeUs + draw.below(8);
      const expected = slowTwin(events, endUs);
      seen.add(expected);
      assert.equal(kind(quick, events, endUs), expected, `seed ${seed}`);
    }
    assert.equal(seen.size, 3);
  });
});

describe('until', () => {
  const quiet = until(promised, {
    from: (e) => e.type === 'fault' && e.phase === 'begin',
    until: (e) => e.type === 'fault' && e.phase === 'end',
    of: operation('ok'),
    holds: () => false,
  });

  it('rejects between the two, and not before or after', () => {
    assert.equal(kind(quiet, [op('ok', 1, 1), fault(2, 'begin'), fault(3, 'end')]), 'holds');
    assert.equal(kind(quiet, [fault(2, 'begin'), fault(3, 'end'), op('ok', 4, 1)]), 'holds');
    const v = judge(quiet, [fault(2, 'begin'), op('ok', 3, 1), fault(4, 'end')]);
    assert.match(sentences(v).join(' '), /Fault 0 \(crash\) began on server-0 .*Process 1 got ok/);
  });

  it('is unknown while the end has not come, and when it never began', () => {
    assert.equal(kind(quiet, [fault(2, 'begin')]), 'unknown');
    assert.equal(kind(quiet, [op('ok', 3, 1)]), 'unknown');
  });
});

describe('eventually', () => {
  const works = eventually(promised, { that: operation('ok'), afterHealWithinUs: 10 * s });

  it('counts from the last heal', () => {
    const faults = [fault(s, 'begin'), fault(5 * s, 'end')];
    assert.equal(kind(works, [...faults, op('ok', 15 * s, 1)]), 'holds');
    assert.match(sentences(judge(works, [...faults, op('ok', 15 * s + 1, 1)]))[1] ?? '', /15 s/);
    assert.equal(kind(works, [op('ok', 2 * s, 1), ...faults]), 'violated');
    assert.equal(kind(works, faults, 14 * s), 'unknown');
  });

  it('waits for each of several', () => {
    const all = eventually(promised, {
      that: observed.role(),
      afterHealWithinUs: 10 * s,
      each: { of: (p) => [...p.shape.nodes.keys()], per: (e) => e.node },
    });
    assert.equal(kind(all, [role(1, 0, 1), role(2, 1, 1), role(3, 2, 1)]), 'holds');
    assert.match(sentences(judge(all, [role(1, 0, 1), role(3, 2, 1)]))[1] ?? '', /for 1 at 10 s/);
  });
});

describe('sometimes', () => {
  it('is reached by one matching event', () => {
    const leads = sometimes({ id: 'leads', claim: 'somebody leads' }, observed.role());
    assert.equal(leads.reached(history([role(1, 0, 1)]), program), true);
    assert.equal(leads.reached(history([op('ok', 1, 1)]), program), false);
  });
});

describe('a promise of one’s own', () => {
  /** The guide's own text, run with what the package exports. */
  function printedPromise(): { termsGrow: Invariant; body: () => void } {
    const text = readFileSync('docs/guides/promise.md', 'utf8');
    const block = [...text.matchAll(/```ts\n(.*?)```/gs)]
      .map((m) => m[1] ?? '')
      .find((code) => code.includes('termsGrow'));
    assert.ok(block !== undefined, 'the guide shows a promise called termsGrow');
    const code = block.replaceAll(/^import .*\n/gm, '');
    const given = { always, kv, observed, property, simulation, reference };
    let body = (): void => assert.fail('the example has no test');
    const it = (_: string, f: () => void): void => {
      body = f;
    };
    const build = compileFunction(`${code}; return termsGrow;`, [...Object.keys(given), 'it']);
    const termsGrow = (build as (...values: unknown[]) => Invariant)(...Object.values(given), it);
    return { termsGrow, body };
  }

  it('holds as the guide prints it', () => {
    printedPromise().body();
  });

  it('catches a node that forgets, with its story', () => {
    const { termsGrow } = printedPromise();
    const broken = (): void =>
      property({
        environment: simulation(),
        system: reference,
        cluster: { servers: 3, clients: 2 },
        operations: kv(),
        faults: { kinds: ['crash', 'partition'], count: [1, 4] },
        promises: [termsGrow],
        settings: { mutant: 'vote-forgotten' },
        runs: 100,
        budget: { eventsMax: 300_000, noiseQuick: 1, noiseThorough: 2, noisesAmplify: 1 },
      });
    assert.throws(broken, /terms-grow is violated[\s\S]*said role: role .*[\s\S]*antlion replay/);
  });
});
