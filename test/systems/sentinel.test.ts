/** The adapter of Redis under Sentinel, against three boxes that the test starts, and what it tells of them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { hostOf, throughProxy } from '../../harness/core/address.ts';
import type { Endpoint } from '../../harness/core/system.ts';
import { sentinel } from '../../harness/systems/redis/sentinel/index.ts';
import { memberAt, sentinelOf } from '../../harness/systems/redis/sentinel/sentinels.ts';
import { adapterConformance } from './conformance/conformance.ts';
import { skipWithout, startProduct } from './product.ts';
import type { Product } from './product.ts';

describe('sentinel adapter', () => {
  let product: Product;
  before(async function () {
    skipWithout(this, sentinel);
    product = await startProduct(sentinel);
  });
  after(async () => product?.[Symbol.asyncDispose]());

  adapterConformance(sentinel.operations, () => product.subject);

  it('knows the primary, with the number of its failover', async () => {
    const { adapter, endpoints } = product.subject;
    assert.deepEqual(await adapter.leader?.(endpoints), { node: 0, term: 0 });
  });

  it('is not ready where a member stands still, which is told and not waited for', async () => {
    const { adapter, endpoints } = product.subject;
    await product.members.pause(2);
    await assert.rejects(adapter.ready(endpoints), {
      message: new RegExp(`^E_ENDPOINT: .*${hostOf(endpoints[2] ?? assert.fail())}.*in time`),
    });
    await product.members.resume(2);
  });

  it('is sure of nothing that a replica has not got', async () => {
    const { adapter, endpoints, extra = {} } = product.subject;
    const settings = { policyDivisor: 1, deadlineUs: 300_000, mutant: null, extra };
    const session = await adapter.connect(endpoints, 0, settings);
    const ask = (f: string, value: number | null): Promise<string> =>
      new Promise((resolve) => {
        const op = { id: 1, afterUs: 0, f, key: 'k', value };
        session.start(op, (o) => resolve(o.type === 'ok' ? 'ok' : `${o.type}: ${o.error}`));
      });
    assert.equal(await ask('write', 1), 'ok');
    await product.members.pause(2);
    assert.match(await ask('write', 2), /^info: 1 of 2 replicas have it/);
    assert.match(await ask('read', null), /^fail: 1 of 2 replicas have it/);
    await product.members.resume(2);
    session.close();
  });
});

describe('members under Sentinel', () => {
  const one: Endpoint = { name: 'n0', url: 'redis://10.0.0.1:6379?sentinel=5000' };
  const two: Endpoint = { name: 'n1', url: 'redis://10.0.0.2:6379' };
  const dialled = [one, two].map((e, i) => throughProxy(e, `127.0.0.1:${i + 1}`));

  it('have their Sentinels on their own hosts, by the usual port or another', () => {
    const urls = dialled.map((e) => sentinelOf(e).url);
    assert.deepEqual(urls, ['redis://10.0.0.1:5000', 'redis://10.0.0.2:26379']);
  });

  it('are known by their own addresses, and dialled by those of proxies', () => {
    const node = memberAt(dialled, '10.0.0.2:6379');
    assert.equal(dialled[node]?.url, 'redis://127.0.0.1:2');
    assert.throws(() => memberAt(dialled, '10.0.0.3:6379'), /none of the endpoints/);
  });
});
