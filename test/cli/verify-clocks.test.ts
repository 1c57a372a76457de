/** `antlion verify` where clocks cannot be set: no run is lost to it, and it is told why. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { whyNoClocks } from '../../harness/attached/clock-library.ts';
import { redis } from '../../harness/systems/redis/index.ts';
import { skipUnless } from '../require.ts';
import { skipWithout } from '../systems/product.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';

describe('antlion verify, where clocks cannot be set', function () {
  this.timeout(60_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('leaves them out of the suite of a program that never heeds, and says so once', async () => {
    const { code, stdout } = await antlion(['verify', 'etcd', '--dry-run']);
    assert.equal(code, 0, stdout);
    assert.doesNotMatch(stdout, /^[a-z]+-clock/m);
    assert.match(stdout, /^Left out of the suite, \*-clock: a program in Go asks the kernel/m);
  });

  it('skips what was asked for by its name, before anything is started', async () => {
    for (const scenario of ['locks-clock', 'lock-clock', '*s-clock']) {
      const words = ['verify', 'etcd', '--scenario', scenario];
      const ended = await antlion(words, { env: { PATH: '/nonexistent' } });
      assert.equal(ended.code, 2, ended.stderr + ended.stdout);
      assert.match(ended.stdout, /^- skipped +locks?-clock: no clock: a program in Go asks/m);
      assert.match(ended.stdout, /What was skipped is not known/);
    }
  });

  it('skips it for Debian’s Redis, which does not start with such a clock, and names one that does', async function () {
    skipWithout(this, redis);
    skipUnless(this, 'faketime', whyNoClocks());
    const ended = await antlion(['verify', 'redis', '--scenario', 'lock-clock']);
    assert.equal(ended.code, 2, ended.stderr + ended.stdout);
    assert.match(
      ended.stdout,
      /skipped +lock-clock: no clock: redis-server does not start under libfaketime \(.*\); 6\.2\.14 does: antlion systems install redis@6\.2\.14$/m,
    );
  });
});
