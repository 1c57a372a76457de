/** A call that stands for many comes to what the calls come to that it stands for. */
import assert from 'node:assert/strict';
import {
  cluster,
  type Json,
  type LoadEvent,
  loadOperations,
  Prng,
  type Program,
  type Rate,
  simulation,
} from '../../../harness/index.ts';
import { reference } from '../../../reference-impl/system.ts';

const clients = 2;

interface Case {
  readonly what: string;
  readonly rate: Rate;
  readonly services: readonly { name: string; instances: number; calls?: string[] }[];
  readonly extra?: Readonly<Record<string, Json>>;
}

/** 400 calls a second each. */
const admission = { workers: 4, serviceUs: 10_000 };

const cases: readonly Case[] = [
  { what: 'with room', rate: [[0, 600]], services: [{ name: 'shop', instances: 3 }] },
  {
    what: 'asked for twice as much',
    rate: [[0, 2_400]],
    services: [{ name: 'shop', instances: 3 }],
  },
  {
    what: 'in a surge, with queues without bounds',
    rate: [
      [0, 400],
      [2_000_000, 400],
      [2_000_000, 1_600],
      [3_000_000, 1_600],
      [3_000_000, 400],
    ],
    services: [{ name: 'shop', instances: 2 }],
    extra: { admission: { ...admission, isBounded: false } },
  },
  {
    what: 'in a chain of three, of which the last has too little',
    rate: [[0, 600]],
    services: [
      { name: 'shop', instances: 3, calls: ['stock'] },
      { name: 'stock', instances: 3, calls: ['disk'] },
      { name: 'disk', instances: 1 },
    ],
    extra: { isFailFast: true },
  },
];

describe('calls that stand for many', () => {
  for (const c of cases) {
    it(`come to what they stand for, ${c.what}`, () => {
      const single = countsOf(programOf(c, undefined));
      const together = countsOf(programOf(c, 5_000));
      assert.equal(together.began, single.began);
      assert.equal(together.ok + together.fail + together.info, together.began);
      // A twentieth of all: those of one slice come together, to one instance.
      for (const how of ['ok', 'fail', 'info'] as const) {
        const difference = Math.abs(together[how] - single[how]);
        const told = `${how}: ${together[how]}, each by itself ${single[how]}, of ${single.began}`;
        assert.ok(difference * 20 <= single.began, told);
      }
    });
  }
});

function programOf({ rate, services, extra }: Case, togetherUs: number | undefined): Program {
  const forUs = 4_000_000;
  return {
    scenario: 'together',
    shape: cluster({ servers: 1, services, clients }),
    faults: [],
    clients: loadOperations(new Prng(7), {
      clients,
      each: { f: 'request', value: togetherUs === undefined ? null : { count: '$count' } },
      key: 'shop',
      rate,
      forUs,
      ...(togetherUs !== undefined && { togetherUs }),
    }),
    durationUs: forUs + 2_000_000,
    noiseSeed: 3,
    settings: {
      policyDivisor: 1,
      deadlineUs: 1_000_000,
      mutant: null,
      extra: { modes: false, breaker: { failureThreshold: 1_000_000 }, admission, ...extra },
    },
  };
}

function countsOf(program: Program): Record<'began' | 'ok' | 'fail' | 'info', number> {
  const sum = { began: 0, ok: 0, fail: 0, info: 0 };
  const { history } = simulation().run(reference, program);
  const loads = history.events.filter((e): e is LoadEvent => e.type === 'load');
  for (const e of loads) {
    for (const how of ['began', 'ok', 'fail', 'info'] as const) sum[how] += e[how];
  }
  return sum;
}
