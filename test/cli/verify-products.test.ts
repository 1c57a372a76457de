/** `antlion verify` against real products: what they promise holds, and what a setting breaks is found. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isInstalled, releaseOf } from '../../harness/cli/products/releases.ts';
import { wordsOf } from '../../harness/cli/products/system-flags.ts';
import type { SystemManifest } from '../../harness/systems/define-system.ts';
import { etcd } from '../../harness/systems/etcd/index.ts';
import { nats } from '../../harness/systems/nats/index.ts';
import { postgres } from '../../harness/systems/postgres/index.ts';
import { redis } from '../../harness/systems/redis/index.ts';
import { sentinel } from '../../harness/systems/redis/sentinel/index.ts';
import { serf } from '../../harness/systems/serf/index.ts';
import { zookeeper } from '../../harness/systems/zookeeper/index.ts';
import { skipUnless } from '../require.ts';
import { skipWithout } from '../systems/product.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';

/** Of releases that somebody has made here; CI makes none. */
const ofReleases = etcd.anomalies.filter((a) => a.defect !== undefined);

/** A busy machine may get too little done to prove anything; what it did must hold all the same. */
const tooLittle = /operations succeeded, wanted at least|never took effect|no fault took effect/;

/** Product, story, and for what must be found the flags and the promise. */
const holding: readonly (readonly [SystemManifest, string])[] = [
  [zookeeper, 'election'],
  [redis, 'registry'],
  [serf, 'members'],
];
const broken: readonly (readonly [SystemManifest, string])[] = [
  [zookeeper, 'late-followers'],
  [etcd, 'late-followers'],
  [sentinel, 'leader-pause'],
  [etcd, 'lock'],
  [postgres, 'transactions'],
  [nats, 'late-followers'],
];

describe('antlion verify, of products', function () {
  this.timeout(1_200_000);

  for (const [manifest, scenario] of holding) {
    it(`${manifest.name}: ${scenario} holds, its members killed, stopped and cut off`, async function () {
      skipUnlessBuilt(this);
      skipWithout(this, manifest);
      const ended = await antlion(['verify', manifest.name, '--scenario', scenario]);
      if (ended.code === 2) assert.match(ended.stdout, tooLittle);
      else assert.equal(ended.code, 0, ended.stderr + ended.stdout);
    });
  }

  for (const [manifest, scenario] of broken) {
    const anomaly = manifest.anomalies.find((a) => a.scenario === scenario);
    const flags = Object.entries(anomaly?.flags ?? {}).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ]);
    it(`${manifest.name} ${flags.join(' ')}: ${anomaly?.breaks} breaks within twenty tries`, async function () {
      skipUnlessBuilt(this);
      skipWithout(this, manifest);
      const words = ['verify', manifest.name, '--scenario', scenario, '--runs', '20', ...flags];
      const ended = await antlion(words);
      assert.equal(ended.code, 1, ended.stderr + ended.stdout);
      assert.match(ended.stdout, new RegExp(`^${anomaly?.breaks} is violated`, 'm'));
    });
  }

  for (const { defect, scenario, breaks, flags, members } of ofReleases) {
    const product = `etcd@${defect?.broken}`;
    it(`${product} ${scenario}: ${breaks} breaks within twenty tries`, async function () {
      skipUnlessBuilt(this);
      const release = releaseOf(etcd, defect?.broken ?? '');
      const install = `antlion systems install ${product}`;
      skipUnless(this, product, isInstalled(release) ? null : install);
      const words = wordsOf({ scenario, runs: 20, members, ...flags });
      const ended = await antlion(['verify', product, ...words]);
      assert.equal(ended.code, 1, ended.stderr + ended.stdout);
      assert.match(ended.stdout, new RegExp(`^${breaks} is violated`, 'm'));
      assert.match(ended.stdout, /known of it: .* Mended in 3\./);
    });
  }
});

describe('antlion systems', () => {
  it('tells of every product what it promises, by whose word, and what breaks it', async function () {
    skipUnlessBuilt(this);
    const { code, stdout } = await antlion(['systems']);
    assert.equal(code, 0);
    for (const name of [
      'etcd',
      'consul',
      'zookeeper',
      'redis',
      'redlock',
      'sentinel',
      'postgres',
      'nats',
      'serf',
      'eureka',
      'spring-cloud-config',
    ]) {
      assert.match(stdout, new RegExp(`^${name}  (✖ .*install|\\S+)`, 'm'));
    }
    assert.match(stdout, /^redlock .*\n +suite locks$/m);
    assert.match(
      stdout,
      /antlion verify zookeeper --scenario late-followers --runs 20 --reads local/,
    );
  });
});
