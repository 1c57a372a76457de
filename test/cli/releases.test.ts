/** Releases of products: made by one command, run by their version, and refused in one sentence where they are not there. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { hasDefect } from '../../harness/systems/versions.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';

/** Stands for Go: writes down what it is told, and makes a program of what was asked last. */
const compiler = `#!/bin/sh
echo "$PWD $GOTOOLCHAIN $*" >> "$GO_LOG"
case "$1 $GO_MODE" in
  'get broken') echo 'go: module example.test: 404 Not Found' >&2; exit 1 ;;
  'build hung') exec sleep 600 ;;
  'build '*) grep -q etcdmain.Main main.go && printf '#!/bin/sh\\necho made\\n' > etcd && chmod 755 etcd ;;
esac
`;

describe('releases of products', function () {
  this.timeout(60_000);
  let folder: string;
  let log: string;

  before(function () {
    skipUnlessBuilt(this);
    folder = mkdtempSync(join(tmpdir(), 'antlion-releases-'));
    log = join(folder, 'log');
    writeFileSync(join(folder, 'go'), compiler);
    chmodSync(join(folder, 'go'), 0o755);
  });

  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const env = (mode = 'fine'): Record<string, string> => ({
    XDG_CACHE_HOME: folder,
    GO_LOG: log,
    GO_MODE: mode,
    PATH: [folder, process.env['PATH'] ?? ''].join(delimiter),
  });
  const programOf = (version: string): string =>
    join(folder, 'antlion', 'systems', 'etcd', version, 'etcd');

  it('are made once, by the compiler that is there, and then run by their version', async () => {
    const command = ['systems', 'install', 'etcd@3.5.2'];
    const made = await antlion(command, { env: env() });
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /^made etcd 3\.5\.2 in \d+ s: /);
    assert.ok(existsSync(programOf('3.5.2')));
    const calls = readFileSync(log, 'utf8').trim().split('\n');
    assert.deepEqual(
      calls.map((call) => call.split(' ').slice(1, 3).join(' ')),
      ['local get', 'local mod', 'local build'],
    );
    assert.ok(!existsSync(dirname(join(calls[0]?.split(' ')[0] ?? '', 'x'))));
    const again = await antlion(command, { env: env('broken') });
    assert.equal(again.stdout, `etcd 3.5.2 is there: ${programOf('3.5.2')}\n`);
    const words = ['verify', 'etcd@3.5.2', '--scenario', 'key-value', '--dry-run'];
    const dry = await antlion(words, { env: env() });
    assert.match(dry.stdout, new RegExp(`start members of its own: ${programOf('3.5.2')} --name`));
  });

  it('that cannot be made are told with what the compiler said, and leave nothing', async () => {
    const broken = await antlion(['systems', 'install', 'etcd@3.5.99'], { env: env('broken') });
    assert.equal(broken.code, 69);
    assert.match(
      broken.stderr,
      /^E_NO_PROGRAM: etcd 3\.5\.99 cannot be made: go get .*404 Not Found/m,
    );
    assert.ok(!existsSync(programOf('3.5.99')));
    const none = await antlion(['systems', 'install', 'etcd@3.5.99'], {
      env: { ...env(), PATH: dirname(process.execPath) },
    });
    assert.equal(none.code, 69);
    assert.match(none.stderr, /^E_NO_PROGRAM: go is not there.*Install it: /m);
  });

  it('leave nothing when the making is interrupted', async () => {
    const ended = await antlion(['systems', 'install', 'etcd@3.5.3'], {
      env: env('hung'),
      async meanwhile(child) {
        while (!readFileSync(log, 'utf8').includes('3.5.3') || !lastCall(log).includes('build')) {
          await new Promise((wake) => setTimeout(wake, 50));
        }
        child.kill('SIGINT');
      },
    });
    assert.equal(ended.code, 130, ended.stderr);
    assert.ok(!existsSync(programOf('3.5.3')));
  });

  it('are refused in one sentence where there is none, or none can be chosen', async () => {
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['verify', 'etcd@3.5.9'], 69, /Make it: antlion systems install etcd@3\.5\.9$/],
      [['verify', 'etcd@latest'], 64, /version is "latest", wanted one from 3\.5\.0 on/],
      [['verify', 'postgres@15.18'], 64, /postgres is run as it is installed, wanted no version/],
      [['verify', 'redis@7.0.15'], 64, /version is "7.0.15", wanted 6\.2\.14/],
      [['verify', 'redlock@6.2.14'], 69, /Make it: antlion systems install redis@6\.2\.14$/],
      [['verify', 'etcd@3.5.2', '--binary', '/bin/true'], 64, /Leave out @3\.5\.2 or --binary/],
      [['verify', 'etcd@3.5.2', '--endpoint', 'http://127.0.0.1:1'], 64, /or --endpoint/],
      [['systems', 'install', 'mysql@8'], 64, /product is "mysql@8", wanted etcd@VERSION/],
      [['systems', 'install', 'etcd'], 64, /version is "", wanted one from 3\.5\.0 on/],
    ];
    for (const [words, code, message] of cases) {
      const ended = await antlion(words, { env: env() });
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr.trim(), message);
      assert.equal(ended.stderr.trim().split('\n').length, 1, ended.stderr);
    }
  });

  it('have a defect from the one that brought it to those that mended it, line by line', () => {
    const of = (since?: string) => (version: string) =>
      hasDefect(version, { mended: ['3.4.25', '3.5.8'], ...(since !== undefined && { since }) });
    assert.deepEqual(['3.4.24', '3.4.25', '3.5.7', '3.5.8', '3.6.0', '3.3.27'].map(of()), [
      ...[true, false, true, false, false, true],
    ]);
    assert.deepEqual(['3.4.23', '3.5.0'].map(of('3.5.0')), [false, true]);
  });
});

function lastCall(log: string): string {
  return readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '';
}
