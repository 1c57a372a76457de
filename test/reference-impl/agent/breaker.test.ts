/** The breaker against an obvious slow twin, and the balancer by what it promises. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { Balancer } from '../../../reference-impl/balancer/balancer.ts';
import { Breaker, breakerRules } from '../../../reference-impl/breaker/breaker.ts';
import type { Admission } from '../../../reference-impl/breaker/breaker.ts';
import type { BreakerPolicy } from '../../../reference-impl/config.ts';
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
        else breaker.succeeded(a, nowUs);
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
    for (const late of sent.slice(7)) breaker.succeeded(late, 2 + policy.openUs);
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

describe('the forms of the breaker', () => {
  const made = (changed: Partial<BreakerPolicy>): { breaker: Breaker; said: string[] } => {
    const said: string[] = [];
    const own = { ...policy, openUs: 1_000, ...changed };
    return {
      breaker: new Breaker(own, breakerRules, (e) => said.push(`${e.to}: ${e.cause}`)),
      said,
    };
  };
  const admit = (b: Breaker, atUs: number): Admission => b.admit('back', atUs) as Admission;

  it('opens by rate over so many calls, and not over fewer', () => {
    const { breaker, said } = made({ rateCalls: 4, failureThreshold: 100 });
    for (const [atUs, hasFailed] of [true, false, true, true].entries()) {
      const a = admit(breaker, atUs);
      if (hasFailed) breaker.failed(a, atUs);
      else breaker.succeeded(a, atUs);
    }
    assert.deepEqual(said, ['open: more than 50 % of 4 calls failed']);
  });

  it('never adds up failures that successes follow, where it decays', () => {
    const { breaker } = made({ isDecaying: true });
    for (let atUs = 0; atUs < 50; atUs++) {
      breaker.failed(admit(breaker, atUs), atUs);
      breaker.succeeded(admit(breaker, atUs), atUs);
    }
    assert.equal(breaker.state('back'), 'closed');
  });

  it('opens by fewer time-outs than errors', () => {
    const { breaker } = made({ timeoutThreshold: 2 });
    for (let atUs = 0; atUs < 3; atUs++) breaker.failed(admit(breaker, atUs), atUs);
    assert.equal(breaker.state('back'), 'closed');
    for (let atUs = 3; atUs < 5; atUs++) breaker.failed(admit(breaker, atUs), atUs, 'timeout');
    assert.equal(breaker.state('back'), 'open');
  });

  it('rests twice as long after each probe that fails, up to a limit', () => {
    const { breaker } = made({ openGrowthPermille: 2_000, openUsMax: 3_000 });
    for (let i = 0; i < 5; i++) breaker.failed(admit(breaker, 0), 0);
    let atUs = 0;
    for (const restUs of [1_000, 2_000, 3_000, 3_000]) {
      assert.equal(breaker.admit('back', atUs + restUs - 1), null);
      atUs += restUs;
      breaker.failed(admit(breaker, atUs), atUs);
    }
  });

  it('lets calls out evenly on its way back, a tenth at first', () => {
    const { breaker } = made({ rampUs: 900 });
    for (let i = 0; i < 5; i++) breaker.failed(admit(breaker, 0), 0);
    for (let i = 0; i < 2; i++) breaker.succeeded(admit(breaker, 1_000), 1_000);
    const out = (atUs: number): number =>
      Array.from({ length: 100 }, () => breaker.admit('back', atUs)).filter((a) => a !== null)
        .length;
    assert.deepEqual([out(1_000), out(1_400), out(1_900)], [10, 50, 100]);
  });

  it('falls by one with each cluster of failures, to its floor, and is back after a calm window', () => {
    const { breaker } = made({ isAdaptive: true, windowUs: 10_000 });
    let atUs = 0;
    const failuresUntilOpen = (): number => {
      let n = 0;
      while (breaker.state('back') === 'closed')
        breaker.failed(admit(breaker, atUs), atUs, (n++, 'error'));
      return n;
    };
    const recover = (afterUs: number): void => {
      atUs += 1_000;
      for (let i = 0; i < 2; i++) breaker.succeeded(admit(breaker, atUs), atUs);
      atUs += afterUs;
    };
    const counts: number[] = [];
    for (let i = 0; i < 6; i++) {
      counts.push(failuresUntilOpen());
      recover(0);
    }
    // Ten failures in the window are none too many yet; then it falls to 4, and to its floor of 3.
    assert.deepEqual(counts, [5, 5, 5, 4, 3, 3]);
    recover(10_000);
    assert.equal(failuresUntilOpen(), 5);
  });
});
