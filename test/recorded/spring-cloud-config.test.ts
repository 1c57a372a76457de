/** The adapter of Spring Cloud Config against answers as its server gave them, and what it publishes. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { MockAgent } from 'undici';
import type { Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { Publisher } from '../../harness/systems/spring-cloud-config/folder.ts';
import { ConfigSession } from '../../harness/systems/spring-cloud-config/session.ts';

const origin = 'http://config.invalid';
const settings = {
  ...{ policyDivisor: 1, deadlineUs: 1_000_000, mutant: null },
  extra: { prefix: 'antlion/a b/' },
};

describe('spring-cloud-config adapter, by recorded answers', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'antlion-test-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  async function asking(
    ops: readonly (readonly [string, string, Json])[],
    answers: readonly { readonly status: number; readonly body: Json }[] = [],
  ): Promise<{ outcomes: Outcome[]; asked: string[] }> {
    const mock = new MockAgent();
    // It can be closed, and not destroyed.
    const dispatcher = Object.assign(mock, { destroy: () => mock.close() });
    dispatcher.disableNetConnect();
    const asked: string[] = [];
    for (const { status, body } of answers) {
      const intercepted = dispatcher.get(origin).intercept({ path: () => true, method: 'GET' });
      intercepted.reply(({ path }) => {
        asked.push(path);
        return { statusCode: status, data: JSON.stringify(body) };
      });
    }
    const endpoints = [{ name: 'n0', url: `${origin}?folder=${folder}` }];
    const servers = { endpoints, targets: [{ url: origin, dispatcher }] };
    const session = new ConfigSession(servers, 0, settings, new Publisher('native'));
    const start = ([f, key, value]: (typeof ops)[number], id: number): Promise<Outcome> =>
      new Promise((resolve) => session.start({ id, afterUs: 0, f, key, value }, resolve));
    const outcomes = await Promise.all(ops.map(start));
    session.close();
    return { outcomes, asked };
  }

  it('publishes one version after the other, each as a whole, under a name that is the run’s own', async () => {
    const { outcomes } = await asking([
      ['publish-config', 'app', 'v1'],
      ['publish-config', 'app', 'v2'],
      ['publish-config', 'other', 'w1'],
    ]);
    assert.deepEqual(outcomes, [
      { type: 'ok', value: 'v1', version: 1 },
      { type: 'ok', value: 'v2', version: 2 },
      { type: 'ok', value: 'w1', version: 1 },
    ]);
    const names = readdirSync(folder).sort();
    assert.deepEqual(names, ['antlion-a-b-app.yml', 'antlion-a-b-other.yml']);
    const text = readFileSync(join(folder, 'antlion-a-b-app.yml'), 'utf8');
    assert.equal(text, '{"antlion":{"revision":2,"value":"v2"}}\n');
  });

  it('says of a publication that failed that nobody knows', async () => {
    writeFileSync(join(folder, 'antlion-a-b-app.yml'), 'of: somebody else\n');
    const { outcomes } = await asking([['publish-config', 'app', 'v1']]);
    assert.equal(outcomes[0]?.type, 'info');
  });

  it('serves what the server tells of the application, and nothing where there is none', async () => {
    const name = 'file:/c/antlion-a-b-app.yml';
    const source = { 'antlion.revision': 4, 'antlion.value': 'v4' };
    const told = { name: 'antlion-a-b-app', version: null, propertySources: [{ name, source }] };
    const ops = [
      ['serve-config', 'app', { instance: 'i0' }],
      ['serve-config', 'app', { instance: 'i0' }],
      ['serve-config', 'app', { instance: 'i0' }],
    ] as const;
    const none = { ...told, propertySources: [] };
    const broken = { status: 404, body: { error: 'Not Found' } };
    const { outcomes, asked } = await asking(ops, [
      { status: 200, body: told },
      { status: 200, body: none },
      broken,
    ]);
    assert.deepEqual(new Set(asked), new Set(['/antlion-a-b-app/default']));
    const values = outcomes.map((o) => (o.type === 'ok' ? o.value : o.type));
    assert.deepEqual(values, [{ revision: 4, value: 'v4' }, { revision: 0, value: null }, 'fail']);
  });

  it('takes away what is the run’s own, and no more', async () => {
    const publisher = new Publisher('native');
    await publisher.publish(folder, 'antlion-a-b-app', 'v1');
    await publisher.publish(folder, 'payments', 'v1');
    await publisher.tidy(folder, 'antlion-a-b-');
    assert.deepEqual(readdirSync(folder), ['payments.yml']);
  });
});
