/** The adapter of Consul against three servers that the test starts: installed, or made by `antlion systems install`. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { isInstalled, releaseOf } from '../../harness/cli/products/releases.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { consul } from '../../harness/systems/consul/index.ts';
import { skipUnless } from '../require.ts';
import { Bench } from './conformance/bench.ts';
import { adapterConformance } from './conformance/conformance.ts';
import { asking, planOf, started, untilIn } from './doors.ts';
import { startProduct } from './product.ts';
import type { Product } from './product.ts';

const [requirement] = consul.requires;

/** Its program; null: it is not there. */
function programOf(): string | null {
  const { program, args } = requirement ?? assert.fail('it needs no program');
  if (spawnSync(program, args).status === 0) return program;
  const release = releaseOf(consul, '1.21.0');
  return isInstalled(release) ? release.program : null;
}

describe('consul adapter', () => {
  let product: Product;
  before(async function () {
    const program = programOf();
    skipUnless(this, 'consul', program === null ? (requirement?.otherwise ?? '') : null);
    product = await startProduct(consul, {}, program ?? undefined);
  });
  after(async () => product?.[Symbol.asyncDispose]());

  adapterConformance(consul.operations, () => product.subject);

  const told = (came: Outcome | null): unknown => (came?.type === 'ok' ? came.value : came);

  it('keeps a lock closed for its delay when a session is ended, and not when it was let go', async () => {
    const { system, extra } = consul.open({ lockDelay: 3 });
    const adapter = system.adapter ?? assert.fail('no adapter');
    using bench = new Bench({ ...product.subject, adapter, extra });
    const [a, b] = [await bench.open(), await bench.open()];
    const first = await a.ask('acquire', 'l', { ttlUs: 2e6 });
    assert.equal(told(await a.ask('release', 'l', told(first) as number)), told(first));
    assert.equal(told(await b.ask('acquire', 'l', { ttlUs: 2e6 })), (told(first) as number) + 1);
    // Its TTL counts from before it was granted; the delay comes after that.
    const beganMs = performance.now();
    let got: Outcome | null;
    do {
      got = await a.ask('acquire', 'l', { ttlUs: 2e6 });
    } while (got?.type !== 'ok' && performance.now() - beganMs < 15_000);
    assert.equal(got?.type, 'ok');
    assert.ok(performance.now() - beganMs > 3_000, 'it was not closed for three seconds');
  });

  it('has services of its agents found while they renew, and has who fell silent revived by a renewal', async () => {
    const { system, extra } = consul.open({ registry: 'agent' });
    const adapter = system.adapter ?? assert.fail('no adapter');
    using bench = new Bench({ ...product.subject, adapter, extra });
    const [a, b] = [await bench.open(), await bench.open()];
    const found = async (wanted: readonly string[]): Promise<void> => {
      for (const endMs = performance.now() + 10_000; ;) {
        const names = told(await b.ask('discover', 's'));
        if (JSON.stringify(names) === JSON.stringify(wanted)) return;
        if (performance.now() > endMs) assert.deepEqual(names, wanted);
      }
    };
    const number = told(await a.ask('register', 's', { instance: 'i0', ttlUs: 1e6 })) as number;
    await found(['i0']);
    await found([]);
    assert.equal(told(await a.ask('renew', 's', number)), number);
    await found(['i0']);
    assert.equal(told(await a.ask('deregister', 's', number)), number);
    await found([]);
    assert.equal((await a.ask('renew', 's', number))?.type, 'fail');
  });

  it('knows who leads, and leaves nothing behind', async () => {
    const { adapter, endpoints, extra = {} } = product.subject;
    const leader = await adapter.leader?.(endpoints);
    assert.ok((leader?.node ?? 3) < 3 && (leader?.term ?? 0) > 0);
    const settings = { policyDivisor: 1, deadlineUs: 2_000_000, mutant: null };
    const own = { ...settings, extra: { ...extra, prefix: 'antlion/tidy/' } };
    const session = await adapter.connect(endpoints, 0, own);
    const ask = (f: string, value: number | null): Promise<Outcome> =>
      new Promise((resolve) => {
        session.start({ id: 1, afterUs: 0, f, key: 'it’s', value }, resolve);
      });
    assert.equal((await ask('write', 1)).type, 'ok');
    await adapter.tidy?.(endpoints, own);
    assert.equal(told(await ask('read', null)), null);
    session.close();
  });
});

describe('doors of consul', () => {
  it('let in who has an ACL token, and nobody else', async function () {
    const program = programOf();
    skipUnless(this, 'consul', program === null ? (requirement?.otherwise ?? '') : null);
    const token = '11111111-2222-3333-4444-555555555555';
    const acl = { enabled: true, default_policy: 'deny', tokens: { initial_management: token } };
    const plan = planOf(consul);
    const config = (plan.files?.['consul.json'] ?? '').replace(
      '{',
      `{ "acl": ${JSON.stringify(acl)},`,
    );
    const command = [program ?? '', ...plan.command.slice(1)];
    await using member = await started({ ...plan, command, files: { 'consul.json': config } });
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    const fileOf = (text: string): string => {
      const path = join(folder, text);
      writeFileSync(path, `${text}\n`);
      return path;
    };
    try {
      await untilIn(() => asking(consul, member, { passwordFile: fileOf(token) }));
      const shut = /E_ENDPOINT: .*40[13].*Say who asks, by an ACL token: --password-file FILE/;
      await assert.rejects(asking(consul, member, {}), shut);
      await assert.rejects(asking(consul, member, { passwordFile: fileOf('wrong') }), shut);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
