/** Whatever answers where a product was expected: one message, soon, and no operation that went well. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { builtIns } from '../../harness/cli/products/systems.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { AdapterForm, Endpoint, Outcome } from '../../harness/core/system.ts';
import { consul } from '../../harness/systems/consul/index.ts';
import { openStranger, strangers } from './strangers.ts';
import type { Stranger } from './strangers.ts';

const schemes: Readonly<Record<string, string>> = {
  etcd: 'http',
  consul: 'http',
  zookeeper: 'zk',
  postgres: 'postgres',
  nats: 'nats',
  serf: 'serf',
  eureka: 'http',
  'spring-cloud-config': 'http',
};
/** Longer than any of them is waited for. */
const soonMs = 12_000;

describe('an address of something else', () => {
  const open = new Map<string, Stranger>();
  before(async () => {
    for (const name of strangers) open.set(name, await openStranger(name));
  });
  after(async () => {
    for (const stranger of open.values()) await stranger[Symbol.asyncDispose]();
  });

  for (const manifest of builtIns) {
    const scheme = schemes[manifest.name] ?? 'redis';
    const each = async (
      check: (adapter: AdapterForm, endpoint: Endpoint, who: string) => Promise<void>,
    ): Promise<void> => {
      const work = strangers.map((who) => {
        const port = open.get(who)?.port ?? 0;
        // A Sentinel is asked at a port of its own: the stranger is both.
        const more = manifest.name === 'sentinel' ? `?sentinel=${port}` : '';
        const endpoint = { name: 'n0', url: `${scheme}://127.0.0.1:${port}${more}` };
        const { adapter } = manifest.open({}).system;
        return check(adapter ?? assert.fail('no adapter'), endpoint, who);
      });
      await Promise.all(work);
    };

    it(`is no ${manifest.name}, and that is one message`, async () => {
      await each(async (adapter, endpoint, who) => {
        const beganMs = performance.now();
        const error: unknown = await adapter.ready([endpoint]).then(
          () => assert.fail(`${who} was taken for ${manifest.name}`),
          (e: unknown) => e,
        );
        assert.ok(error instanceof HarnessError, `${who}: ${String(error)}`);
        const { code, message } = error;
        assert.equal(code, 'E_ENDPOINT', `${who}: ${message}`);
        assert.match(
          message,
          /^E_ENDPOINT: no .* \(.+\), wanted .+\. (Check|Name|Say|Pass) .+\.$/,
          who,
        );
        assert.ok(message.includes(endpoint.url.split('?')[0] ?? ''), `${who}: ${message}`);
        assert.ok(message.length < 500 && !message.includes('\n'), `${who}: ${message}`);
        assert.ok(performance.now() - beganMs < soonMs, `${who} was waited for`);
      });
    });

    it(`answers no operation of ${manifest.name}`, async () => {
      await each(async (adapter, endpoint, who) => {
        const extra = { ...manifest.open({}).extra, prefix: 'antlion/t/' };
        const settings = { policyDivisor: 1, deadlineUs: 500_000, mutant: null, extra };
        const session = await adapter.connect([endpoint], 0, settings);
        const f =
          ['write', 'acquire', 'members', 'discover'].find((o) =>
            manifest.operations.includes(o),
          ) ?? '';
        const value = f === 'acquire' ? { ttlUs: 1e6 } : 0;
        const op = { id: 1, afterUs: 0, f, key: 'k', value };
        const came = await new Promise<Outcome | null>((resolve) => {
          session.start(op, resolve);
          setTimeout(() => resolve(null), 500);
        });
        session.abandon?.(op);
        session.close();
        assert.notEqual(came?.type, 'ok', `${who}: ${JSON.stringify(came)}`);
      });
    });
  }
});

describe('a Consul of which most servers are gone', () => {
  it('is told apart from an address of something else', async () => {
    const server = createServer((request, response) => {
      const isSelf = request.url === '/v1/agent/self';
      response.statusCode = isSelf ? 200 : 500;
      response.end(isSelf ? '{"Config":{"Version":"1.21.0"}}' : 'No cluster leader');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const endpoint = { name: 'n0', url: `http://127.0.0.1:${port}` };
      const { adapter } = consul.open({}).system;
      const told =
        /E_ENDPOINT: .*reaches no leader\), wanted .*\. Check that most of its servers run/;
      await assert.rejects((adapter ?? assert.fail()).ready([endpoint]), told);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
