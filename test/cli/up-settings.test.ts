/** Configuration and flags of a cluster that is up, by other people's clients. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import CloudConfig from 'cloud-config-client';
import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import { describe, it } from 'mocha';
import { antlionProvider } from '../../reference-impl/http/openfeature.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';

const up = ['up', '--servers', '3', '--services', 'none', '--json', '--defaults'];

/** All of it with one start; `after` runs when the cluster is gone. */
async function whileUp(
  meanwhile: (urls: readonly string[]) => Promise<void>,
  after: () => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-defaults-'));
  const file = join(folder, 'defaults.json');
  writeFileSync(file, '{"timeout": 30}');
  const ended = await antlion([...up, file], {
    meanwhile: async (child) => {
      assert.ok(child.stdout !== null);
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      const { nodes } = JSON.parse(line) as { readonly nodes: readonly { readonly url: string }[] };
      try {
        await meanwhile(nodes.map((n) => n.url));
      } finally {
        child.kill('SIGINT');
      }
    },
  });
  rmSync(folder, { recursive: true });
  assert.equal(ended.code, 130, ended.stderr);
  await after();
}

interface Effective {
  readonly values: Record<string, unknown>;
  readonly layers: Record<string, string>;
  readonly hash: string;
}

/** A client of Spring Cloud Config in Node, and what the nodes themselves serve. */
async function springSees(urls: readonly string[]): Promise<void> {
  const load = async (url: string | undefined, profiles: string[]) =>
    CloudConfig.load({ endpoint: `${url}/spring`, name: 'shop', profiles });
  const effective = async (url: string | undefined): Promise<Effective> =>
    (await (await fetch(`${url}/effective`)).json()) as Effective;
  assert.deepEqual((await effective(urls[0])).values, { timeout: 30 });
  const kv = `${urls[0]}/kv/config`;
  await put(`${kv}/prod/global/timeout`, 50);
  await put(`${kv}/prod/global/pool`, { size: 10, hosts: ['a', 'b'] });
  await put(`${kv}/prod/service:shop/timeout`, 10);
  await put(`${kv}/dev/global/timeout`, 99);
  await put(`${kv}/prod/instance:server-1/timeout`, 60);
  const prod = await load(urls[1], ['prod']);
  assert.deepEqual(prod.toObject(), { timeout: 10, pool: { size: 10, hosts: ['a', 'b'] } });
  assert.equal((await load(urls[2], ['dev', 'prod'])).get('timeout'), 10);
  assert.equal((await load(urls[2], ['prod', 'dev'])).get('timeout'), 99);
  const { version } = prod.raw as { readonly version: string };
  await put(`${urls[0]}/kv/other`, 1);
  assert.equal((await load(urls[1], ['prod'])).raw['version'], version);
  await put(`${kv}/prod/service:shop/timeout`, 11);
  assert.notEqual((await load(urls[1], ['prod'])).raw['version'], version);
  while ((await effective(urls[1])).values['timeout'] !== 60);
  while ((await effective(urls[0])).values['timeout'] !== 50);
  while ((await effective(urls[2])).hash !== (await effective(urls[0])).hash);
  assert.equal((await effective(urls[1])).layers['timeout'], 'instance:server-1');
}

async function put(url: string, value: unknown): Promise<void> {
  const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(value) });
  assert.equal(answer.status, 200, await answer.text());
}

describe('settings of a cluster that is up', function () {
  this.timeout(120_000);
  before(function () {
    skipUnlessBuilt(this);
  });
  after(() => OpenFeature.close());

  it('are flags to the SDK of OpenFeature, also when the cluster is gone', async () => {
    const flag = (isOn: boolean) => ({
      isOn,
      variants: { new: 'blue', old: 'grey' },
      off: 'old',
      segments: [{ name: 'staff', if: { plan: ['staff'] }, serve: 'new' }],
      split: { new: 50, old: 50 },
    });
    const users = Array.from({ length: 100 }, (_, i) => `user-${i}`);
    const stale = new Promise((resolve) => {
      OpenFeature.getClient('brief').addHandler(ProviderEvents.Stale, resolve);
    });
    await whileUp(
      async (urls) => {
        await put(`${urls[0]}/kv/config/flags/colour`, flag(true));
        const nobody = 'http://127.0.0.1:1';
        await springSees(urls);
        for (const [domain, staleMsMax] of [
          ['usual', 60_000],
          ['brief', 2_000],
        ] as const) {
          const provider = antlionProvider({ urls: [nobody, ...urls], staleMsMax, refreshMs: 500 });
          await OpenFeature.setProviderAndWait(domain, provider);
        }
        const client = OpenFeature.getClient('usual');
        const [brief, asked] = [OpenFeature.getClient('brief'), { plan: 'free' }];
        const got = new Set<string>();
        for (const targetingKey of users) {
          const one = await client.getStringDetails('colour', 'none', { targetingKey, ...asked });
          assert.equal(one.reason, 'SPLIT');
          assert.equal(await brief.getStringValue('colour', 'none', { targetingKey }), one.value);
          got.add(one.value);
        }
        assert.deepEqual([...got].sort(), ['blue', 'grey']);
        const staff = await client.getStringDetails('colour', 'none', { plan: 'staff' });
        assert.deepEqual([staff.value, staff.reason], ['blue', 'TARGETING_MATCH']);
        assert.equal(staff.flagMetadata['segment'], 'staff');
        const wrong = await client.getBooleanDetails('colour', true, { plan: 'staff' });
        assert.deepEqual([wrong.value, wrong.errorCode], [true, 'TYPE_MISMATCH']);
        const unknown = await client.getNumberDetails('other', 7);
        assert.deepEqual([unknown.value, unknown.errorCode], [7, 'FLAG_NOT_FOUND']);
        const keyless = await client.getStringDetails('colour', 'none');
        assert.deepEqual([keyless.value, keyless.errorCode], ['none', 'TARGETING_KEY_MISSING']);

        const changed = new Promise((resolve) => {
          client.addHandler(ProviderEvents.ConfigurationChanged, resolve);
        });
        await put(`${urls[2]}/kv/config/flags/colour`, flag(false));
        assert.deepEqual(((await changed) as { flagsChanged: string[] }).flagsChanged, ['colour']);
        const killed = await client.getStringDetails('colour', 'none', { plan: 'staff' });
        assert.deepEqual([killed.value, killed.reason], ['grey', 'DISABLED']);

        await put(`${urls[1]}/kv/config/flags/late`, { ...flag(true), split: { new: 100 } });
        for (const one of [brief, client]) {
          while ((await one.getStringValue('late', 'none', { targetingKey: 'u' })) !== 'blue') {
            await nextTurn();
          }
        }
      },
      async () => {
        const user = { targetingKey: 'u' };
        const local = await OpenFeature.getClient('usual').getStringDetails('late', 'none', user);
        assert.deepEqual([local.value, local.reason], ['blue', 'SPLIT']);
        await stale;
        const old = await OpenFeature.getClient('brief').getStringDetails('late', 'none', user);
        assert.deepEqual([old.value, old.reason], ['grey', 'STALE']);
      },
    );
  });
});
