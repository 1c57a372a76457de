/** Events drawn without any system behind them: whatever a file may say, a check has an answer. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import type { CheckOptions } from '../../harness/checkers/check-report.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import { levels } from '../../harness/checkers/transactions/levels.ts';
import { modelNames } from '../../harness/checkers/models/registry.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';

/** What is asked for, and what the answer would be. */
interface Drawn {
  readonly f: string;
  readonly asked: Json;
  readonly answer: Json;
}

const drawValue = (d: Prng): Json => d.pick<Json>([null, 0, 1, 2, 3, 'a', '', [1], { a: 1 }]);

const of = (f: string, asked: Json = null, answer: Json = null): Drawn => ({ f, asked, answer });

const acquireOrRelease = (d: Prng): Drawn =>
  of(d.pick(['acquire', 'release']), d.pick([null, 1, 2, 0, -1]));

const queue = (d: Prng): Drawn =>
  d.chance(500) ? of('enqueue', d.below(5)) : of('dequeue', null, d.pick([null, 0, 1, 2, 3, 4]));

const session = (d: Prng): Drawn =>
  d.pick([
    of('read', null, drawValue(d)),
    of('write', drawValue(d)),
    of('cas', [drawValue(d), drawValue(d)]),
    of('delete'),
  ]);

function txn(d: Prng, write: string, answers: readonly Json[]): Drawn {
  const micros = Array.from({ length: d.below(4) }, (): readonly [string, Json, Json] => {
    const key = d.pick<Json>(['x', 'y', 1]);
    return d.chance(500) ? ['r', key, d.pick(answers)] : [write, key, d.below(30)];
  });
  return of(
    'txn',
    micros.map(([f, k, v]) => [f, k, f === 'r' ? null : v]),
    micros,
  );
}

function watch(d: Prng): Drawn {
  const changes = [
    of('write', 1),
    of('delete'),
    of('cas', [1, 2]),
    of('write-all', { a: 1, b: 2 }),
  ];
  if (d.chance(500)) return d.pick(changes);
  const event = (): Json => ({
    key: d.pick(['a', 'ab', 'x']),
    value: d.pick([null, 1, 2]),
    revision: d.below(9),
    ...(d.chance(400) && { previous: d.pick([null, { value: 1, revision: d.below(8) }]) }),
    ...(d.chance(300) && { isCreate: d.chance(500) }),
  });
  const batches = Array.from({ length: d.below(3) }, () => {
    return { revision: d.below(9), events: Array.from({ length: d.below(3) }, event) };
  });
  return of('watch', { after: d.pick([null, 3]) }, { after: d.below(4), batches });
}

const models: Readonly<Record<string, (d: Prng) => Drawn>> = {
  register: (d) => d.pick([of('read', null, drawValue(d)), of('write', drawValue(d))]),
  'cas-register': session,
  'key-value': (d) =>
    d.pick([
      of('get', null, d.pick(['', 'a', 'ab', null])),
      of(d.pick(['put', 'append']), d.pick(['a', 'b', ''])),
    ]),
  'multi-register': (d) =>
    d.pick([
      of('read', null, { x: d.below(3) }),
      of('write', { x: d.below(3), y: 1 }),
      txn(d, 'write', [null, 1]),
    ]),
  mutex: acquireOrRelease,
  semaphore: acquireOrRelease,
  lease: (d) => of(d.pick(['acquire', 'renew', 'release', 'expire']), drawValue(d), drawValue(d)),
  set: (d) =>
    d.pick([of('add', drawValue(d)), of('read', null, d.pick([null, [], [1], [2, 1], [1, 1]]))]),
  counter: (d) =>
    d.pick([of('add', d.pick([1, 2, -1, 0.5])), of('read', null, d.below(4)), of('increment')]),
  'fifo-queue': queue,
  'unordered-queue': queue,
  bank: (d) =>
    of(d.pick(['read', 'transfer']), null, d.pick<Json>([null, { a: 1, b: d.below(3) }, { a: 2 }])),
  'list-append': (d) => txn(d, 'append', [null, [], [1], [1, 2], [3, 1]]),
  'rw-register': (d) => txn(d, 'w', [null, 1, 2, 3]),
  'long-fork': (d) => txn(d, 'w', [null, 1, 2]),
  sessions: session,
  watch,
  lock: (d) =>
    d.pick([
      of('acquire', d.pick([null, { ttlUs: d.between(-3, 20) }]), d.pick([null, d.below(5), -1])),
      of('release', d.pick([null, d.below(5)])),
    ]),
  fencing: (d) =>
    d.pick([
      of('acquire', null, d.pick([null, d.below(6), { token: 0.5 }])),
      of('write', d.pick([null, 3, { token: d.below(6), lock: d.pick(['m', 1, null]) }])),
    ]),
  'set-full': (d) =>
    d.pick([of('add', drawValue(d)), of('read', null, d.pick([null, [], [1], [2, 1], [1, 1]]))]),
  'total-queue': (d) =>
    d.chance(600) ? of('enqueue', 0) : of('drain', null, d.chance(950) ? [0, 0, 0, 0, 0] : [1]),
  'unique-ids': (d) => of('generate', null, drawValue(d)),
  monotonic: (d) =>
    of(
      d.pick(['read', 'inc']),
      null,
      d.pick<Json>([null, 1, 2, { x: d.below(3) }, { x: 1, y: 0 }]),
    ),
  'causal-reverse': (d) =>
    d.pick([of('write', drawValue(d)), of('read', null, d.pick([null, [], [1], [2, 1], ['a']]))]),
  'counter-bounds': (d) =>
    d.pick([of('add', d.pick([null, 0, 1, 2])), of('read', null, d.pick([null, 0, 1, 2, 3]))]),
  gauge: (d) =>
    d.pick([
      of(d.pick(['add', 'decrement']), d.pick([null, -1, 1, 0.5])),
      of('write', d.below(4)),
      of('read', null, d.pick([null, 0, 1, 2, 3])),
    ]),
  stats: session,
  errors: session,
  performance: session,
  availability: session,
};

/** Tell figures and break no promise. */
const figuresAlone = ['stats', 'errors', 'performance', 'availability'];

/** Up to sixteen events of four processes, at times that now and then go back. */
function drawText(d: Prng, one: (d: Prng) => Drawn): string {
  const open = new Map<number, Drawn & { readonly key: string }>();
  const hasTimes = d.chance(500);
  let now = 0;
  const event = (): Json => {
    const process = d.below(4);
    now = Math.max(0, now + d.between(-1_000, 4_000));
    const time = hasTimes && { time: now * 1_000 };
    const begun = open.get(process);
    if (begun === undefined) {
      const next = { ...one(d), key: d.pick(['', 'x', 'ab']) };
      open.set(process, next);
      return { process, type: 'invoke', f: next.f, key: next.key, value: next.asked, ...time };
    }
    open.delete(process);
    const type = d.pick(['ok', 'ok', 'ok', 'ok', 'fail', 'info']);
    const version = d.chance(300) && { version: d.below(8) };
    const { f, key, answer } = begun;
    return { process, type, f, key, value: answer, ...time, ...version };
  };
  return Array.from({ length: d.between(1, 16) }, () => JSON.stringify(event())).join('\n');
}

describe('a check of any events', () => {
  it('is tried with every model', () => {
    assert.deepEqual(Object.keys(models).sort(), [...modelNames].sort());
  });

  for (const [model, one] of Object.entries(models)) {
    it(`${model}: has a certificate where it holds, and a core and a prefix where it does not`, () => {
      const seen = new Set<string>();
      for (let seed = 0; seed < 500; seed++) {
        const draw = new Prng(seed);
        const text = drawText(draw, one);
        const isTransactional = model === 'list-append' || model === 'rw-register';
        const options: CheckOptions = {
          model,
          ...(isTransactional && { consistency: draw.pick(levels) }),
          ...(model === 'sessions' && { scope: draw.pick(['key', 'store'] as const) }),
        };
        const r = checkHistory(readJepsen(text, 'jsonl', 'h.jsonl'), options);
        const events = text.split('\n').length;
        const isShown = r.core.length > 0 && r.prefix !== null && r.prefix <= events;
        const says = [r.certificate !== null, isShown, r.verdict !== 'unknown'];
        const expected = [r.verdict === 'holds', r.verdict === 'violated', r.verdict !== 'unknown'];
        assert.deepEqual(says, expected, `seed ${seed}\n${text}`);
        if (r.verdict === 'unknown') assert.ok(r.sentences.length > 0);
        seen.add(r.verdict);
      }
      const isJudge = !figuresAlone.includes(model);
      assert.ok(seen.has('holds') && seen.has('violated') === isJudge, [...seen].join());
    });
  }
});
