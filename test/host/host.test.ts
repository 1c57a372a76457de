import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Component } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { NodeClock } from '../../harness/host/clock.ts';
import { Host } from '../../harness/host/host.ts';

describe('the host of a node', () => {
  it('handles what arrived while it stood still before a timer that judges silence', async () => {
    const said: string[] = [];
    await using link = await openLink();
    let heard = (): void => undefined;
    const all = new Promise<void>((resolve) => (heard = resolve));
    const host = hostOf({
      start: (_records, _w, fx) => void fx.setTimer(0, 20_000),
      message: () => void said.push('leader'),
      call: () => undefined,
      timer() {
        said.push('silence');
        heard();
      },
      durable: () => undefined,
    });
    link.onData(() => host.message(1, 0, { kind: 'heartbeat' }));
    host.start([]);
    // In the check phase: timers come next, and only then connections.
    await new Promise(setImmediate);
    link.send('x');
    const begunUs = trueUs();
    while (trueUs() - begunUs < 40_000);
    await all;
    host.stop();
    assert.deepEqual(said, ['leader', 'silence']);
  });
});

const trueUs = (): number => Math.floor(performance.now() * 1_000);

function hostOf(component: Component): Host {
  return new Host({
    self: 0,
    lanes: [{ name: 'lane', component }],
    clock: new NodeClock(trueUs),
    random: new Prng(1),
    append: () => undefined,
    send: () => undefined,
    observe: () => undefined,
    stall: () => undefined,
    failed: (e) => assert.fail(String(e)),
  });
}

/** Both ends of a connection within this process: what is sent has arrived when `send` returns. */
async function openLink(): Promise<
  AsyncDisposable & { send(text: string): void; onData(f: () => void): void }
> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const out = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[inner]] = await Promise.all([once(server, 'connection'), once(out, 'connect')]);
  return {
    send: (text) => void out.write(text),
    onData: (f) => void inner.on('data', f),
    async [Symbol.asyncDispose]() {
      out.destroy();
      inner.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
