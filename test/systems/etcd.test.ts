/** The adapter against a real etcd that the test starts. Skipped, with its reason, without one. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'mocha';
import type { Json } from '../../harness/core/host.ts';
import type { Settings } from '../../harness/core/program.ts';
import type { Outcome, Session } from '../../harness/core/system.ts';
import { skipUnless } from '../require.ts';
import { LocalEtcd } from '../../harness/systems/etcd/launch.ts';
import { etcd } from '../../harness/systems/etcd/system.ts';

const settings: Settings = {
  policyDivisor: 1,
  deadlineUs: 2_000_000,
  mutant: null,
  extra: { prefix: 'antlion/test/' },
};

describe('etcd adapter', function () {
  let cluster: LocalEtcd;
  let session: Session;

  before(async function () {
    const isHere = spawnSync('etcd', ['--version']).error === undefined;
    skipUnless(this, 'etcd', isHere ? null : 'apt-get install etcd-server');
    cluster = await LocalEtcd.start();
    session = etcd.adapter!.connect(cluster.endpoints, 0, settings);
  });

  after(async () => {
    session?.close();
    await cluster?.[Symbol.asyncDispose]();
  });

  const ask = (f: string, value: Json = null): Promise<Outcome> =>
    new Promise((resolve) => {
      session.start({ id: 0, afterUs: 0, f, key: 'a', value }, resolve);
    });

  it('reads nothing, writes, reads it back with its revision', async () => {
    const empty = await ask('read');
    assert.deepEqual(empty, { type: 'ok', value: null, node: 0 });
    const write = await ask('write', 7);
    const read = await ask('read');
    assert.equal(write.type, 'ok');
    assert.deepEqual(read, { ...write, value: 7 });
  });

  it('compares and sets, and says definitely when it did not', async () => {
    assert.equal((await ask('cas', [7, 8])).type, 'ok');
    assert.deepEqual(await ask('cas', [7, 9]), { type: 'fail', error: 'cas-mismatch', node: 0 });
    assert.equal((await ask('delete')).type, 'ok');
    assert.equal((await ask('cas', [null, 1])).type, 'ok');
  });

  it('finds the leader, and tidies up its keys', async () => {
    const leader = await etcd.adapter!.leader!(cluster.endpoints);
    assert.ok(leader !== null && leader.node < 3 && leader.term > 0);
    await ask('write', 1);
    await etcd.adapter!.tidy!(cluster.endpoints, settings);
    assert.deepEqual(await ask('read'), { type: 'ok', value: null, node: 0 });
  });

  it('says a write is unknown when the answer is lost, and moves on to the next member', async () => {
    const leader = await etcd.adapter!.leader!(cluster.endpoints);
    cluster.pause(0);
    session.start({ id: 1, afterUs: 0, f: 'write', key: 'a', value: 2 }, () => undefined);
    const next = await ask('write', 3);
    cluster.resume(0);
    assert.ok(next.type === 'ok' || next.type === 'info', JSON.stringify({ next, leader }));
    assert.equal(next.node, 1);
  });
});
