/** `dig` and Node's resolver, unmodified, while servers that answer DNS stand still: what their users would have seen. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { skipUnless } from '../require.ts';
import { antlion, pidOf, skipUnlessBuilt, until } from './antlion.ts';

const run = promisify(execFile);
const hasDig = await run('dig', ['-v']).then(
  () => true,
  () => false,
);

/** A copy of the catalog may be so old; a lease of `longer` that has ended shows that more than that has passed. */
const [staleness, longer] = ['2s', '3s'];
const gone = '10.0.0.9';

interface Server {
  readonly name: string;
  readonly url: string;
  readonly port: number;
}

describe('antlion up --dns-stale', function () {
  this.timeout(120_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('bounds how old an answer is of a server that stood still, and of one that is left alone', async function () {
    skipUnless(this, 'dig', hasDig ? null : 'apt-get install bind9-dnsutils');
    const args = ['up', '--servers', '3', '--services', 'none', '--dns', '0', '--json'];
    const ended = await antlion([...args, '--dns-stale', staleness], {
      meanwhile: async (child, folder) => {
        assert.ok(child.stdout !== null);
        const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
        const { value } = (await lines.next()) as { value: string };
        const { servers, leader } = await serversOf(value);
        const [still, other] = servers.filter((s) => s.name !== leader.name);
        assert.ok(still !== undefined && other !== undefined);
        const signal = (of: Server, name: NodeJS.Signals): boolean =>
          process.kill(pidOf(folder, of.name), name);

        await register(leader, 'shop', gone, '1h');
        for (const s of servers) await until(async () => (await seen(s, 'shop')) === gone);

        signal(still, 'SIGSTOP');
        await until(async () => (await http(leader, 'shop', { method: 'DELETE' })) === 404);
        await until(async () => (await seen(other, 'shop')) === 'ENOTFOUND');
        await register(leader, 'brief', '10.0.0.1', longer);
        await until(async () => (await http(leader, 'brief')) === 404);
        // Asked while it stands still, and answered when it goes on.
        const asked = dig(still, 'shop');
        signal(still, 'SIGCONT');
        assert.doesNotMatch(await asked, /10\.0\.0\.9/);
        const told = new Set<string>();
        await until(async () => {
          const now = await seen(still, 'shop');
          told.add(now);
          return now === 'ENOTFOUND';
        });
        assert.ok(!told.has(gone), [...told].join());

        // Nobody is left to confirm what it has: it says that it does not know, and not what once was.
        await register(leader, 'shop', gone, '1h');
        await until(async () => (await seen(still, 'shop')) === gone);
        for (const s of [leader, other]) signal(s, 'SIGSTOP');
        await until(async () => (await seen(still, 'shop')) === 'ESERVFAIL');
        assert.match(await dig(still, 'shop'), /status: SERVFAIL/);
        for (const s of [leader, other]) signal(s, 'SIGCONT');
        await until(async () => (await seen(still, 'shop')) === gone);
        assert.match(await dig(still, 'shop'), /status: NOERROR.*10\.0\.0\.9/s);
        child.kill('SIGINT');
      },
    });
    assert.equal(ended.code, 130, ended.stderr);
  });
});

async function serversOf(line: string): Promise<{ servers: Server[]; leader: Server }> {
  const up = JSON.parse(line) as {
    readonly nodes: readonly { readonly name: string; readonly url: string }[];
    readonly leader: string | null;
  };
  const servers = await Promise.all(
    up.nodes.map(async ({ name, url }) => {
      const { port } = (await (await fetch(`${url}/dns`)).json()) as { readonly port: number };
      return { name, url, port };
    }),
  );
  const leader = servers.find((s) => s.name === up.leader);
  assert.ok(leader !== undefined);
  return { servers, leader };
}

async function register(at: Server, service: string, address: string, ttl: string): Promise<void> {
  const body = JSON.stringify({ address, port: 80, ttl });
  await until(async () => (await http(at, service, { method: 'PUT', body })) === 200);
}

/** The status of what was asked of the one instance of a service. Nobody may lead for a moment: 503, 504. */
async function http({ url }: Server, service: string, init: RequestInit = {}): Promise<number> {
  const answer = await fetch(`${url}/services/${service}/one`, init);
  await answer.text();
  return answer.status;
}

/** What Node's resolver, c-ares, says: an address, or its code. */
function seen({ port }: Server, service: string): Promise<string> {
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  return resolver.resolve4(`${service}.service.antlion`).then(
    ([address = '']) => address,
    (e: unknown) => (e as { readonly code: string }).code,
  );
}

async function dig({ port }: Server, service: string): Promise<string> {
  const of = ['@127.0.0.1', '-p', String(port), '+tries=1', '+time=60'];
  return (await run('dig', [...of, `${service}.service.antlion`])).stdout;
}
