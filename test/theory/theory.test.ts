import assert from 'node:assert/strict';
import { report } from './report.ts';

describe('theory', () => {
  let lines: ReturnType<typeof report> = [];

  before(function () {
    // Ten seconds of a free core; much more on a machine that is shared.
    this.timeout(300_000);
    lines = report(false);
  });

  it('gossip, detection, dissemination and elections are where theory and papers put them', () => {
    assert.ok(lines.length >= 15);
    for (const l of lines) {
      const got = `${l.what}: ${l.measured.toFixed(3)} ${l.unit}, accepted ${l.low} to ${l.high}`;
      assert.ok(l.measured >= l.low && l.measured <= l.high, got);
    }
  });
});
