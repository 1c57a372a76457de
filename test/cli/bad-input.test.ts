/** What a user gets wrong is said in one message, with the next step and the right exit code. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { encodeToken } from '../../harness/runner/token.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';

const program = {
  scenario: 'mine',
  shape: { nodes: [], clients: 0 },
  faults: [],
  clients: [],
  durationUs: 1,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 1, mutant: null, extra: {} },
};

function tokenOf(system: string, invariant = 'linearizable', durationUs = 1): string {
  const pins = {};
  const long = { ...program, durationUs };
  return encodeToken({
    system,
    invariant,
    program: long,
    pins,
    traceHash: null,
    build: null,
    from: null,
  });
}

const whole = tokenOf('reference');
const nowhere = 'n0=http://127.0.0.1:1';

/** Arguments, exit code, what the message must say. */
const table: readonly (readonly [string, number, RegExp])[] = [
  ['', 64, /Usage: antlion/],
  ['--wrong', 64, /unknown option '--wrong'[^]*antlion --help/],
  ['runn', 64, /unknown command 'runn'[^]*Did you mean run/],
  ['run --wrong', 64, /unknown option '--wrong'[^]*antlion run --help/],
  ['doctor a', 64, /too many arguments for 'doctor'[^]*antlion doctor --help/],
  ['run nope', 64, /^E_SCENARIO_UNKNOWN: .*"nope", wanted one of minority.*antlion list\.\n$/],
  ['run key-value nope', 64, /^E_SCENARIO_UNKNOWN: .*"nope"/],
  ['run minority-partiton', 64, /did you mean minority-partition\?/],
  ['run MINORITY-PARTITION', 64, /did you mean minority-partition\?/],
  ['run minority', 64, /did you mean minority-partition\?/],
  ['run --mutant stale-raed', 64, /did you mean stale-read\?/],
  ['mutants stale-raed', 64, /^E_MUTANT_UNKNOWN: .*did you mean stale-read\?/],
  ['list stale-raed', 64, /^E_USAGE: .*did you mean stale-read\?/],
  ['run --env moon', 64, /^E_USAGE: env is "moon", wanted simulation.*Pass --env/],
  ['run --env attached', 64, /^E_USAGE: .*Use antlion verify/],
  [
    'run --mutant nope',
    64,
    /^E_MUTANT_UNKNOWN: .*"nope", wanted one of never-refute, .* and [0-9]+ more[.] See them all: antlion list/,
  ],
  ['run --mutant toString', 64, /^E_MUTANT_UNKNOWN/],
  ['run --seed x', 64, /'x' is invalid. It is no whole number from 0 to 4294967295/],
  ['run --seed -1', 64, /'-1' is invalid. It is no whole number from 0 to 4294967295/],
  ['run --seed 1.5', 64, /'1.5' is invalid. It is no whole number from 0 to 4294967295/],
  ['run --seed 4294967296', 64, /no whole number from 0 to 4294967295/],
  ['run --runs 0', 64, /'0' is invalid. It is no whole number from 1 to 999999999/],
  ['check h.jsonl --model register --limit 600h', 64, /^E_USAGE: limit is 600h, wanted .*596 h/],
  ['check h.jsonl --model register --limit 0s', 64, /^E_USAGE: limit is 0s/],
  ['replay', 64, /missing required argument 'counterexample'/],
  ['replay foo', 64, /^E_TOKEN: .*"foo" does not look like a token, and there is no such file/],
  [`replay ${'x'.repeat(5_000)}`, 64, /^E_TOKEN: .*it cannot be read \(ENAMETOOLONG\)/],
  ['replay /', 64, /^E_TOKEN: "\/" has no token\.txt, .*Pass its folder, or a token\.$/m],
  [
    'replay package.json',
    64,
    /^E_TOKEN: package.json is unreadable: its format is missing, wanted 1/,
  ],
  [`replay ${whole.slice(0, -8)}`, 64, /^E_TOKEN: .*cut off or changed/],
  ['replay antlion1.eyJhIjoxfQ', 64, /^E_TOKEN_VERSION: the token has format 1, wanted 2/],
  [`replay ${whole.replace('2.', '3.')}`, 64, /^E_TOKEN_VERSION: .*format 3, wanted 2/],
  [`replay ${tokenOf('chubby')}`, 64, /^E_TOKEN: .*system "chubby", wanted one of reference/],
  [`replay ${tokenOf('reference', 'beauty')}`, 64, /^E_TOKEN: .*"beauty".*does not promise/],
  [`replay ${whole} --env moon`, 64, /^E_USAGE: env is "moon"/],
  [`replay ${tokenOf('reference', 'linearizable', 6e8)} --env processes`, 64, /^E_PLAN: .*10 min/],
  ['verify --nowhere', 64, /^E_USAGE: system is "--nowhere", wanted etcd/],
  ['verify riak', 64, /^E_USAGE: system is "riak", wanted etcd/],
  ['verify etcd --reads dirty', 64, /^E_USAGE: reads is "dirty", wanted linearizable or serial/],
  ['verify consul --lock-delay -1', 64, /^E_USAGE: .*wanted integer from 0 to 60\. Pass/],
  ['verify etcd --snapshot-count 0', 64, /^E_USAGE: .*wanted integer above 0\. Pass/],
  ['verify etcd --scenario whole-c*', 64, /^E_USAGE: .*role service.*wanted one of .*key-value/],
  ['verify etcd --without rain', 64, /^E_USAGE: without is "rain", wanted one of partition/],
  ['verify etcd --members 0', 64, /wanted a whole number from 1/],
  ['verify etcd --user me', 64, /^E_USAGE: user is "me" with no password.*--password-file FILE/],
  ['verify etcd --password-env X', 64, /^E_USAGE: X is not set, wanted a password in it/],
  ['verify etcd --password-file package.json', 64, /^E_USAGE: a password is given and no user/],
  ['verify etcd --cacert /nowhere', 64, /^E_USAGE: cacert is "\/nowhere".*ENOENT/],
  ['verify etcd --endpoint http://me:secret@there:1', 64, /flags of their own/],
  ['verify etcd --endpoint redis://there', 69, /^E_ENDPOINT: .*wanted scheme:\/\/host:port/],
  [`verify etcd --endpoint ${nowhere} --keep`, 64, /^E_USAGE: keep is about members/],
  ['verify etcd --endpoint n0=there:81', 64, /^E_USAGE: .*Pass --endpoint http:\/\/there:81\.$/m],
  ['verify etcd --endpoint there', 64, /^E_USAGE: endpoint is "there".*Pass --endpoint http/],
  [`verify etcd --endpoint ${nowhere} --endpoint ${nowhere}`, 64, /two endpoints are called "n0"/],
  ['verify etcd --plan plan.yaml', 64, /^E_USAGE: .*no scenario is named/],
  ['verify etcd --allow-crash n0=4711', 64, /^E_USAGE: .*no endpoint is given/],
  [`verify etcd --endpoint ${nowhere} --allow-crash x=1`, 64, /^E_USAGE: .*names n0/],
  [`verify etcd --endpoint ${nowhere} --allow-crash n0=1`, 77, /^E_REFUSED_TARGET: .*pgrep etcd/],
  [`verify etcd --endpoint ${nowhere} --allow-crash n0=999999999`, 77, /^E_REFUSED_TARGET/],
  ['verify postgres --isolation chaos', 64, /^E_USAGE: isolation is "chaos", wanted serializable/],
  ['verify sentinel --min-replicas 9', 64, /^E_USAGE: min-replicas is "9", wanted 0 or 1 or 2/],
  ['verify nats --replicas 2', 64, /^E_USAGE: replicas is "2", wanted 1 or 3 or 5/],
  [
    'verify postgres --endpoint pg://127.0.0.1:1',
    69,
    /^E_ENDPOINT: no PostgreSQL answers.*REFUSED/,
  ],
  ['verify sentinel --endpoint redis://127.0.0.1:1', 69, /^E_ENDPOINT: no Redis answers.*REFUSED/],
  ['verify nats --endpoint nats://127.0.0.1:1', 69, /^E_ENDPOINT: no NATS .*REFUSED/],
  [`verify etcd --endpoint ${nowhere}`, 69, /^E_ENDPOINT: no etcd answers at http:\/\/127.0.0.1:1/],
];

describe('bad input', function () {
  this.timeout(20_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  for (const [line, code, message] of table) {
    const shown = line.replaceAll(/(antlion\d\.\S{6}|x{6})\S+/g, '$1…');
    it(`antlion ${shown} ends with ${code}`, async () => {
      const ended = await antlion(line.split(' ').filter((word) => word !== ''));
      assert.match(ended.stderr, message);
      assert.doesNotMatch(ended.stderr, /internal error|\n {4}at /);
      assert.deepEqual([ended.code, ended.stdout], [code, '']);
    });
  }

  it('no Docker: says so, and asks no other engine than DOCKER_HOST', async () => {
    for (const at of ['unix:///nonexistent', 'tcp://127.0.0.1:1']) {
      const args = ['run', 'minority*', '--env', 'containers'];
      const ended = await antlion(args, { env: { DOCKER_HOST: at } });
      assert.equal(ended.code, 69, ended.stderr);
      assert.match(ended.stderr, /^E_NO_DOCKER: no Docker engine answers/);
      assert.ok(ended.stderr.includes(`DOCKER_HOST ${at}: `), ended.stderr);
      assert.match(ended.stderr, /Start Docker or set DOCKER_HOST/);
    }
  });

  it('no etcd: says how to install it', async () => {
    const ended = await antlion(['verify', 'etcd'], { env: { PATH: '/nonexistent' } });
    assert.match(
      ended.stderr,
      /^E_NO_PROGRAM: etcd cannot be started.*apt-get install etcd-server/,
    );
    assert.equal(ended.code, 69);
  });

  it('an endpoint where something else answers is not taken for etcd', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ended = await antlion(['verify', 'etcd', '--endpoint', url]);
    server.close();
    assert.match(ended.stderr, /^E_ENDPOINT/);
    assert.equal(ended.code, 69);
  });
});
