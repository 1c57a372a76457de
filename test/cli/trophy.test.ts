/** Defects of released libraries, shown by the compiled command line. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { records } from '../../harness/report/records.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';

const stepsMax = 10;

describe('antlion trophy', () => {
  before(function () {
    skipUnlessBuilt(this);
  });

  it('lists what there is, installed or not', async () => {
    const { code, stdout } = await antlion(['trophies']);
    assert.equal(code, 0);
    assert.match(stdout, /^bottleneck 2\.19\.5 \(installed\)$/m);
    assert.match(stdout, /^cockatiel 3\.2\.1 \(installed\)$/m);
    assert.match(stdout, /^etcd3 1\.1\.2 \(installed\)$/m);
    assert.match(stdout, /^ioredis 6\.0\.0 \(installed\)$/m);
    const kubernetes = /^@codedependant\/kubernetes-leader-election 1\.0\.1 \(installed\), as/m;
    assert.match(stdout, new RegExp(`${kubernetes.source} kubernetes-leader-election$`, 'm'));
    assert.match(stdout, new RegExp(`${kubernetes.source} kubernetes-nobody-leads$`, 'm'));
    assert.match(stdout, /^@markwylde\/liferaft 1\.4\.0 \(installed\)$/m);
    assert.match(stdout, /^node-zookeeper-client 1\.1\.3 \(installed\)$/m);
    assert.match(stdout, /^p-queue 9\.3\.5 \(installed\)$/m);
    assert.match(stdout, /^proper-lockfile 4\.1\.2 \(installed\)$/m);
    assert.match(stdout, /^opossum 9\.0\.0 \(installed\)$/m);
    assert.match(stdout, /^redis-semaphore 5\.8\.0 \(installed\)$/m);
    assert.match(stdout, /^redlock 5\.0\.0-beta\.2 \(installed\), as redlock-clocks$/m);
    assert.match(stdout, /^redlock 5\.0\.0-beta\.2 \(installed\)$/m);
    assert.match(stdout, /^tinyraft 1\.0\.1 \(installed\)$/m);
  });

  for (const library of [
    'bottleneck',
    'etcd3',
    'ioredis',
    'kubernetes-leader-election',
    '@markwylde/liferaft',
    'node-zookeeper-client',
    'opossum',
    'p-queue',
    'proper-lockfile',
    'redis-semaphore',
    'redlock',
    'redlock-clocks',
    'tinyraft',
  ]) {
    it(`shows that of ${library} in a few steps, gone with the safe setting, and again by its token`, async function () {
      this.timeout(180_000);
      const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
      const flags = ['--json', '--report', folder];
      const { code, stdout } = await antlion(['trophy', library, ...flags]);
      const page = readFileSync(join(folder, 'index.html'), 'utf8');
      rmSync(folder, { recursive: true });
      assert.equal(code, 0);
      assert.match(page, /is violated<\/h3>/);
      const { shown, safeTries, installed, version } = records.trophy.parse(JSON.parse(stdout));
      assert.equal(installed, version);
      assert.ok(shown !== null && shown.tries <= 20);
      const { steps, token, promise } = shown.counterexample;
      assert.ok(steps.length <= stepsMax, steps.join('\n'));
      assert.deepEqual(safeTries, { tries: 20, violated: 0, unknown: 0 });
      // From a folder in which there is nothing of antlion.
      const again = await antlion(['replay', token], { cwd: '/' });
      assert.equal(again.code, 1);
      assert.match(again.stdout, new RegExp(`^${promise} is violated`, 'm'));
      assert.match(again.stdout, /try 1 of 1, same trace/);
    });
  }

  it('shows none of cockatiel, which keeps what opossum breaks in the same story', async () => {
    const { code, stdout } = await antlion(['trophy', 'cockatiel', '--json']);
    assert.equal(code, 0);
    const { defect, shown, safeTries } = records.trophy.parse(JSON.parse(stdout));
    assert.deepEqual([defect, shown], [null, null]);
    assert.deepEqual(safeTries, { tries: 20, violated: 0, unknown: 0 });
    const told = await antlion(['trophy', 'cockatiel']);
    assert.match(told.stdout, /^  No defect was seen: /m);
    assert.match(told.stdout, /^The promise held in 20 tries\.$/m);
  });

  it('refuses a library of which there is none', async () => {
    const { code, stderr } = await antlion(['trophy', 'opossun']);
    assert.equal(code, 64);
    assert.match(stderr, /no trophy is of "opossun", did you mean opossum\?/);
  });

  it('cannot be explored, nor run in processes: its runs take turns', async () => {
    const file = 'dist/scenarios/libraries/redlock.js';
    const explored = await antlion(['explore', file, '--runs', '1']);
    assert.equal(explored.code, 64);
    assert.match(explored.stderr, /^E_USAGE: redlock uses promises/m);
    const { code, stdout } = await antlion(['run', file, '--env', 'processes']);
    assert.equal(code, 2);
    assert.match(stdout, /redlock-expired-lock/);
  });
});
