/** Formulas against memberlist's own test figures; the order of news; logarithms. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MemberStatus } from '../../../reference-impl/membership/observations.ts';
import { packCell } from '../../../reference-impl/membership/cell.ts';
import { lan, wan } from '../../../reference-impl/membership/config.ts';
import { digits, log2Ceil, logScaled } from '../../../reference-impl/membership/logarithm.ts';
import { membershipRules as rules } from '../../../reference-impl/membership/rules.ts';

describe('membership rules', () => {
  it('gives a suspect memberlist’s shortest time: mult · max(1, log10 n) · period', () => {
    const shortest = [5, 10, 50, 100, 500, 1_000, 10_000].map((members) =>
      rules.suspicionUs({ members, confirmations: 99 }, { ...lan, suspicionMult: 3 }),
    );
    // memberlist's TestUtil_SuspicionTimeout, times 3.
    const expectedMs = [1_000, 1_000, 1_698, 2_000, 2_698, 3_000, 4_000].map((ms) => 3 * ms);
    assert.deepEqual(
      shortest.map((us) => us / 1_000),
      expectedMs,
    );
  });

  it('shortens it with each confirmation, as Lifeguard does', () => {
    // memberlist's TestSuspicion_remainingSuspicionTime: k = 3, min 2 s, max 30 s.
    const c = { ...lan, suspicionMult: 5, suspicionMaxMult: 15, probeUs: 400_000 };
    const us = [0, 1, 2, 3, 4].map((confirmations) =>
      rules.suspicionUs({ members: 10, confirmations }, c),
    );
    assert.deepEqual(us, [30_000_000, 16_000_000, 7_810_000, 2_000_000, 2_000_000]);
  });

  for (const { name, c, members, confirmations, us } of [
    { name: 'lan, 5 members, alone', c: lan, members: 5, confirmations: 0, us: 24_000_000 },
    { name: 'lan, 5 members, one agrees', c: lan, members: 5, confirmations: 1, us: 11_381_000 },
    { name: 'lan, 5 members, two agree', c: lan, members: 5, confirmations: 2, us: 4_000_000 },
    {
      name: 'lan, 3 members: too few to agree',
      c: lan,
      members: 3,
      confirmations: 0,
      us: 4_000_000,
    },
    { name: 'lan, 10,000 members, two', c: lan, members: 10_000, confirmations: 2, us: 16_000_000 },
    { name: 'wan, 100 members, four', c: wan, members: 100, confirmations: 4, us: 60_000_000 },
  ]) {
    it(`suspects for ${us / 1_000} ms: ${name}`, () => {
      assert.equal(rules.suspicionUs({ members, confirmations }, c), us);
    });
  }

  it('sends each piece of news mult · ⌈log10(n+1)⌉ times', () => {
    const times = [1, 9, 10, 99, 100, 10_000].map((n) => rules.retransmits(n, lan));
    assert.deepEqual(times, [4, 4, 8, 8, 12, 20]);
  });

  it('exchanges tables more rarely with each doubling above 32 members', () => {
    const s = [5, 32, 33, 64, 65, 10_000].map((n) => rules.pushPullUs(n, lan) / 1_000_000);
    assert.deepEqual(s, [30, 30, 60, 60, 90, 300]);
  });

  it('keeps the higher incarnation, and the worse news of one incarnation', () => {
    const ascending: [MemberStatus, number][] = [
      ['alive', 0],
      ['suspect', 0],
      ['dead', 0],
      ['left', 0],
      ['alive', 1],
      ['suspect', 1],
      ['alive', 2],
    ];
    const cells = ascending.map(([status, incarnation]) => packCell(status, incarnation));
    cells.forEach((a, i) => {
      cells.forEach((b, j) => assert.equal(rules.supersedes(a, b), i > j));
    });
  });

  it('computes logarithms as the obvious twin does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.integer({ min: 1, max: 100_000 }), (b, x) => {
        const twin = (1_000 * Math.log(x)) / Math.log(b);
        assert.equal(logScaled(b, x, 1_000), Math.floor(twin + 1e-6), `${b} ${x}`);
        assert.equal(log2Ceil(x), Math.ceil(Math.log2(x)));
        assert.equal(digits(x), String(x).length);
      }),
      { numRuns: 2_000 },
    );
  });
});
