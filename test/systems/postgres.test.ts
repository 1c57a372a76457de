/** The adapter of PostgreSQL against one that the test starts, and its wire format against transcripts of bytes. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Outcome, Session } from '../../harness/core/system.ts';
import { postgres } from '../../harness/systems/postgres/index.ts';
import {
  MessageReader,
  PostgresError,
  rowOf,
  startup,
  textMessage,
} from '../../harness/systems/postgres/messages.ts';
import { Bench, pause } from './conformance/bench.ts';
import type { Client } from './conformance/bench.ts';
import { adapterConformance } from './conformance/conformance.ts';
import { skipWithout, startProduct } from './product.ts';
import type { Product } from './product.ts';

describe('postgres adapter', () => {
  let product: Product;
  before(async function () {
    skipWithout(this, postgres);
    product = await startProduct(postgres);
  });
  after(async () => product?.[Symbol.asyncDispose]());

  adapterConformance(postgres.operations, () => product.subject);

  describe('with advisory locks', () => {
    const operations = ['acquire', 'release', 'read', 'write-fenced'];
    adapterConformance(operations, () => {
      const { system, extra } = postgres.open({ locks: 'advisory' });
      const adapter = system.adapter ?? assert.fail('no adapter');
      return { ...product.subject, adapter, extra };
    });
  });

  const connect = async (): Promise<Session> => {
    const { adapter, endpoints, extra = {} } = product.subject;
    const settings = { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null, extra };
    return adapter.connect(endpoints, 0, settings);
  };
  const ask = (session: Session, f: string, value: number | null): Promise<Outcome> =>
    new Promise((resolve) => {
      session.start({ id: 1, afterUs: 0, f, key: 'it’s', value }, resolve);
    });

  it('stands still as a whole: whoever serves a client, too', async () => {
    const session = await connect();
    assert.equal((await ask(session, 'write', 1)).type, 'ok');
    await product.members.pause(0);
    let isAnswered = false;
    const late = ask(session, 'read', null).finally(() => (isAnswered = true));
    await new Promise((wake) => setTimeout(wake, 300));
    assert.equal(isAnswered, false);
    await product.members.resume(0);
    assert.deepEqual(await late, { type: 'ok', value: 1, node: 0 });
    session.close();
  });

  it('is killed as a whole, and comes back with what was committed', async () => {
    const session = await connect();
    assert.equal((await ask(session, 'write', 7)).type, 'ok');
    await product.members.crash(0);
    assert.equal((await ask(session, 'read', null)).type, 'fail');
    await product.members.restart(0);
    const { adapter, endpoints } = product.subject;
    for (let i = 0; i < 100; i++) {
      const isUp = await adapter.ready(endpoints).then(
        () => true,
        () => false,
      );
      if (isUp) break;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    assert.deepEqual(await ask(session, 'read', null), { type: 'ok', value: 7, node: 0 });
    session.close();
  });

  it('leaves nothing of a run where it was not there before', async () => {
    const { adapter, endpoints, extra = {} } = product.subject;
    const settings = { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null };
    const [own, other] = ["a'%_/", 'b/'].map((prefix) => {
      return { ...settings, extra: { ...extra, prefix } };
    });
    assert.ok(own !== undefined && other !== undefined);
    const mine = await adapter.connect(endpoints, 0, own);
    const theirs = await adapter.connect(endpoints, 0, other);
    await ask(mine, 'write', 1);
    await ask(theirs, 'write', 2);
    await adapter.tidy?.(endpoints, own);
    assert.deepEqual(await ask(mine, 'read', null), { type: 'ok', value: null, node: 0 });
    assert.deepEqual(await ask(theirs, 'read', null), { type: 'ok', value: 2, node: 0 });
    for (const session of [mine, theirs]) session.close();
  });
});

describe('postgres with a standby', () => {
  /** Both have `a row`, then the primary is killed and the other takes its place. */
  async function failOver(
    locks: 'rows' | 'advisory',
    use: (next: Client, members: Product['members']) => Promise<void>,
  ): Promise<void> {
    await using product = await startProduct(postgres, { standby: 'on', locks });
    const { members, subject } = product;
    const leads = async (node: number): Promise<void> => {
      for (const endMs = performance.now() + 100_000; ; await pause(50)) {
        if ((await subject.adapter.leader?.(subject.endpoints))?.node === node) return;
        assert.ok(performance.now() < endMs, `member ${node} does not lead`);
      }
    };
    using bench = new Bench(subject);
    const [old, next] = [await bench.open(), await bench.open()];
    await leads(0);
    assert.equal((await old.ask('write', 'k', 1))?.type, 'ok');
    assert.equal((await old.ask('acquire', 'l', { ttlUs: 600_000_000 }))?.type, 'ok');
    const refused = await next.ask('acquire', 'l', { ttlUs: 600_000_000 });
    assert.deepEqual([refused?.type, refused?.node], ['fail', 0]);
    await members.crash(0);
    await leads(1);
    await use(next, members);
  }

  it('has what was answered, locks that are rows among it, once the primary is gone', async function () {
    skipWithout(this, postgres);
    this.timeout(240_000);
    await failOver('rows', async (next, members) => {
      assert.deepEqual(await next.ask('read', 'k'), { type: 'ok', value: 1, node: 1 });
      // What it writes is answered once the other follows it and has it, too.
      await members.restart(0);
      const refused = await next.ask('acquire', 'l', { ttlUs: 600_000_000 }, 100_000);
      assert.deepEqual(refused, { type: 'fail', error: 'held', node: 1 });
    });
  });

  it('knows of no advisory lock, and gives it away beside its holder', async function () {
    skipWithout(this, postgres);
    this.timeout(240_000);
    await failOver('advisory', async (next) => {
      const granted = await next.ask('acquire', 'l', { ttlUs: 600_000_000 });
      assert.deepEqual([granted?.type, granted?.node], ['ok', 1]);
    });
  });
});

describe('the protocol of PostgreSQL', () => {
  const all = Buffer.from(
    'D\0\0\0\x14\0\x03\0\0\0\x02\xc3\xb6\xff\xff\xff\xff\0\0\0\0C\0\0\0\x0dSELECT 1\0Z\0\0\0\x05I',
    'latin1',
  );

  it('is read whole, and in pieces of any size', () => {
    for (let size = 1; size <= all.length; size++) {
      const reader = new MessageReader();
      const got = [];
      for (let at = 0; at < all.length; at += size) {
        got.push(...reader.push(all.subarray(at, at + size)));
      }
      assert.deepEqual(
        got.map((m) => m.kind),
        ['D', 'C', 'Z'],
        `pieces of ${size}`,
      );
      assert.deepEqual(rowOf(got[0]?.body ?? assert.fail()), ['ö', null, '']);
    }
  });

  it('is written with lengths in bytes', () => {
    assert.equal(textMessage('Q', 'ö').toString('latin1'), 'Q\0\0\0\x07\xc3\xb6\0');
    const said = startup({ user: 'u' }).toString('latin1');
    assert.equal(said, '\0\0\0\x10\0\x03\0\0user\0u\0\0');
  });

  it('tells what was refused from what ended the connection', () => {
    const refused = new PostgresError(Buffer.from('VERROR\0C40001\0Mno\0\0'));
    assert.deepEqual([refused.message, refused.code, refused.isFatal], ['no', '40001', false]);
    assert.equal(new PostgresError(Buffer.from('VFATAL\0C57P01\0Mend\0\0')).isFatal, true);
  });

  it('is refused where it is none', () => {
    for (const text of ['HTTP/1.1 400', '-ERR unknown', '\0\0\0\0\0\0\0\0']) {
      assert.throws(() => new MessageReader().push(Buffer.from(text)), RangeError);
    }
    assert.throws(() => new MessageReader().push(Buffer.from([0x15, 3, 3, 0, 2, 2])), /speaks TLS/);
  });
});
