/** gRPC's own xDS client for Node, unmodified, finds the servers that register with a reference cluster. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'mocha';
import { skipUnlessBuilt } from '../../cli/antlion.ts';
import { echo } from './grpc-echo.ts';
import { Up } from './rig.ts';

describe('grpc-js-xds', function () {
  this.timeout(60_000);

  it('resolves a service, follows its endpoints, and goes on without a control plane', async function () {
    skipUnlessBuilt(this);
    await using up = await Up.start();
    const [a, b] = await Promise.all([echo('a'), echo('b')]);
    try {
      await up.register('echo', 'echo-0', a.port);
      using client = program('xds:///echo', {
        xds_servers: [
          {
            server_uri: `127.0.0.1:${up.xds}`,
            channel_creds: [{ type: 'insecure' }],
            server_features: ['xds_v3'],
          },
        ],
        node: { id: 'test', cluster: 'antlion', locality: { zone: '' } },
      });
      assert.equal(await client.ask(), 'a');
      await up.register('echo', 'echo-0', b.port);
      await until(async () => (await client.ask()) === 'b');
      await up[Symbol.asyncDispose]();
      assert.equal(await client.ask(), 'b');
    } finally {
      a.server.forceShutdown();
      b.server.forceShutdown();
    }
  });
});

interface Asking extends Disposable {
  /** Makes one call; the name of the server that answered. */
  ask(): Promise<string>;
}

/** The client in a process of its own: it has a timer for a control plane that is gone, even when closed. */
function program(target: string, bootstrap: object): Asking {
  const file = resolve('dist/test/systems/mesh/grpc-client.js');
  const env = { ...process.env, GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify(bootstrap) };
  const child = spawn(process.execPath, [file, target], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async ask() {
      child.stdin.write('?\n');
      const { value, done } = await lines.next();
      assert.ok(done !== true, 'it answers, or ends with what went wrong');
      return value;
    },
    [Symbol.dispose]() {
      child.kill('SIGKILL');
    },
  };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (!(await isSo())) assert.ok(performance.now() < endMs, 'not within 20 s');
}
