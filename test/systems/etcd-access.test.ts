/** Doors of etcd: certificates through the proxies, users with passwords, and what stays shut. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { attached } from '../../harness/attached/environment.ts';
import { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import type { Run } from '../../harness/core/environment.ts';
import { isOperation } from '../../harness/core/history.ts';
import type { LaunchPlan } from '../../harness/core/launch-plan.ts';
import type { Program } from '../../harness/core/program.ts';
import { etcd } from '../../harness/systems/etcd/index.ts';
import { certificate } from './certificate.ts';
import { skipWithoutEtcd } from './etcd-cluster.ts';

const program: Program = {
  scenario: 'access',
  shape: { nodes: [{ name: 'server-0', role: 'server', zone: 'z' }], clients: 1 },
  faults: [],
  clients: [
    ['write', 'read'].map((f, id) => ({
      id,
      afterUs: 0,
      f,
      key: 'k',
      value: f === 'read' ? null : 7,
    })),
  ],
  durationUs: 500_000,
  noiseSeed: 1,
  settings: {
    policyDivisor: 20,
    deadlineUs: 2_000_000,
    mutant: null,
    extra: { prefix: 'antlion/a/' },
  },
};

const run = async (
  cluster: LaunchedMembers,
  flags: Record<string, unknown>,
  host = '127.0.0.1',
): Promise<string[]> => {
  const endpoints = cluster.endpoints.map(({ name, url }) => {
    return { name, url: url.replace('127.0.0.1', host) };
  });
  const { system } = etcd.open(flags);
  const { history }: Run = await attached({ endpoints }).run(system, program);
  return history.events.flatMap((e) => (isOperation(e) && e.type !== 'invoke' ? [e.type] : []));
};

const launch = etcd.open({}).launch as LaunchPlan;

describe('etcd, with doors', () => {
  let folder: string;
  let cluster: LaunchedMembers | null = null;

  before(function () {
    skipWithoutEtcd(this);
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(async () => {
    await cluster?.[Symbol.asyncDispose]();
    cluster = null;
  });

  it('is spoken to with TLS through the proxies: the certificate is that of its own host', async () => {
    const [ca, caKey] = certificate(folder, 'ca');
    const signed = ['-CA', ca, '-CAkey', caKey, '-addext', 'basicConstraints=critical,CA:FALSE'];
    const [cert, key] = certificate(folder, 'member', [
      ...signed,
      '-addext',
      'subjectAltName=DNS:localhost',
    ]);
    const [client, clientKey] = certificate(folder, 'client', signed);
    const tls = ['--cert-file', cert, '--key-file', key, '--client-cert-auth', '--trusted-ca-file'];
    const plan = {
      ...launch,
      command: [
        ...launch.command.map((w) => (w.includes('{{port}}') ? w.replace('http:', 'https:') : w)),
        ...tls,
        ca,
      ],
      url: 'https://{{host}}:{{port}}',
    };
    cluster = await LaunchedMembers.open({ plan, members: 1 });
    await cluster.start();
    const flags = { cacert: ca, cert: client, key: clientKey };
    assert.deepEqual(await run(cluster, flags, 'localhost'), ['ok', 'ok']);
    await assert.rejects(run(cluster, {}, 'localhost'), /E_ENDPOINT.*SIGN.*--cacert FILE/);
    await assert.rejects(run(cluster, flags, '127.0.0.1'), /E_ENDPOINT.*ALTNAME.*--cacert FILE/);
    await assert.rejects(run(cluster, { cacert: ca }, 'localhost'), /E_ENDPOINT/);
  });

  it('lets a user in by a password from a file or the environment, and nobody else', async () => {
    cluster = await LaunchedMembers.open({ plan: launch, members: 1 });
    await cluster.start();
    const url = cluster.endpoints[0]?.url ?? '';
    const ask = async (path: string, body: object): Promise<void> => {
      const answer = await fetch(`${url}/v3/auth/${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      assert.equal(answer.status, 200, path);
    };
    await ask('user/add', { name: 'root', password: 'secret' });
    await ask('user/grant', { user: 'root', role: 'root' }).catch(() => undefined);
    await ask('enable', {});
    const file = join(folder, 'password');
    writeFileSync(file, 'secret\n');
    assert.deepEqual(await run(cluster, { user: 'root', passwordFile: file }), ['ok', 'ok']);
    await assert.rejects(run(cluster, {}), /E_ENDPOINT.*user name is empty.*--user NAME/);
    process.env['ANTLION_TEST_PASSWORD'] = 'wrong';
    const wrong = run(cluster, { user: 'root', passwordEnv: 'ANTLION_TEST_PASSWORD' });
    await assert.rejects(wrong, /E_ENDPOINT.*authentication failed.*--user NAME/);
    delete process.env['ANTLION_TEST_PASSWORD'];
  });
});
