/** A flag by itself: shares are exact, users stay, rules that make no sense are told. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { likelyAtMost } from '../../../harness/checkers/statistics.ts';
import type { Json } from '../../../harness/core/host.ts';
import { evaluate, problemWithFlag, readFlag } from '../../../reference-impl/flags/flag.ts';
import type { Flag } from '../../../reference-impl/flags/definition.ts';
import type { Attributes, Evaluation } from '../../../reference-impl/flags/flag.ts';
import { flagRules } from '../../../reference-impl/flags/rules.ts';

const users = Array.from({ length: 200_000 }, (_, i) => `user-${i}@example.org`);

function flagOf(name: string, definition: Record<string, Json>): Flag {
  const usual = { isOn: true, variants: { a: 1, b: 2, c: 3 }, off: 'c', split: { c: 100 } };
  return readFlag(name, { ...usual, ...definition }, 7) ?? assert.fail(JSON.stringify(definition));
}

function ask(flag: Flag, user: string, attributes: Attributes = {}, isStale = false): Evaluation {
  return evaluate(flag, user, attributes, isStale, flagRules);
}

describe('a flag', () => {
  it('gives each variant to as many users as its share, but for once in a billion times', () => {
    const splits: Record<string, number>[] = [
      { a: 1, c: 99 },
      { a: 33.333, b: 33.333, c: 33.334 },
      { a: 50, b: 0.5, c: 49.5 },
      { a: 0, b: 100 },
    ];
    const tests = 2 * splits.reduce((n, s) => n + Object.keys(s).length, 0);
    for (const [i, split] of splits.entries()) {
      const flag = flagOf(`flag-${i}`, { split });
      const counts: Record<string, number> = {};
      for (const user of users) {
        const { variant } = ask(flag, user);
        counts[variant] = (counts[variant] ?? 0) + 1;
      }
      for (const [variant, percent] of Object.entries(split)) {
        const [got, share] = [counts[variant] ?? 0, percent / 100];
        const most = likelyAtMost(users.length, share, tests);
        const least = users.length - likelyAtMost(users.length, 1 - share, tests);
        assert.ok(
          got <= most && got >= least,
          `${got} of ${users.length}, ${percent} % of ${variant}`,
        );
      }
    }
  });

  it('leaves users where they are while a share grows, and splits by another salt anew', () => {
    const [small, large] = [10, 25].map((a) => flagOf('f', { split: { a, b: 100 - a } }));
    const other = flagOf('g', { split: { a: 10, b: 90 } });
    const alike = flagOf('g', { split: { a: 10, b: 90 }, salt: 'f' });
    let both = 0;
    for (const user of users.slice(0, 20_000)) {
      const isIn = ask(small as Flag, user).variant === 'a';
      if (isIn) assert.equal(ask(large as Flag, user).variant, 'a');
      assert.equal(ask(alike, user).variant, isIn ? 'a' : 'b');
      if (isIn && ask(other, user).variant === 'a') both += 1;
    }
    assert.ok(both <= likelyAtMost(20_000, 0.01, 1), `${both} users are in both tenths`);
  });

  it('goes by the kill switch first, then by age, then by segments', () => {
    const segments = [
      { name: 'staff', if: { plan: ['staff'], country: ['de', 'fr'] }, serve: 'a' },
      { name: 'paying', if: { plan: ['staff', 'pro'] }, serve: 'b' },
    ];
    const on = flagOf('f', { segments });
    const off = flagOf('f', { segments, isOn: false });
    const said = (e: Evaluation): unknown[] => [e.variant, e.value, e.reason, e.segment ?? null];
    assert.deepEqual(said(ask(on, 'u', { plan: 'staff', country: 'de' })), [
      'a',
      1,
      'segment',
      'staff',
    ]);
    assert.deepEqual(said(ask(on, 'u', { plan: 'staff' })), ['b', 2, 'segment', 'paying']);
    assert.deepEqual(said(ask(on, 'u', {})), ['c', 3, 'split', null]);
    assert.deepEqual(said(ask(on, 'u', { plan: 'pro' }, true)), ['c', 3, 'stale', null]);
    assert.deepEqual(said(ask(off, 'u', { plan: 'pro' })), ['c', 3, 'off', null]);
    assert.equal(ask(on, 'u').version, 7);
  });

  it('is read only if it makes sense', () => {
    const whole = { isOn: true, variants: { a: 1 }, off: 'a', split: { a: 100 } };
    assert.equal(problemWithFlag(whole), null);
    const wrong: [Json, RegExp][] = [
      [[], /an object/],
      [{ ...whole, isOn: 1 }, /isOn/],
      [{ ...whole, variants: {} }, /variants/],
      [{ ...whole, off: 'b' }, /off is one/],
      [{ ...whole, split: { a: 99 } }, /100 in all/],
      [{ ...whole, split: { b: 100 } }, /100 in all/],
      [{ ...whole, split: { a: '100' } }, /100 in all/],
      [{ ...whole, segments: [{ name: 's', if: { x: 1 }, serve: 'a' }] }, /segment/],
      [{ ...whole, salt: 3 }, /salt/],
    ];
    for (const [value, reason] of wrong) assert.match(problemWithFlag(value) ?? '', reason);
  });
});
