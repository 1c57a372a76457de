/** Other people's clients, unmodified, against a cluster that is up: one start for all of them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Resolver } from 'node:dns/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { createInterface } from 'node:readline';
import Consul from 'consul';
import { describe, it } from 'mocha';
import { skipUnless } from '../require.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';
import type { Ended } from './antlion.ts';

const run = promisify(execFile);
const hasDig = await run('dig', ['-v']).then(
  () => true,
  () => false,
);

async function json(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const r = await fetch(url, init);
  return (await r.json()) as Record<string, unknown>;
}

describe('a cluster that is up', function () {
  this.timeout(120_000);
  const urls: string[] = [];
  let down: () => void = () => undefined;
  let ended: Promise<Ended>;

  before(async function () {
    skipUnlessBuilt(this);
    const args = ['up', '--servers', '3', '--services', 'back=1', '--dns', '0', '--json'];
    await new Promise<void>((up, lost) => {
      ended = antlion(args, {
        meanwhile: async (child) => {
          assert.ok(child.stdout !== null);
          const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
          const { value } = (await lines.next()) as { value: string };
          const { nodes } = JSON.parse(value) as { nodes: { url: string }[] };
          urls.push(...nodes.map((n) => n.url));
          await new Promise<void>((stop) => {
            down = stop;
            up();
          });
          child.kill('SIGINT');
        },
      });
      ended.catch(lost);
    });
  });
  after(async () => {
    if (urls.length === 0) return;
    down();
    assert.equal((await ended).code, 130);
  });

  describe('answers DNS', () => {
    let port = 0;
    before(async () => {
      const shop = (name: string, body: object): Promise<Response> =>
        fetch(`${urls[0]}/services/shop/${name}`, { method: 'PUT', body: JSON.stringify(body) });
      const meta = { 'dns-priority': '2', 'dns-weight': '7' };
      await shop('shop-1', { address: '10.0.0.1', port: 80, ttl: '1h', tags: ['v2'], meta });
      await shop('shop-2', { address: 'fd00::2', port: 81, ttl: '1h' });
      for (let i = 0; i < 40; i++) {
        const body = { address: `10.1.0.${i + 1}`, port: 82, ttl: '1h' };
        await fetch(`${urls[1]}/services/many/many-${i}`, {
          method: 'PUT',
          body: JSON.stringify(body),
        });
      }
      ({ port } = (await json(`${urls[2]}/dns`)) as { port: number });
      await until(async () => (await dnsOf().resolve4('many.service.antlion')).length === 40);
    });
    const dnsOf = (): Resolver => {
      const resolver = new Resolver({ timeout: 2_000 });
      resolver.setServers([`127.0.0.1:${port}`]);
      return resolver;
    };

    it("to Node's resolver, c-ares: A, AAAA, SRV with priority and weight, TTL", async () => {
      const dns = dnsOf();
      assert.deepEqual(await dns.resolve4('shop.service.antlion', { ttl: true }), [
        { address: '10.0.0.1', ttl: 5 },
      ]);
      assert.deepEqual(await dns.resolve6('shop.default.svc.cluster.local'), ['fd00::2']);
      const srv = await dns.resolveSrv('_shop._v2.service.antlion');
      const [one] = srv;
      assert.deepEqual(
        [srv.length, one?.name, one?.port, one?.priority, one?.weight],
        [1, 'shop-1.shop.addr.antlion', 80, 2, 7],
      );
      assert.deepEqual(await dns.resolve4(one?.name ?? ''), ['10.0.0.1']);
      assert.deepEqual(await dns.resolve4('back-0.node.antlion'), ['127.0.0.1']);
      const back = await dns.resolveSrv('back.service.antlion');
      assert.equal(`http://127.0.0.1:${back[0]?.port}`, urls[3]);
      await assert.rejects(dns.resolve4('nobody.service.antlion'), { code: 'ENOTFOUND' });
      await assert.rejects(dns.resolveMx('shop.service.antlion'), { code: 'ENODATA' });
      await assert.rejects(dns.resolve4('example.com'), { code: 'EREFUSED' });
    });

    it('to dig, by UDP and TCP, whole after a truncated answer', async function () {
      skipUnless(this, 'dig', hasDig ? null : 'apt-get install bind9-dnsutils');
      const dig = async (...args: string[]): Promise<string> => {
        const { stdout } = await run('dig', ['@127.0.0.1', '-p', String(port), ...args]);
        return stdout;
      };
      const short = await dig('+short', 'SRV', 'shop.service.antlion');
      assert.deepEqual(short.trim().split('\n').sort(), [
        '1 1 81 shop-2.shop.addr.antlion.',
        '2 7 80 shop-1.shop.addr.antlion.',
      ]);
      const whole = await dig('shop.service.antlion');
      assert.match(whole, /status: NOERROR/);
      assert.match(whole, /flags: qr aa rd;/);
      assert.match(whole, /shop\.service\.antlion\.\s+5\s+IN\s+A\s+10\.0\.0\.1/);
      assert.doesNotMatch(whole, /malformed|extra bytes/i);
      assert.match(await dig('+tcp', '+short', 'shop.service.antlion'), /^10\.0\.0\.1\n$/);
      const cut = await dig('+noedns', '+ignore', 'many.service.antlion');
      assert.match(cut, /flags: qr aa tc rd;/);
      const all = await dig('+noedns', '+short', 'many.service.antlion');
      assert.equal(
        all
          .trim()
          .split('\n')
          .filter((l) => l.startsWith('10.1.')).length,
        40,
      );
      assert.match(await dig('nobody.service.antlion'), /status: NXDOMAIN.*SOA/s);
    });

    it('no more with who has left, or whose lease has ended', async () => {
      await fetch(`${urls[1]}/services/shop/shop-1`, { method: 'DELETE' });
      const short = { address: '10.2.0.1', port: 1, ttl: '1s' };
      const path = `${urls[1]}/services/brief/brief-1`;
      await fetch(path, { method: 'PUT', body: JSON.stringify(short) });
      const dns = dnsOf();
      const isGone = (name: string, code: string): Promise<boolean> =>
        dns.resolve4(name).then(
          () => false,
          (e: unknown) => (e as { code: string }).code === code,
        );
      await until(() => isGone('brief.service.antlion', 'ENOTFOUND'));
      await until(() => isGone('shop.service.antlion', 'ENODATA'));
    });
  });

  describe('is Consul to the npm package of that name', () => {
    const client = (of: number): Consul => {
      const { hostname, port } = new URL(urls[of] ?? '');
      return new Consul({ host: hostname, port: Number(port), defaults: { consistent: true } });
    };
    interface Found {
      readonly Service: { readonly ID: string; readonly Port: number };
      readonly Checks: readonly { readonly Status: string }[];
    }
    const statuses = async (of: number, service: string): Promise<string[]> => {
      const found = (await client(of).health.service(service)) as Found[];
      return found.map((f) => f.Checks[0]?.Status ?? '');
    };

    it('services with checks that report themselves, told to a watch when they change', async () => {
      const [one, other] = [client(0), client(1)];
      const told: string[] = [];
      const watch = other.watch({
        method: other.health.service,
        options: { service: 'pay', passing: 'true' },
        backoffFactor: 100,
      });
      watch.on('error', () => undefined);
      watch.on('change', (data) => told.push((data as Found[]).map((f) => f.Service.ID).join()));
      await until(() => Promise.resolve(told.at(-1) === ''));
      const long = { ttl: '30s', timeout: '1s', deregistercriticalserviceafter: '1h' };
      const check = { name: 'itself', ...long };
      const service = {
        name: 'pay',
        id: 'pay-1',
        address: '10.4.0.1',
        port: 90,
        tags: ['blue'],
        check,
      };
      await one.agent.service.register(service);
      assert.deepEqual(await statuses(2, 'pay'), ['critical']);
      await one.agent.check.pass('service:pay-1');
      await until(() => Promise.resolve(told.at(-1) === 'pay-1'));
      await one.agent.check.fail('service:pay-1');
      await until(() => Promise.resolve(told.at(-1) === ''));
      const services = (await one.catalog.service.list()) as Record<string, string[]>;
      assert.deepEqual([services['pay'], services['back']], [['blue'], []]);
      const [node] = (await other.catalog.service.nodes('pay')) as Record<string, unknown>[];
      assert.deepEqual([node?.['ServiceAddress'], node?.['Node']], ['10.4.0.1', 'server-0']);
      await one.agent.service.deregister('pay-1');
      assert.deepEqual(await statuses(2, 'pay'), []);
      watch.end();
    });

    it('HTTP and TCP checks by two successes and three failures; gone once critical for long', async () => {
      const consul = client(0);
      let isWell = true;
      const server = createServer((_, r) => r.writeHead(isWell ? 200 : 500).end()).listen(0);
      const { port } = server.address() as AddressInfo;
      const often = { interval: '100ms', timeout: '1s' };
      const probed = (name: string, deregistercriticalserviceafter: string): object => {
        const of = { ...often, deregistercriticalserviceafter };
        const http = { name: 'http', ...of, http: `http://127.0.0.1:${port}/` };
        const tcp = { name: 'tcp', ...of, tcp: `127.0.0.1:${port}` };
        return { name, port, checks: [http, tcp] };
      };
      const register = consul.agent.service.register.bind(consul.agent.service) as (
        o: object,
      ) => Promise<void>;
      try {
        await register(probed('probed', '1h'));
        assert.deepEqual(await statuses(0, 'probed'), ['critical']);
        await until(async () => (await statuses(1, 'probed')).join() === 'passing');
        isWell = false;
        await until(async () => (await statuses(1, 'probed')).join() === 'critical');
        await register(probed('brief', '300ms'));
        await until(async () => (await statuses(1, 'brief')).join() === '');
        assert.deepEqual(await statuses(1, 'probed'), ['critical']);
        await consul.agent.service.deregister('probed');
        await assert.rejects(
          consul.agent.service.register({
            name: 'x',
            check: { name: 'program', args: ['true'], interval: '1s', timeout: '1s' },
          }),
          /Scripts are disabled/,
        );
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });

    it('keys, by compare and set, and locks by sessions', async () => {
      const [one, other] = [client(0), client(2)];
      const valueOf = async (key: string): Promise<unknown> => {
        const found = (await other.kv.get(key)) as { Value: string } | undefined;
        return found?.Value;
      };
      assert.equal(await valueOf('a/x'), undefined);
      assert.equal(await one.kv.set('a/x', 'ä1'), true);
      assert.equal(await valueOf('a/x'), 'ä1');
      const { ModifyIndex } = (await one.kv.get('a/x')) as { ModifyIndex: number };
      // This client makes nothing of an answer that is false.
      assert.ok(!(await one.kv.set({ key: 'a/x', value: '2', cas: 0 })));
      assert.equal(await one.kv.set({ key: 'a/x', value: '2', cas: ModifyIndex }), true);
      await one.kv.set('a/y/z', '3');
      assert.deepEqual(await one.kv.keys({ key: 'a/', separator: '/' }), ['a/x', 'a/y/']);
      const sessionOf = async (c: Consul): Promise<string> =>
        ((await c.session.create({ ttl: '1h' })) as { ID: string }).ID;
      const [mine, theirs] = [await sessionOf(one), await sessionOf(other)];
      assert.equal(await one.kv.set({ key: 'lead', value: 'one', acquire: mine }), true);
      assert.ok(!(await other.kv.set({ key: 'lead', value: 'other', acquire: theirs })));
      const held = (await other.kv.get('lead')) as unknown as Record<string, unknown>;
      assert.deepEqual([held['Session'], held['LockIndex'], held['Value']], [mine, 1, 'one']);
      await one.session.renew(mine);
      await one.session.destroy(mine);
      assert.equal(await other.kv.set({ key: 'lead', value: 'other', acquire: theirs }), true);
      assert.equal(await other.kv.set({ key: 'lead', value: '', release: theirs }), true);
      assert.equal(await one.kv.del({ key: 'a/', recurse: true }), true);
      assert.equal(await valueOf('a/x'), undefined);
      assert.match((await one.status.leader()) as string, /^server-\d$/);
      const self = (await one.agent.self()) as { Config: { NodeName: string } };
      assert.equal(self.Config.NodeName, 'server-0');
      const members = (await one.agent.members()) as { Name: string; Status: number }[];
      assert.deepEqual(
        members.map((m) => m.Status),
        [1, 1, 1, 1],
      );
    });
  });

  describe('takes Eureka’s JavaScript client for one of its own', () => {
    /** As an application has it; renews and fetches more often, so that a test need not wait. */
    function client(of: number, id: string): EurekaClient {
      const { hostname, port } = new URL(urls[of] ?? '');
      return new Eureka({
        shouldUseDelta: of === 0,
        logger: { debug: silent, info: silent, warn: silent, error: silent },
        instance: {
          app: 'orders',
          instanceId: id,
          hostName: `${id}.example`,
          ipAddr: '10.3.0.1',
          port: { $: 8_080, '@enabled': true },
          vipAddress: 'orders',
          leaseInfo: { durationInSecs: 90 },
          dataCenterInfo: {
            '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
            name: 'MyOwn',
          },
        },
        eureka: {
          host: hostname,
          port: Number(port),
          servicePath: of === 0 ? '/eureka/apps/' : '/eureka/v2/apps/',
          heartbeatInterval: 100,
          registryFetchInterval: 100,
        },
      });
    }

    it('it registers, renews, is found through another peer, and leaves', async () => {
      const [one, two] = [client(0, 'orders-1'), client(1, 'orders-2')];
      for (const c of [one, two]) {
        await new Promise<void>((resolve, reject) => {
          c.start((e) => (e ? reject(e) : resolve()));
        });
      }
      const idsAt = (c: EurekaClient): string =>
        c
          .getInstancesByVipAddress('orders')
          .map((i) => i.instanceId)
          .sort()
          .join();
      await new Promise<void>((resolve) => one.once('heartbeat', resolve));
      for (const c of [one, two]) {
        await until(() => Promise.resolve(idsAt(c) === 'orders-1,orders-2'));
      }
      // The cluster's own services are instances as well.
      await until(async () => (await fetch(`${urls[2]}/eureka/apps/BACK`)).ok);
      const back = (await json(`${urls[2]}/eureka/apps/BACK`)) as {
        application: { instance: { instanceId: string; status: string }[] };
      };
      const [first] = back.application.instance;
      assert.deepEqual([first?.instanceId, first?.status], ['back-0', 'UP']);
      const at = `${urls[2]}/eureka/apps/ORDERS/orders-2`;
      assert.equal(
        (await fetch(`${at}/status?value=OUT_OF_SERVICE`, { method: 'PUT' })).status,
        200,
      );
      // By deltas the client never leaves out who is out of service; by the whole list it does.
      await until(() => Promise.resolve(idsAt(two) === 'orders-1'));
      assert.equal((await fetch(`${at}/status`, { method: 'DELETE' })).status, 200);
      for (const c of [one, two]) {
        await new Promise<void>((resolve, reject) => {
          c.stop((e) => (e ? reject(e) : resolve()));
        });
      }
      const unknown = await fetch(`${urls[2]}/eureka/apps/ORDERS/orders-1`, { method: 'PUT' });
      assert.equal(unknown.status, 404);
      const wrong = await fetch(`${urls[0]}/eureka/apps/ORDERS`, { method: 'POST', body: '{}' });
      assert.equal(wrong.status, 400);
    });
  });
});

const silent = (): void => undefined;

interface EurekaClient {
  start(done: (e?: Error | null) => void): void;
  stop(done: (e?: Error | null) => void): void;
  once(event: string, listener: () => void): void;
  getInstancesByVipAddress(vip: string): { instanceId: string }[];
}

/** The package brings no types. */
const require = createRequire(import.meta.url);
const { Eureka } = require('eureka-js-client') as {
  Eureka: new (config: object) => EurekaClient;
};

/** Rejects when it is not so for long. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  while (!(await isSo().catch(() => false))) {
    assert.ok(Date.now() < giveUpAt, `for 30 s not: ${String(isSo)}`);
    await new Promise((soon) => setTimeout(soon, 50));
  }
}
