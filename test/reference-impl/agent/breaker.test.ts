/** The breaker against an obvious slow twin, and the balancer by what it promises. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { Balancer } from '../../../reference-impl/balancer/balancer.ts';
import { Breaker, breakerRules } from '../../../reference-impl/breaker/breaker.ts';
import type { Admission } from '../../../reference-impl/breaker/breaker.ts';
import { standardPolicy } from '../../../reference-impl/config.ts';

const policy = standardPolicy.breaker;

/** Keeps every event of the circuit and looks at all of them each time. */
class SlowTwin {
  private readonly log: { readonly atUs: number; readonly what: string }[] = [];

  state(nowUs: number): 'closed' | 'open' | 'half-open' {
    let state: 'closed' | 'open' | 'half-open' = 'closed';
    let sinceUs = 0;
    let successes = 0;
    let failures: number[] = [];
    let isHeld = false;
    for (const { atUs, what } of [...this.log, { atUs: nowUs, what: 'now' }]) {
      if (what === 'force') [isHeld, state] = [true, 'open'];
      else if (what === 'release') [isHeld, state, successes] = [false, 'half-open', 0];
      else if (isHeld) continue;
      else if (state === 'open' && what === 'admit' && atUs - sinceUs >= policy.openUs) {
        state = 'half-open';
        successes = 0;
      } else if (state === 'half-open' && what === 'success') {
        successes += 1;
        if (successes === policy.successThreshold) [state, failures] = ['closed', []];
      } else if (state === 'half-open' && what === 'failure') {
        [state, sinceUs] = ['open', atUs];
      } else if (state === 'closed' && what === 'failure') {
        failures.push(atUs);
        const recent = failures.filter((f) => atUs - f <= policy.windowUs);
        if (recent.length >= policy.failureThreshold) [state, sinceUs] = ['open', atUs];
      }
    }
    return state;
  }

  note(atUs: number, what: string): void {
    this.log.push({ atUs, what });
  }
}

describe('the breaker', () => {
  it('is in the state of its slow twin after each of 300 × 100 random events', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const draw = new Prng(seed);
      const failingPermille = draw.pick([100, 400, 800]);
      const twin = new SlowTwin();
      const breaker = new Breaker(policy, breakerRules, () => {});
      let nowUs = 0;
      let isHeld = false;
      for (let i = 0; i < 100; i++) {
        nowUs += draw.below(2 * draw.pick([500_000, 5_000_000, 20_000_000]));
        if (draw.chance(50)) {
          isHeld = !isHeld;
          if (isHeld) breaker.force(['back'], nowUs);
          else breaker.release();
          twin.note(nowUs, isHeld ? 'force' : 'release');
        }
        twin.note(nowUs, 'admit');
        const a = breaker.admit('back', nowUs);
        assert.equal(a === null, twin.state(nowUs) === 'open', `seed ${seed}, event ${i}`);
        if (a === null) continue;
        const hasFailed = draw.chance(failingPermille);
        if (hasFailed) breaker.failed(a, nowUs);
        else breaker.succeeded(a);
        twin.note(nowUs, hasFailed ? 'failure' : 'success');
        assert.equal(breaker.state('back'), twin.state(nowUs), `seed ${seed}, event ${i}`);
      }
    }
  });

  it('holds every circuit open, and lets those go that it held', () => {
    const said: string[] = [];
    const breaker = new Breaker(policy, breakerRules, (e) =>
      said.push(`${e.service} ${e.from} ${e.to} ${e.isForced}`),
    );
    for (let i = 0; i < 5; i++) breaker.failed(breaker.admit('back', i) as Admission, i);
    breaker.force(['side'], 9);
    breaker.force(['side'], 10);
    assert.equal(breaker.admit('back', 9 + 2 * policy.openUs), null);
    breaker.failed(breaker.pass('side'), 11);
    breaker.release();
    breaker.release();
    assert.ok(breaker.admit('side', 12) !== null);
    assert.deepEqual(said, [
      'back closed open false',
      'back open open true',
      'side closed open true',
      'back open half-open true',
      'side open half-open true',
    ]);
  });

  it('ignores what was sent before the circuit changed', () => {
    const breaker = new Breaker(policy, breakerRules, () => {});
    const sent = Array.from({ length: 9 }, () => breaker.admit('back', 0) as Admission);
    for (const a of sent.slice(0, 5)) breaker.failed(a, 1);
    assert.equal(breaker.state('back'), 'open');
    const probe = breaker.admit('back', 1 + policy.openUs) as Admission;
    for (const late of sent.slice(5, 7)) breaker.failed(late, 2 + policy.openUs);
    for (const late of sent.slice(7)) breaker.succeeded(late);
    assert.equal(breaker.state('back'), 'half-open');
    breaker.failed(probe, 3 + policy.openUs);
    assert.equal(breaker.state('back'), 'open');
  });
});

describe('the balancer', () => {
  const draw = new Prng(7);
  const world = { nowUs: 0, wallUs: 0, random: (n: number) => draw.below(n) };

  it('goes round, and goes on where it was when the list changes', () => {
    const b = new Balancer();
    const next = (list: number[]): number => b.pick('round-robin', 'back', list, world);
    const picked = [next([3, 5, 8]), next([3, 5, 8]), next([3, 8]), next([3, 4, 8])];
    assert.deepEqual(picked, [3, 5, 8, 3]);
  });

  it('gives a stuck instance hardly more than one call with two choices', () => {
    const b = new Balancer();
    const count = new Map<number, number>();
    for (let i = 0; i < 3_000; i++) {
      const picked = b.pick('two-choices', 'back', [1, 2, 3], world);
      count.set(picked, (count.get(picked) ?? 0) + 1);
      b.began(picked);
      if (picked !== 2) b.ended(picked);
    }
    assert.equal(count.get(2), 1);
  });

  it('spreads calls evenly while nobody is stuck', () => {
    const b = new Balancer();
    const count = new Map<number, number>();
    for (let i = 0; i < 30_000; i++) {
      const picked = b.pick('two-choices', 'back', [1, 2, 3], world);
      count.set(picked, (count.get(picked) ?? 0) + 1);
      b.began(picked);
      b.ended(picked);
    }
    for (const n of count.values()) assert.ok(Math.abs(n - 10_000) < 500, `${n} of 30,000`);
  });
});
