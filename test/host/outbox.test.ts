import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Outbox } from '../../harness/host/outbox.ts';
import { Duplex } from 'node:stream';

describe('the outbox of a node', () => {
  it('says why before anything leaves, once a turn, and then answers', async () => {
    const log: string[] = [];
    const outbox = new Outbox(() => log.push('why'));
    const [a, b] = [socket('a', log), socket('b', log)];
    for (const text of ['1', '2']) {
      outbox.write(a, Buffer.from(text));
      outbox.write(b, Buffer.from(text));
    }
    outbox.answer(() => log.push('answer'));
    assert.deepEqual(log, []);
    await new Promise(setImmediate);
    assert.deepEqual(log.splice(0), ['why', 'a 12', 'b 12', 'answer']);

    outbox.write(a, Buffer.from('3'));
    outbox.flush();
    assert.deepEqual(log.splice(0), ['why', 'a 3']);
    await new Promise(setImmediate);
    assert.deepEqual(log, []);
  });

  it('puts off what an answer asks for to the next turn', async () => {
    const log: string[] = [];
    const outbox = new Outbox(() => log.push('why'));
    outbox.answer(() => outbox.answer(() => log.push('second')));
    outbox.flush();
    assert.deepEqual(log.splice(0), ['why']);
    await new Promise(setImmediate);
    assert.deepEqual(log, ['why', 'second']);
  });

  it('drops what goes to a connection that is gone or full', () => {
    const outbox = new Outbox();
    const gone = socket('a', []);
    gone.destroy();
    assert.equal(outbox.write(gone, Buffer.from('1')), false);
    const full = socket('b', []);
    full.cork();
    assert.equal(outbox.write(full, Buffer.alloc(8 * 1024 * 1024)), true);
    assert.equal(outbox.write(full, Buffer.from('1')), false);
  });
});

/** Writes down what it is given by one call. */
function socket(name: string, log: string[]): Socket {
  const written = (chunks: readonly { readonly chunk: Buffer }[]): number =>
    log.push(`${name} ${chunks.map((c) => c.chunk.toString()).join('')}`);
  return new Duplex({
    read: () => undefined,
    writev(chunks: { chunk: Buffer }[], done) {
      written(chunks);
      done();
    },
    write(chunk: Buffer, _encoding, done) {
      written([{ chunk }]);
      done();
    },
  }) as unknown as Socket;
}
