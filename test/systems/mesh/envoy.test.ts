/** Envoy, unmodified, takes its configuration from a reference cluster, in both forms of the protocol. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { skipUnlessBuilt } from '../../cli/antlion.ts';
import { skipUnless } from '../../require.ts';
import { envoyMissing } from './rig.ts';
import { endLast, showEnvoy } from './stories.ts';

describe('Envoy by xDS', function () {
  this.timeout(60_000);

  before(function () {
    skipUnlessBuilt(this);
    skipUnless(this, 'envoy', envoyMissing());
  });
  afterEach(endLast);

  for (const protocol of ['GRPC', 'DELTA_GRPC'] as const) {
    it(`follows flips and a rolling deploy, refuses what is wrong, goes on without: ${protocol}`, async () => {
      const shown = await showEnvoy(protocol, { flips: 4, turns: 1, atOnce: 2 });
      assert.equal(shown.failed, 0, `${shown.failed} of ${shown.requests} requests failed`);
      assert.ok(shown.requests > 0 && shown.rejected > 0, JSON.stringify(shown));
      assert.equal(shown.without, 20);
      assert.equal(shown.flipMs.length, 4);
    });
  }
});
