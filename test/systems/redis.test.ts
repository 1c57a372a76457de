/** The adapter of Redis against one that the test starts, and its wire format against transcripts of bytes. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { encodeCommand, RedisError, ReplyReader } from '../../harness/systems/redis/resp.ts';
import { redis } from '../../harness/systems/redis/index.ts';
import { redlock } from '../../harness/systems/redis/redlock.ts';
import { adapterConformance } from './conformance/conformance.ts';
import { skipWithout, startProduct } from './product.ts';
import type { Product } from './product.ts';

describe('redis adapter', () => {
  let product: Product;
  before(async function () {
    skipWithout(this, redis);
    product = await startProduct(redis);
  });
  after(async () => product?.[Symbol.asyncDispose]());

  adapterConformance(redis.operations, () => product.subject);
});

describe('redlock adapter', () => {
  let product: Product;
  before(async function () {
    skipWithout(this, redlock);
    product = await startProduct(redlock);
  });
  after(async () => product?.[Symbol.asyncDispose]());

  adapterConformance(redlock.operations, () => product.subject);
});

describe('RESP', () => {
  const all =
    '+OK\r\n:-7\r\n$6\r\nx\r\nöy\r\n$-1\r\n*-1\r\n*2\r\n$0\r\n\r\n*1\r\n:1\r\n-ERR no\r\n';
  const wanted = ['OK', -7, 'x\r\nöy', null, null, ['', [1]], new RedisError('ERR no')];

  it('is read whole, and in pieces of any size', () => {
    const bytes = Buffer.from(all);
    assert.deepEqual(new ReplyReader().push(bytes), wanted);
    for (let size = 1; size < bytes.length; size++) {
      const reader = new ReplyReader();
      const got = [];
      for (let at = 0; at < bytes.length; at += size) {
        got.push(...reader.push(bytes.subarray(at, at + size)));
      }
      assert.deepEqual(got, wanted, `pieces of ${size}`);
    }
  });

  it('is written with lengths in bytes', () => {
    assert.equal(
      encodeCommand(['SET', 'ö', 1]).toString(),
      '*3\r\n$3\r\nSET\r\n$2\r\nö\r\n$1\r\n1\r\n',
    );
  });

  it('is refused where it is none', () => {
    assert.throws(
      () => new ReplyReader().push(Buffer.from('HTTP/1.1 400')),
      /"H" begins no answer/,
    );
    assert.throws(() => new ReplyReader().push(Buffer.from([0x15, 3, 3])), /it speaks TLS/);
  });
});
