/** Doors of Redis: a password, users, and certificates through the proxies; what stays shut says so at once. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { attached } from '../../harness/attached/environment.ts';
import { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import { isOperation } from '../../harness/core/history.ts';
import type { LaunchPlan } from '../../harness/core/launch-plan.ts';
import type { Program } from '../../harness/core/program.ts';
import { redis } from '../../harness/systems/redis/index.ts';
import { certificate } from './certificate.ts';
import { skipWithout } from './product.ts';

const program: Program = {
  scenario: 'access',
  shape: { nodes: [{ name: 'server-0', role: 'server', zone: 'z' }], clients: 1 },
  faults: [],
  clients: [
    ['write', 'read'].map((f, id) => ({
      ...{ id, afterUs: 0, f, key: 'k' },
      value: f === 'read' ? null : 7,
    })),
  ],
  durationUs: 500_000,
  noiseSeed: 1,
  settings: {
    ...{ policyDivisor: 20, deadlineUs: 2_000_000, mutant: null },
    extra: { prefix: 'antlion/a/' },
  },
};

describe('redis, with doors', () => {
  let folder: string;
  let member: LaunchedMembers | null = null;

  before(function () {
    skipWithout(this, redis);
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    await member?.[Symbol.asyncDispose]();
    member = null;
  });

  const start = async (more: readonly string[], url?: string): Promise<void> => {
    const launch = redis.open({}).launch as LaunchPlan;
    const plan = { ...launch, command: [...launch.command, ...more], ...(url && { url }) };
    member = await LaunchedMembers.open({ plan, members: 1 });
    await member.start();
  };

  const run = async (flags: Record<string, unknown>, host = '127.0.0.1'): Promise<string[]> => {
    const endpoints = (member as LaunchedMembers).endpoints.map(({ name, url }) => {
      return { name, url: url.replace('127.0.0.1', host) };
    });
    const { history } = await attached({ endpoints }).run(redis.open(flags).system, program);
    return history.events.flatMap((e) => (isOperation(e) && e.type !== 'invoke' ? [e.type] : []));
  };

  it('lets in by a password, with a user or without, and nobody else', async () => {
    await start(['--requirepass', 'secret', '--user', 'guest', 'on', '>other', '~*', '+@all']);
    const file = (text: string): string => {
      const path = join(folder, text.trim());
      writeFileSync(path, text);
      return path;
    };
    assert.deepEqual(await run({ passwordFile: file('secret\n') }), ['ok', 'ok']);
    assert.deepEqual(await run({ user: 'guest', passwordFile: file('other') }), ['ok', 'ok']);
    await assert.rejects(run({}), /E_ENDPOINT: .*NOAUTH.*--password-file FILE/);
    await assert.rejects(run({ passwordFile: file('wrong') }), /E_ENDPOINT: .*WRONGPASS.*--user/);
    await assert.rejects(run({ user: 'guest' }), /E_USAGE: user is "guest" with no password/);
    await assert.rejects(run({ passwordEnv: 'NOT_SET_HERE' }), /E_USAGE: NOT_SET_HERE is not set/);
    await assert.rejects(run({ passwordFile: '/none' }), /E_USAGE: .*cannot be read \(ENOENT\)/);
  });

  it('is spoken to with TLS through the proxies, and by nobody whom a stranger signed', async () => {
    const [ca, caKey] = certificate(folder, 'ca');
    const [stranger] = certificate(folder, 'stranger');
    const [cert, key] = certificate(folder, 'member', [
      ...['-CA', ca, '-CAkey', caKey, '-addext', 'basicConstraints=critical,CA:FALSE'],
      ...['-addext', 'subjectAltName=DNS:localhost'],
    ]);
    const tls = ['--tls-port', '{{port}}', '--tls-cert-file', cert, '--tls-key-file', key];
    const more = ['--port', '0', ...tls, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no'];
    await start(more, 'rediss://{{host}}:{{port}}');
    assert.deepEqual(await run({ cacert: ca }, 'localhost'), ['ok', 'ok']);
    await assert.rejects(run({}, 'localhost'), /E_ENDPOINT: .*SIGN.*--cacert FILE/);
    await assert.rejects(run({ cacert: stranger }, 'localhost'), /E_ENDPOINT: .*--cacert FILE/);
    await assert.rejects(run({ cacert: ca }), /E_ENDPOINT: .*ALTNAME.*--cacert FILE/);
  });
});
