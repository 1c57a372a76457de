/** Snapshots and compaction in a cluster: nothing that was acknowledged is lost, and nothing grows. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import type { StoreOp } from '../../../reference-impl/store/asked.ts';
import { StoreCluster } from './cluster.ts';

const small = {
  config: {
    historyMax: 16,
    consensus: {
      ...storeConfig.consensus,
      snapshotBytes: 4_000,
      keptBytes: 500,
      pieceBytes: 1_000,
      applyMax: 20,
    },
  },
};

function records(c: StoreCluster, server: number): number {
  return c.world.node(server).disk.contents()[1]?.length ?? 0;
}

/** As many writes of 100 bytes as asked, over 20 keys, 20 at a time. */
function write(c: StoreCluster, count: number): void {
  for (let i = 0; i < count; i++) {
    c.ask({ f: 'write', key: `k${i % 20}`, value: `${i}`.padStart(100) });
    if (i % 20 === 19) c.run(30_000);
  }
  c.run(200_000);
}

describe('compaction', () => {
  it('keeps the log on each disk short, however many writes there were', () => {
    const c = new StoreCluster(small).run(1_000_000);
    write(c, 400);
    const after400 = [0, 1, 2].map((id) => records(c, id));
    write(c, 1_600);
    for (const id of [0, 1, 2]) {
      assert.ok(records(c, id) < 2 * (after400[id] as number) + 200, `${records(c, id)} records`);
      assert.equal(c.applied.get(id)?.hash, c.applied.get(0)?.hash);
    }
  });

  it('starts from a snapshot with all that there was: values, leases, locks, sessions, history', () => {
    const c = new StoreCluster(small).run(1_000_000);
    const first = c.answer({ f: 'write', key: 'first', value: 1 }, undefined, { id: 1, oldest: 1 });
    const op: StoreOp = {
      f: 'register',
      service: 's',
      instance: 9,
      zone: 'z',
      tags: ['t'],
      ttlUs: 6e8,
    };
    const lease = c.answer(op, undefined, { oldest: 1 });
    const lock = c.answer({ f: 'acquire', key: 'l', ttlUs: 6e8 }, undefined, { oldest: 1 });
    for (let i = 0; i < 600; i++) {
      c.ask({ f: 'write', key: `k${i % 20}`, value: `${i}`.padStart(100) }, undefined, {
        oldest: 1,
      });
      if (i % 20 === 19) c.run(30_000);
    }
    for (const id of [0, 1, 2]) c.world.crash(id);
    for (const id of [0, 1, 2]) c.world.start(id);
    c.leader = null;
    c.run(1_500_000);
    assert.equal(
      (c.answer({ f: 'read', key: 'k19' }) as { value?: unknown })?.value,
      '599'.padStart(100),
    );
    const found = c.answer({ f: 'lookup', service: 's', consistency: 'consistent' });
    assert.equal(
      found?.type === 'instances' && found.instances[0]?.lease,
      lease?.type === 'lease' && lease.lease,
    );
    assert.deepEqual(c.answer({ f: 'acquire', key: 'l', ttlUs: 1 }), {
      type: 'error',
      error: { code: 'held', lease: lock?.type === 'lease' && lock.lease },
    });
    // The session, too: a copy of the first write is answered and not done again.
    assert.deepEqual(
      c.answer({ f: 'write', key: 'first', value: 1 }, undefined, { id: 1, oldest: 1 }),
      first,
    );
    const value = c.answer({ f: 'read', key: 'first' });
    assert.equal(value?.type === 'value' && value.version, 1);
  });

  it('brings a follower up whose entries are forgotten, and one that crashes meanwhile', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const draw = new Prng(seed);
      const c = new StoreCluster({ ...small, seed }).run(1_000_000);
      const away = (c.leader ?? 0) === 0 ? 1 : 0;
      c.world.crash(away);
      write(c, 600);
      c.world.start(away);
      // It crashes in the middle of what it gets, a few times.
      for (let n = draw.below(4); n > 0; n--) {
        c.run(draw.between(1_000, 60_000));
        c.world.crash(away);
        c.world.start(away);
      }
      write(c, 40);
      c.run(3_000_000);
      const [applied, wanted] = [c.applied.get(away), c.applied.get(c.leader ?? 0)];
      assert.deepEqual(
        [applied?.index, applied?.hash],
        [wanted?.index, wanted?.hash],
        `seed ${seed}`,
      );
      const told = c.answer({ f: 'read-stale', key: 'k19', seen: 0 }, away);
      assert.equal(told?.type === 'value' && told.version > 600, true);
    }
  });

  it('survives crashes of all servers at any time, with everything that was acknowledged', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const draw = new Prng(seed);
      const c = new StoreCluster({ ...small, seed }).run(1_000_000);
      const acknowledged = new Map<string, number>();
      for (let round = 0; round < 6; round++) {
        const asked = new Map<number, [string, number]>();
        for (let i = 0; i < 60; i++) {
          const [key, n] = [`r${round}-${i}`, draw.below(1_000)];
          asked.set(c.ask({ f: 'write', key, value: `${n}`.padStart(60) }), [key, n]);
          c.run(draw.below(2_000));
        }
        for (const [id, [key, n]] of asked) {
          if (c.answerOf(id)?.type === 'done') acknowledged.set(key, n);
        }
        for (const id of [0, 1, 2]) if (draw.chance(600)) c.world.crash(id);
        c.run(draw.below(100_000));
        for (const id of [0, 1, 2]) if (!c.world.isUp(id)) c.world.start(id);
        c.run(1_500_000);
      }
      assert.ok(acknowledged.size > 100, `seed ${seed}: ${acknowledged.size} acknowledged`);
      for (const [key, n] of acknowledged) {
        const id = c.ask({ f: 'read', key });
        c.run(20_000);
        const read = c.answerOf(id);
        assert.equal(
          read?.type === 'value' && read.value,
          `${n}`.padStart(60),
          `seed ${seed}, ${key}`,
        );
      }
      const hashes = [0, 1, 2].map(
        (id) => `${c.applied.get(id)?.index} ${c.applied.get(id)?.hash}`,
      );
      assert.equal(new Set(hashes).size, 1, `seed ${seed}: ${hashes.join(', ')}`);
    }
  });
});
