/** What the documentation of the times promises holds for the presets. */
import assert from 'node:assert/strict';
import { lan, wan } from '../../../reference-impl/consensus/config.ts';

describe('presets of consensus', () => {
  for (const [name, c] of Object.entries({ lan, wan })) {
    it(`${name}: one lost heartbeat deposes nobody, and check-quorum waits for an election`, () => {
      assert.ok(3 * c.heartbeatUs <= c.electionMinUs);
      assert.ok(c.electionMinUs < c.electionMaxUs);
      assert.ok(c.quorumLostUs >= c.electionMaxUs);
    });
  }
});
