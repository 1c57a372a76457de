/** Doors of PostgreSQL, NATS, Redlock, Sentinel and ZooKeeper: what stays shut says so at once, and what opens it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { nats } from '../../harness/systems/nats/index.ts';
import { Authentication } from '../../harness/systems/postgres/authentication.ts';
import { postgres } from '../../harness/systems/postgres/index.ts';
import { redlock } from '../../harness/systems/redis/redlock.ts';
import { sentinel } from '../../harness/systems/redis/sentinel/index.ts';
import { zookeeper } from '../../harness/systems/zookeeper/index.ts';
import { certificate } from './certificate.ts';
import { asking, planOf, started, untilIn } from './doors.ts';
import { skipWithout } from './product.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
});
after(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const path = join(folder, text);
  writeFileSync(path, `${text}\n`);
  return path;
}

/** Signed by one authority for `localhost` and 127.0.0.1. */
function memberCertificate(): { ca: string; cert: string; key: string } {
  const [ca, caKey] = certificate(folder, 'ca');
  const [cert, key] = certificate(folder, 'member', [
    ...['-CA', ca, '-CAkey', caKey, '-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
  ]);
  return { ca, cert, key };
}

describe('doors of products', () => {
  it('of PostgreSQL: a password by SCRAM, with TLS or without', async function () {
    skipWithout(this, postgres);
    const { ca, cert, key } = memberCertificate();
    const plan = planOf(postgres);
    const secret = fileOf('secret');
    const initdb = (plan.prepare ?? []).map((word) => (word === 'trust' ? 'scram-sha-256' : word));
    const ssl = ['ssl=on', `ssl_cert_file=${cert}`, `ssl_key_file=${key}`];
    await using member = await started({
      ...plan,
      prepare: [...initdb, `--pwfile=${secret}`],
      command: [...plan.command, ...ssl.flatMap((s) => ['-c', s])],
    });
    const ask = (flags: object): Promise<string | undefined> =>
      asking(postgres, member, { ...flags });
    await untilIn(() => ask({ passwordFile: secret }));
    assert.equal(await ask({ passwordFile: secret, cacert: ca }), 'ok');
    await assert.rejects(ask({}), /E_ENDPOINT: .*it wants a password.*--password-file FILE/);
    const wrong = { passwordFile: fileOf('wrong') };
    await assert.rejects(ask(wrong), /E_ENDPOINT: .*password authentication failed.*--user NAME/);
    const unsigned = { passwordFile: secret, ssl: 'on' };
    await assert.rejects(ask(unsigned), /E_ENDPOINT: .*(SIGN|CERT).*--cacert FILE/);
  });

  it('of a PostgreSQL without TLS: said, and nothing is sent as it is', async function () {
    skipWithout(this, postgres);
    await using member = await started(planOf(postgres));
    const shut = /E_ENDPOINT: .*speaks no TLS.*Pass --ssl off/;
    await assert.rejects(asking(postgres, member, { ssl: 'on' }), shut);
  });

  it('of NATS: TLS', async function () {
    skipWithout(this, nats);
    const { ca, cert, key } = memberCertificate();
    const config = `listen: "{{host}}:{{port}}"\njetstream { store_dir: "{{data}}/j" }\n`;
    const tls = `tls { cert_file: "${cert}", key_file: "${key}" }\n`;
    await using member = await started({
      command: ['nats-server', '-c', '{{data}}/nats.conf'],
      files: { 'nats.conf': config + tls },
      url: 'nats://{{host}}:{{port}}',
    });
    const ask = (flags: object): Promise<string | undefined> =>
      asking(nats, member, { replicas: '1', ...flags });
    await untilIn(() => ask({ cacert: ca }));
    await assert.rejects(ask({}), /E_ENDPOINT: .*(SIGN|CERT).*--cacert FILE/);
  });

  it('of Redlock: a password', async function () {
    skipWithout(this, redlock);
    const plan = planOf(redlock);
    const command = [...plan.command, '--requirepass', 'secret'];
    await using members = await started({ ...plan, command }, 3);
    const passwordFile = fileOf('secret');
    assert.equal(await asking(redlock, members, { passwordFile }, 'acquire'), 'ok');
    await assert.rejects(
      asking(redlock, members, {}),
      /E_ENDPOINT: .*NOAUTH.*--password-file FILE/,
    );
  });

  it('of Sentinel: a password of Redis, which its Sentinels do not want', async function () {
    skipWithout(this, sentinel);
    const plan = planOf(sentinel);
    const files = { ...plan.files };
    files['redis.conf'] = `${files['redis.conf']}requirepass secret\nmasterauth secret\n`;
    const prepare = (plan.prepare ?? []).map((word) =>
      word.includes('known-replica') ? `${word}\nsentinel auth-pass antlion secret\n` : word,
    );
    await using members = await started({ ...plan, files, prepare }, 3);
    const passwordFile = fileOf('secret');
    await untilIn(() => asking(sentinel, members, { passwordFile }));
    await assert.rejects(asking(sentinel, members, {}), /E_ENDPOINT: .*NOAUTH.*--password-file/);
    const wrong = asking(sentinel, members, { passwordFile: fileOf('wrong') });
    await assert.rejects(wrong, /E_ENDPOINT: .*WRONGPASS/);
  });

  it('of ZooKeeper: who wants everybody known by "digest"', async function () {
    skipWithout(this, zookeeper);
    const plan = planOf(zookeeper);
    const enforce = ['enabled=true', 'schemes=digest'].map((s) => `-Dzookeeper.enforce.auth.${s}`);
    const [java = '', ...words] = plan.command;
    await using member = await started({ ...plan, command: [java, ...enforce, ...words] });
    const passwordFile = fileOf('secret');
    await untilIn(() => asking(zookeeper, member, { user: 'me', passwordFile }));
    const shut = /E_ENDPOINT: .*authentication wanted.*Say who asks: --user NAME/;
    await assert.rejects(asking(zookeeper, member, {}), shut);
  });
});

describe('authentication with PostgreSQL', () => {
  const answer = (password: string | null, ...bodies: Buffer[]): string => {
    const one = new Authentication({ user: 'me', password }, 'abc');
    return bodies.map((b) => one.answer(b)?.toString('latin1').slice(5) ?? '').join('|');
  };
  const body = (kind: number, text = ''): Buffer => {
    const head = Buffer.alloc(4);
    head.writeInt32BE(kind);
    return Buffer.concat([head, Buffer.from(text, 'latin1')]);
  };

  it('says a password as it is, and by MD5', () => {
    assert.equal(answer('secret', body(3)), 'secret\0');
    const hashed = answer('secret', body(5, '\x01\x02\x03\x04'));
    assert.equal(hashed, 'md58322d584bf59f0253d58346307bb6ba3\0');
    assert.equal(answer(null, body(0)), '');
  });

  it('says nothing where it knows nothing, or is asked in a way that it does not know', () => {
    assert.throws(() => answer(null, body(10, 'SCRAM-SHA-256\0\0')), /wants a password/);
    assert.throws(() => answer('secret', body(10, 'SCRAM-SHA-1\0\0')), /wants one of SCRAM-SHA-1/);
    assert.throws(() => answer('secret', body(7)), /not known here \(7\)/);
  });

  it('believes no server that does not know the password itself, nor one that repeats no nonce', () => {
    const first = body(10, 'SCRAM-SHA-256\0\0');
    const challenge = body(11, 'r=abcdef,s=c2FsdA==,i=4096');
    assert.throws(() => answer('secret', first, challenge, body(12, 'v=AAAA')), /does not know/);
    const strange = body(11, 'r=xyz,s=c2FsdA==,i=4096');
    assert.throws(() => answer('secret', first, strange), /no SCRAM/);
    const endless = body(11, 'r=abcdef,s=c2FsdA==,i=1000000000');
    assert.throws(() => answer('secret', first, endless), /no SCRAM/);
  });
});
