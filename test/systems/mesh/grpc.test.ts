/** gRPC's own xDS client for Node, unmodified, finds the servers that register with a reference cluster. */
import assert from 'node:assert/strict';
import { Client, credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import { describe, it } from 'mocha';
import { skipUnlessBuilt } from '../../cli/antlion.ts';
import { Up } from './rig.ts';

const path = '/test.Echo/Say';
const asIs = (b: Buffer): Buffer => b;

describe('grpc-js-xds', function () {
  this.timeout(60_000);

  it('resolves a service, follows its endpoints, and goes on without a control plane', async function () {
    skipUnlessBuilt(this);
    await using up = await Up.start();
    const [a, b] = await Promise.all([echo('a'), echo('b')]);
    try {
      await up.register('echo', 'echo-0', a.port);
      process.env['GRPC_XDS_BOOTSTRAP_CONFIG'] = JSON.stringify({
        xds_servers: [
          {
            server_uri: `127.0.0.1:${up.xds}`,
            channel_creds: [{ type: 'insecure' }],
            server_features: ['xds_v3'],
          },
        ],
        node: { id: 'test', cluster: 'antlion', locality: { zone: '' } },
      });
      const { register } = await import('@grpc/grpc-js-xds');
      register();
      const client = new Client('xds:///echo', credentials.createInsecure());
      try {
        assert.equal(await ask(client), 'a');
        await up.register('echo', 'echo-0', b.port);
        await until(async () => (await ask(client)) === 'b');
        await up[Symbol.asyncDispose]();
        assert.equal(await ask(client), 'b');
      } finally {
        client.close();
      }
    } finally {
      a.server.forceShutdown();
      b.server.forceShutdown();
    }
  });
});

async function echo(name: string): Promise<{ server: Server; port: number }> {
  const server = new Server();
  const one = {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  } as const;
  server.addService(
    { say: one },
    { say: (_: unknown, done: (e: null, b: Buffer) => void) => done(null, Buffer.from(name)) },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (e, bound) =>
      e === null ? resolve(bound) : reject(e),
    );
  });
  return { server, port };
}

function ask(client: Client): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { deadline: Date.now() + 20_000 };
    client.makeUnaryRequest(path, asIs, asIs, Buffer.from('?'), options, (e, answer) =>
      e === null && answer !== undefined ? resolve(answer.toString()) : reject(e ?? Error('none')),
    );
  });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (!(await isSo())) assert.ok(performance.now() < endMs, 'not within 20 s');
}
