import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';
import { NodeContainer } from '../../harness/containers/node-container.ts';

/** What runc 1.1.5 says through the engine on a machine at load 12. */
const busy = 'Cannot pause container x: OCI runtime pause failed: unable to freeze: unknown';

describe('a node in a container', () => {
  it('is paused by asking again, where the engine could not freeze it at once', async () => {
    const { node, asked } = await paused([busy, busy]);
    assert.equal(asked(), 3);
    await node;
  });

  it('is not, where the engine refuses for good', async () => {
    const other = 'Cannot pause container x: no such runtime';
    const once = await paused([other]);
    await assert.rejects(once.node, { code: 'E_ENGINE', message: /no such runtime/ });
    assert.equal(once.asked(), 1);
    const always = await paused(Array.from({ length: 100 }, () => busy));
    await assert.rejects(always.node, { code: 'E_ENGINE', message: /unable to freeze/ });
    assert.equal(always.asked(), 10);
  });
});

/** Of an engine that refuses for these reasons, one after the other, and grants it then. */
async function paused(
  refusals: readonly string[],
): Promise<{ readonly node: Promise<void>; readonly asked: () => number }> {
  let asked = 0;
  const pause = (): Promise<void> => {
    const reason = refusals[asked];
    asked += 1;
    if (reason === undefined) return Promise.resolve();
    return Promise.reject(Object.assign(new Error(reason), { statusCode: 500 }));
  };
  const container = {
    pause,
    attach: () => Promise.resolve(new PassThrough()),
    inspect: () => Promise.resolve({ State: { Running: true, Paused: false } }),
    modem: { demuxStream: () => undefined },
  } as unknown as Dockerode.Container;
  const node = new NodeContainer({
    name: 'x',
    boots: { first: (listen) => listen(container, true), again: () => Promise.resolve() },
    onEvent: () => undefined,
    onExit: () => undefined,
    onFailed: () => undefined,
  });
  await node.create();
  const done = node.pause();
  await done.catch(() => undefined);
  return { node: done, asked: () => asked };
}
