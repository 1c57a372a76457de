/** A member of a real etcd that is removed while the cluster runs, and added again: shown by what the others say. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deployedMembers } from '../../harness/attached/deployed-members.ts';
import type { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import type { FaultAccess } from '../../harness/realtime/fault-access.ts';
import { Membership } from '../../harness/realtime/membership.ts';
import { NodeLifecycle } from '../../harness/realtime/node-lifecycle.ts';
import { replaceMembers } from '../../harness/realtime/replacing.ts';
import { encode } from '../../harness/systems/etcd/codec.ts';
import { post } from '../../harness/systems/etcd/gateway.ts';
import { etcd } from '../../harness/systems/etcd/index.ts';
import { skipWithoutEtcd, startEtcd } from './etcd-cluster.ts';

const key = encode('antlion/kept');
const askMs = 10_000;

function accessTo(cluster: LaunchedMembers): FaultAccess {
  const never = new AbortController().signal;
  const nodes = new NodeLifecycle({
    deployment: {
      crash: (node: number) => cluster.crash(node),
      shutDown: (node: number) => cluster.shutDown(node),
      restart: (node: number) => cluster.restart(node),
      standing: (node: number) => Promise.resolve(cluster.standing(node)),
      trueUs: () => 0,
    } as unknown as ConstructorParameters<typeof NodeLifecycle>[0]['deployment'],
    record: () => undefined,
    started: () => Promise.resolve(),
    isGone: () => false,
    onBack: () => Promise.resolve(),
    leaveDown: never,
  });
  const shape = {
    nodes: cluster.endpoints.map(({ name }) => ({ name, role: 'server', zone: 'z' })),
    clients: 0,
  };
  return { shape, nodes, hurry: never, reserve: () => () => undefined } as unknown as FaultAccess;
}

describe('members of etcd', function () {
  this.timeout(120_000);

  it('are removed and added again with an empty folder; it learns all from the others', async function () {
    skipWithoutEtcd(this);
    await using cluster = await startEtcd();
    const changes = etcd.open({}).system.adapter?.members;
    const [first, , last] = cluster.endpoints;
    assert.ok(changes !== undefined && first !== undefined && last !== undefined);
    const membership = new Membership(deployedMembers(changes, cluster));
    const value = encode(JSON.stringify('before'));
    await post(first, '/v3/kv/put', { key, value }, AbortSignal.timeout(askMs));
    const before = await changes.known('n2', first);

    const work = replaceMembers([2], membership, accessTo(cluster));
    assert.ok(typeof work !== 'string');
    await work.begin();
    while (!(await work.isEffective())) await new Promise((wake) => setTimeout(wake, 50));
    assert.deepEqual((await changes.told(first)).toSorted(), ['n0', 'n1']);
    assert.equal(cluster.standing(2), 'down');
    await work.end();

    assert.equal(work.notOver?.() ?? null, null);
    assert.deepEqual((await changes.told(first)).toSorted(), ['n0', 'n1', 'n2']);
    // Another one than that which left, by its own word as well.
    const own = <T>(ask: () => Promise<T>): Promise<T> =>
      membership.insist(() => [2], ask, AbortSignal.timeout(6 * askMs));
    const after = await own(() => changes.known('n2', last));
    assert.notDeepEqual(after, before);
    const read = await own(() => post(last, '/v3/kv/range', { key }, AbortSignal.timeout(askMs)));
    assert.equal(read.body.kvs?.[0]?.value, value);
  });
});
