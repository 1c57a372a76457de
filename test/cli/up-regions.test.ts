/** A cluster of three regions that is up: who is in which pool of gossip, by Consul's client and by curl. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import Consul from 'consul';
import { describe, it } from 'mocha';
import { antlion, skipUnlessBuilt } from './antlion.ts';

const up = ['up', '--servers', '3', '--services', 'back=3', '--regions'];

interface Named {
  readonly Name: string;
  readonly Status: number;
}

/** Asks until the answer is `wanted`: members that have just started have yet to hear of each other. */
async function becomes(ask: () => Promise<unknown>, wanted: unknown): Promise<void> {
  let told: unknown;
  for (let tries = 0; tries < 5_000; tries++) {
    told = await ask();
    if (JSON.stringify(told) === JSON.stringify(wanted)) return;
  }
  assert.deepEqual(told, wanted);
}

async function look(urls: readonly string[]): Promise<void> {
  const [first = '', second = '', , back = ''] = urls;
  const consul = (url: string) =>
    new Consul({ host: '127.0.0.1', port: Number(new URL(url).port) });
  const members = async (url: string, o: object): Promise<unknown> => {
    const all = (await consul(url).agent.members(o)) as unknown as readonly Named[];
    return all.filter((m) => m.Status === 1).map((m) => m.Name);
  };
  const servers = ['server-0.dc1', 'server-1.dc2', 'server-2.dc3'];
  await becomes(() => members(first, { wan: true }), servers);
  await becomes(() => members(first, {}), ['server-0', 'back-0']);
  await becomes(() => members(back, {}), ['server-0', 'back-0']);
  await becomes(() => consul(second).catalog.datacenters(), ['dc2', 'dc1', 'dc3']);
  // Who is not in the pool of all regions knows of its own alone.
  assert.deepEqual(await consul(back).catalog.datacenters(), ['dc1']);
  const { value } = (await (await fetch(`${second}/wan`)).json()) as { readonly value: unknown };
  const known = value as readonly { readonly member: number; readonly status: string }[];
  assert.deepEqual(
    known.map(({ member, status }) => `${member} ${status}`),
    ['0 alive', '1 alive', '2 alive'],
  );
}

describe('antlion up --regions', function () {
  this.timeout(120_000);

  before(function () {
    skipUnlessBuilt(this);
  });

  it('has a pool of gossip a region, and one of all servers', async () => {
    const ended = await antlion([...up, '3', '--json'], {
      meanwhile: async (child) => {
        assert.ok(child.stdout !== null);
        const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
        const { nodes } = JSON.parse(line) as { readonly nodes: readonly { url: string }[] };
        try {
          await look(nodes.map((n) => n.url));
        } finally {
          child.kill('SIGINT');
        }
      },
    });
    assert.equal(ended.code, 130, ended.stderr);
  });

  it('wants a server in each region', async () => {
    const { code, stderr } = await antlion([...up, '4']);
    assert.equal(code, 64);
    assert.match(stderr, /there are 4 regions for 3 servers, wanted a server in each/);
  });
});
