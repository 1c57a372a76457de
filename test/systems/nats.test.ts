/** The adapter of NATS JetStream against a cluster that the test starts, and its wire format against transcripts of bytes. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { hostOf } from '../../harness/core/address.ts';
import { bucketOf } from '../../harness/systems/nats/bucket.ts';
import { nats } from '../../harness/systems/nats/index.ts';
import { MessageReader, publication } from '../../harness/systems/nats/messages.ts';
import type { Message } from '../../harness/systems/nats/messages.ts';
import { Bench, isOk, pause, told } from './conformance/bench.ts';
import type { Subject } from './conformance/bench.ts';
import { adapterConformance } from './conformance/conformance.ts';
import { skipWithout, startProduct } from './product.ts';
import type { Product } from './product.ts';

/** Servers know who leads JetStream before the leader knows on which of them a bucket has room. */
async function bucketsCanBeMade(subject: Subject): Promise<void> {
  using bench = new Bench(subject);
  const client = await bench.open();
  for (const endMs = performance.now() + 60_000; ;) {
    const came = await client.ask('write', 'first', 1);
    if (isOk(came)) return;
    assert.ok(performance.now() < endMs, told(came));
    await pause(100);
  }
}

describe('nats adapter', () => {
  let product: Product;
  before(async function () {
    skipWithout(this, nats);
    product = await startProduct(nats);
    await bucketsCanBeMade(product.subject);
  });
  after(async () => product?.[Symbol.asyncDispose]());

  adapterConformance(nats.operations, () => product.subject);

  it('is not ready where a member stands still, which is told and not waited for', async () => {
    const { adapter, endpoints } = product.subject;
    await product.members.pause(2);
    await assert.rejects(adapter.ready(endpoints), {
      message: new RegExp(`^E_ENDPOINT: .*${hostOf(endpoints[2] ?? assert.fail())}.*in time`),
    });
    await product.members.resume(2);
  });

  it('knows who leads its bucket, and leaves nothing of it', async () => {
    const { adapter, endpoints, extra = {} } = product.subject;
    const settings = { policyDivisor: 1, deadlineUs: 5_000_000, mutant: null, extra };
    const session = await adapter.connect(endpoints, 0, settings);
    const ask = (f: string): Promise<string> =>
      new Promise((resolve) => {
        const op = { id: 1, afterUs: 0, f, key: 'k', value: f === 'read' ? null : 1 };
        session.start(op, (o) => resolve(o.type === 'ok' ? JSON.stringify(o.value) : o.error));
      });
    assert.equal(await ask('write'), '1');
    const leader = await adapter.leader?.(endpoints);
    assert.ok(leader !== null && leader !== undefined && leader.node < 3);
    await adapter.tidy?.(endpoints, settings);
    assert.equal(await adapter.leader?.(endpoints).catch(() => null), null);
    await adapter.tidy?.(endpoints, settings);
    session.close();
  });
});

describe('the protocol of NATS', () => {
  const all =
    'INFO {"server_name":"n0"}\r\n+OK\r\nPING\r\nMSG a.1 1 3\r\nö\n\r\n' +
    'HMSG a.2 1 28 30\r\nNATS/1.0 404 No\r\nX: a: b\r\n\r\nhi\r\nMSG a.3 1 0\r\n\r\n-ERR ’no’\r\n';
  const reply = (data: string): unknown => ({ status: null, headers: new Map(), data });
  const wanted: unknown[] = [
    { kind: 'info', info: { server_name: 'n0' } },
    { kind: 'ok' },
    { kind: 'ping' },
    { kind: 'delivered', subject: 'a.1', reply: reply('ö\n') },
    {
      kind: 'delivered',
      subject: 'a.2',
      reply: { status: 404, headers: new Map([['X', 'a: b']]), data: 'hi' },
    },
    { kind: 'delivered', subject: 'a.3', reply: reply('') },
    { kind: 'error', text: '’no’' },
  ];

  it('is read whole, and in pieces of any size', () => {
    const bytes = Buffer.from(all);
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new MessageReader();
      const got: Message[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        got.push(...reader.push(bytes.subarray(at, at + size)));
      }
      assert.deepEqual(got, wanted, `pieces of ${size}`);
    }
  });

  it('is written with lengths in bytes', () => {
    assert.equal(publication('s', 'i', 'ö').toString(), 'PUB s i 2\r\nö\r\n');
    const withHeader = publication('s', 'i', 'x', { A: 7 }).toString();
    assert.equal(withHeader, 'HPUB s i 18 19\r\nNATS/1.0\r\nA: 7\r\n\r\nx\r\n');
  });

  it('is refused where it is none', () => {
    for (const text of ['HTTP/1.1 400 Bad\r\n', `${'x'.repeat(70_000)}`]) {
      assert.throws(() => new MessageReader().push(Buffer.from(text)), RangeError);
    }
  });

  it('calls the bucket of a run by its keys’ prefix', () => {
    const named = (prefix: string): string =>
      bucketOf({ policyDivisor: 1, deadlineUs: 1, mutant: null, extra: { prefix } });
    assert.deepEqual([named(''), named('/a1b2/')], ['antlion', 'antlion-a1b2']);
  });
});
