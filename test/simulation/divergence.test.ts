import assert from 'node:assert/strict';
import type { Effects, World as Instant, Rec } from '../../harness/core/host.ts';
import { firstDivergence } from '../../harness/simulation/divergence.ts';
import type { Watched } from '../../harness/simulation/divergence.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { World } from '../../harness/simulation/world.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { storm } from './storm.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly odd: { readonly kind: 'odd' };
  }
}

/** One timer a millisecond; the one with number `odd` waits a little longer, or observes. */
class Metronome {
  private beats = 0;
  private readonly odd: number;
  private readonly isQuiet: boolean;

  constructor(odd: number, isQuiet: boolean) {
    this.odd = odd;
    this.isQuiet = isQuiet;
  }

  start(_records: Iterable<Rec>, _w: Instant, fx: Effects): void {
    fx.setTimer(0, 1_000);
  }

  timer(_kind: number, _arg: number, _w: Instant, fx: Effects): void {
    this.beats += 1;
    const isOdd = this.beats === this.odd;
    if (isOdd && this.isQuiet) fx.observe({ kind: 'odd' });
    fx.setTimer(0, isOdd && !this.isQuiet ? 1_001 : 1_000);
  }

  message(): void {}
  call(): void {}
  durable(): void {}
}

function beats(odd: number, isQuiet = false, untilUs = 10_000_000): Watched {
  return (look) => {
    const world = new World({ nodes: 1, seed: 1, look, make: () => [new Metronome(odd, isQuiet)] });
    world.start(0);
    world.runUntil(untilUs);
    return world;
  };
}

describe('first divergence', () => {
  it('is none between equal runs', () => {
    assert.equal(firstDivergence(beats(0), beats(0)), null);
    const run: Watched = (look) => simulation({ look }).run(echoSystem, storm(1));
    assert.equal(firstDivergence(run, run), null);
  });

  it('is the first event at another time, wherever it is', () => {
    for (const odd of [1, 4_095, 4_096, 4_097, 8_193]) {
      assert.deepEqual(firstDivergence(beats(0), beats(odd)), {
        event: odd + 1,
        a: `${(odd + 1) * 1_000} µs, node 0, lane 0: timer 0 0`,
        b: `${(odd + 1) * 1_000 + 1} µs, node 0, lane 0: timer 0 0`,
      });
    }
  });

  it('is the event whose handler did something else', () => {
    for (const odd of [1, 4_096, 4_097, 9_999]) {
      const found = firstDivergence(beats(0), beats(odd, true));
      assert.deepEqual(found?.event, odd);
      assert.equal(found?.a, found?.b);
    }
  });

  it('is the first event that one run no longer has', () => {
    const found = firstDivergence(beats(0), beats(0, false, 5_000_000));
    assert.deepEqual(found, {
      event: 5_001,
      a: '5001000 µs, node 0, lane 0: timer 0 0',
      b: null,
    });
  });
});
