/** What is too long for the network: never sent, and refused where it comes in. */
import assert from 'node:assert/strict';
import { limits } from '../../../harness/core/limits.ts';
import type { Json } from '../../../harness/core/host.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { cluster } from '../../../harness/workload/cluster.ts';
import { reference } from '../../../reference-impl/system.ts';
import type { StoreAnswer } from '../../../reference-impl/store/answered.ts';
import type { Page } from '../../../reference-impl/store/asked.ts';
import type { StoreEvents } from '../../../reference-impl/store/protocol.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import { StoreState } from '../../../reference-impl/store/state.ts';
import { problemWith as problem } from '../../../reference-impl/store/validate.ts';
import { StoreCluster } from './cluster.ts';

const kib = 1_024;
const text = (bytes: number): string => 'x'.repeat(bytes);

function errorOf(answer: unknown): string {
  return JSON.stringify(answer);
}

describe('sizes in the store', () => {
  it('brings a follower up that was away for 6 MB of entries', () => {
    const c = new StoreCluster().run(1_000_000);
    const away = (c.leader ?? 0) === 0 ? 1 : 0;
    c.world.crash(away);
    for (let i = 0; i < 60; i++) c.answer({ f: 'write', key: `k${i}`, value: text(100 * kib) });
    c.world.start(away);
    c.run(2_000_000);
    assert.equal(c.tooLong, 0);
    assert.equal(c.applied.get(away)?.index, c.applied.get(c.leader ?? 0)?.index);
    assert.equal(c.applied.get(away)?.hash, c.applied.get(c.leader ?? 0)?.hash);
  });

  it('replicates the largest operations one by one', () => {
    const c = new StoreCluster().run(1_000_000);
    // Each character takes three bytes.
    const value = '€'.repeat(349_000);
    for (let i = 0; i < 4; i++) {
      assert.equal(c.answer({ f: 'write', key: `k${i}`, value })?.type, 'done');
    }
    assert.equal(c.tooLong, 0);
    assert.ok(c.longestBytes < limits.frameBytesMax);
  });

  it('refuses keys and values that are too long, with their limits', () => {
    const c = new StoreCluster().run(1_000_000);
    const refusals: [Parameters<typeof c.answer>[0], RegExp][] = [
      [{ f: 'write', key: text(4 * kib + 1), value: 1 }, /key is 4097 bytes long, at most 4096/],
      [{ f: 'read', key: text(5_000) }, /key is 5000 bytes long/],
      [
        { f: 'write', key: 'k', value: text(1_100 * kib) },
        /value is .* bytes as JSON, at most 1048576/,
      ],
      [{ f: 'cas', key: 'k', from: null, to: text(1_100 * kib) }, /at most 1048576/],
      [
        { f: 'write-all', values: { a: text(600 * kib), b: text(600 * kib) } },
        /values are .* bytes together, at most 1048576/,
      ],
      [{ f: 'write-fenced', key: 'k', lock: 'l', token: 1, value: text(1_100 * kib) }, /at most/],
      [{ f: 'acquire', key: text(5_000), ttlUs: 1 }, /key is 5000 bytes/],
    ];
    for (const [op, wanted] of refusals) assert.match(errorOf(c.answer(op)), wanted);
    assert.equal(c.answer({ f: 'write', key: text(4 * kib), value: 1 })?.type, 'done');
  });

  it('pushes what watchers are told in frames, what was before included', () => {
    const c = new StoreCluster().run(1_000_000);
    c.tell(c.leader ?? 0, {
      kind: 'watch',
      watch: 1,
      replyLane: 2,
      scope: 'kv',
      prefix: '',
      after: 0,
    } as never);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
      assert.equal(c.answer({ f: 'write', key, value: text(900 * kib) })?.type, 'done');
    }
    // One revision, of which alone the values before are longer than a frame.
    c.answer({ f: 'write-all', values: { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 } });
    c.tell(c.leader ?? 0, {
      kind: 'watch',
      watch: 2,
      replyLane: 2,
      scope: 'kv',
      prefix: '',
      after: 0,
    } as never);
    c.run(100_000);
    assert.equal(c.tooLong, 0);
    for (const watch of [1, 2]) {
      const events = c.told.filter(
        (m) => m.kind === 'events' && (m as StoreEvents).watch === watch,
      );
      const all = events.flatMap((m) => (m as StoreEvents).events);
      assert.equal(all.length, 12);
      all.sort((a, b) => a.revision - b.revision);
      assert.equal(new Set(all.slice(6).map((e) => e.revision)).size, 1);
    }
  });
});

describe('lists that are longer than a frame', () => {
  it('come in pages of one revision, and begin again when something of them changed', () => {
    const c = new StoreCluster().run(1_000_000);
    for (let i = 0; i < 50; i++) {
      c.answer({ f: 'write', key: `config/${i + 10}`, value: text(100 * kib) });
    }
    const list = (page?: Page): StoreAnswer | null => {
      const asked = { f: 'list', prefix: 'config/', consistency: 'consistent' } as const;
      return c.answer(page === undefined ? asked : { ...asked, page });
    };
    const all: string[] = [];
    let page: Page | undefined;
    let pages = 0;
    do {
      const answer = list(page);
      assert.ok(answer?.type === 'entries');
      all.push(...answer.entries.map((e) => e.key));
      // Changes elsewhere disturb nobody.
      c.answer({ f: 'write', key: 'other', value: pages });
      assert.equal(answer.revision, 50);
      page = answer.next === undefined ? undefined : { at: answer.revision, from: answer.next };
      pages += 1;
    } while (page !== undefined);
    assert.ok(pages > 3);
    assert.deepEqual(
      all,
      Array.from({ length: 50 }, (_, i) => `config/${i + 10}`),
    );
    assert.equal(c.tooLong, 0);
    c.answer({ f: 'delete', key: 'config/20' });
    assert.deepEqual(list({ at: 50, from: 3 }), { type: 'error', error: { code: 'changed' } });
  });

  it('reach a copy of the configuration that starts anew', () => {
    const keys = Array.from({ length: 50 }, (_, i) => `config/${i}`);
    const { history } = simulation().run(reference, {
      scenario: 'large-config',
      shape: cluster({ servers: 3, services: [{ name: 'web', instances: 1 }], clients: 1 }),
      faults: [
        {
          kind: 'crash',
          atUs: 12_000_000,
          untilUs: 13_000_000,
          nodes: { of: 'nodes', nodes: [3] },
        },
      ],
      clients: [
        keys.map((key, id) => ({ id, afterUs: 100_000, f: 'write', key, value: text(100 * kib) })),
      ],
      durationUs: 20_000_000,
      noiseSeed: 1,
      settings: { policyDivisor: 1, deadlineUs: 2_000_000, mutant: null, extra: {} },
    });
    const after = history.events.filter(
      (e) => e.type === 'observe' && e.node === 3 && e.timeUs > 13_000_000,
    );
    const told = after.flatMap((e) =>
      e.type === 'observe' && e.value.kind === 'config' ? [e.value.key] : [],
    );
    assert.deepEqual(new Set(told), new Set(keys));
  });
});

describe('values in the store', () => {
  it('refuses what JSON does not carry, before it differs between replicas', () => {
    const c = new StoreCluster().run(1_000_000);
    const deep = (n: number): Json => JSON.parse('['.repeat(n) + ']'.repeat(n)) as Json;
    const bad: [Json, RegExp][] = [
      [Infinity, /a number that is not finite/],
      [{ a: [1, NaN] }, /a number that is not finite/],
      [JSON.parse('12345678901234567890') as Json, /beyond 2\^53/],
      [[-(2 ** 53)], /beyond 2\^53/],
      [{ a: -0 }, /a zero that is negative/],
      [deep(65), /more than 64 levels/],
    ];
    for (const [value, wanted] of bad) {
      // As the leader's own agent hands it over: the object itself, no JSON in between.
      assert.match(errorOf(problem({ f: 'write', key: 'k', value })), wanted);
      assert.match(errorOf(problem({ f: 'cas', key: 'k', from: null, to: value })), wanted);
      assert.match(errorOf(problem({ f: 'cas', key: 'k', from: value, to: null })), wanted);
      assert.match(errorOf(problem({ f: 'write-all', values: { k: value } })), wanted);
      assert.match(
        errorOf(problem({ f: 'write-fenced', key: 'k', lock: 'l', token: 1, value })),
        wanted,
      );
    }
    assert.equal(
      problem({ f: 'write', key: 'k', value: [deep(60), 1.5, -9007199254740991] }),
      null,
    );
    assert.equal(c.answer({ f: 'read', key: 'k' })?.type, 'value');
  });

  it('asserts in the state that no such value arrived', () => {
    const state = new StoreState(storeConfig);
    const op = { f: 'write', key: 'k', value: Infinity } as const;
    assert.throws(() =>
      state.apply({ f: 'change', client: 9, session: 1, id: 1, oldest: 1, base: 0, op }, 1),
    );
  });
});
