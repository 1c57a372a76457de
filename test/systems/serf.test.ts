/** The adapter of Serf against agents that the test starts, and what they are told apart by; and its bytes. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { hostOf } from '../../harness/core/address.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { serf } from '../../harness/systems/serf/index.ts';
import { pack, unpack } from '../../harness/systems/serf/msgpack.ts';
import { whyNoNamespaces } from '../../harness/namespaces/support.ts';
import { adapterConformance } from './conformance/conformance.ts';
import { skipWithout, startProduct } from './product.ts';
import type { Product } from './product.ts';

describe('serf adapter', function () {
  this.timeout(60_000);
  let product: Product;
  before(async function () {
    skipWithout(this, serf);
    product = await startProduct(serf);
  });
  after(async () => product?.[Symbol.asyncDispose]());

  adapterConformance(serf.operations, () => product.subject);

  it('is on a network of its own where the machine makes one', () => {
    const { inside } = product.subject.endpoints[1] ?? assert.fail();
    assert.equal(inside?.startsWith('serf://10.77.0.12:') ?? false, whyNoNamespaces() === null);
  });

  it('asks whom it is told to ask, and gives up one that stands still', async () => {
    const { adapter, endpoints } = product.subject;
    const settings = { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null, extra: {} };
    const session = await adapter.connect(endpoints, 0, settings);
    const ask = (value: number, id = value): Promise<Outcome> =>
      new Promise((resolve) =>
        session.start({ id, afterUs: 0, f: 'members', key: 'all', value }, resolve),
      );
    await product.members.pause(2);
    await assert.rejects(adapter.ready(endpoints), {
      message: new RegExp(`^E_ENDPOINT: .*${hostOf(endpoints[2] ?? assert.fail())}.*in time`),
    });
    const silent = ask(2);
    assert.deepEqual(await ask(3), { type: 'ok', value: [0, 1, 2, 3, 4], node: 3 });
    session.abandon?.({ id: 2, afterUs: 0, f: 'members', key: 'all', value: 2 });
    assert.equal((await silent).type, 'fail');
    await product.members.resume(2);
    const again = await ask(2, 9);
    assert.equal(again.type === 'ok' && again.node, 2);
    session.close();
  });
});

describe('the bytes of Serf', () => {
  it('are written as the specification has them', () => {
    const bytes = pack({ Command: 'members', Seq: 300 });
    assert.equal(bytes.toString('hex'), '82a7436f6d6d616e64a76d656d62657273a3536571ce0000012c');
    assert.deepEqual(unpack(bytes)?.value, { Command: 'members', Seq: 300 });
  });

  it('are read whole, and not before they are all there', () => {
    const hex =
      '84a14192a16901a142c3a143c0a14484a161ccffa162cd0100a163d0ffa164cf0000000100000000' + '7f';
    const bytes = Buffer.from(hex, 'hex');
    for (let end = 0; end < bytes.length - 1; end++) {
      assert.equal(unpack(bytes.subarray(0, end)), null, `${end} bytes`);
    }
    const value = { A: ['i', 1], B: true, C: null, D: { a: 255, b: 256, c: -1, d: 2 ** 32 } };
    assert.deepEqual(unpack(bytes), { value, length: bytes.length - 1 });
  });

  it('are refused where they are none', () => {
    assert.throws(() => unpack(Buffer.from('c1', 'hex')), /c1 begins no value/);
  });
});
