/** The harness's measure against the node's own gauge, and its counts against an obvious slow twin. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { secondsUs } from '../../../harness/core/duration.ts';
import type {
  Evidence,
  EvidenceKind,
  EvidenceValues,
} from '../../../reference-impl/evidence/observations.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';
import { modesOf } from '../../../reference-impl/mode/member.ts';
import type { Observation } from '../../../harness/core/observation.ts';
import { Prng } from '../../../harness/core/prng.ts';
import type { Program } from '../../../harness/core/program.ts';
import { Measure } from '../../../reference-impl/mode/judge/measure.ts';
import { usualModes } from '../../../reference-impl/mode/judge/parameters.ts';
import { Slots } from '../../../reference-impl/mode/judge/sliding-window.ts';
import { cluster } from '../../../harness/workload/cluster.ts';
import { standardPolicy } from '../../../reference-impl/config.ts';
import { Gauge } from '../../../reference-impl/mode/gauge.ts';

const modes = modesOf(mechanisms);
const settings = { policyDivisor: 1, deadlineUs: secondsUs(2), mutant: null, extra: {} };
const shape = cluster({
  servers: 1,
  services: [
    { name: 'front', instances: 2, calls: ['back', 'side'] },
    { name: 'back', instances: 3 },
    { name: 'side', instances: 1 },
  ],
  clients: 0,
});
const program: Program = {
  scenario: 'measure',
  shape,
  faults: [],
  clients: [],
  durationUs: secondsUs(600),
  noiseSeed: 1,
  settings,
};
const node = 1;
const instances: Readonly<Record<string, readonly number[]>> = {
  front: [1, 2],
  back: [3, 4, 5],
  side: [6],
};

describe('the measure of a node', () => {
  it('brackets its gauge: what held for sure held, and what held may have, in 80 random lives', () => {
    const seen = { sure: 0, held: 0, may: 0 };
    for (let seed = 1; seed <= 80; seed++) {
      const draw = new Prng(seed);
      const gauge = new Gauge({ id: node, shape, settings }, standardPolicy, modes);
      gauge.start(0);
      const measure = new Measure({ node, p: usualModes, program }, 0, modes);
      const events = life(draw);
      for (let us = secondsUs(1); us <= secondsUs(450); us += secondsUs(1)) {
        while ((events[0]?.timeUs ?? Infinity) <= us) {
          const e = events.shift() as Happening;
          gauge.observed(e.value, e.timeUs);
          measure.observe({ type: 'observe', node, ...e });
        }
        const figures = gauge.inputs(us);
        const sure = measure.heldForSure(us);
        for (const t of modes.matrix) {
          const holds = t.holds(figures, standardPolicy.mode);
          const isSure = sure.includes(t);
          const mayHold = measure.mayAnyHold([t], us);
          const what = `seed ${seed}, ${us / 1e6} s, ${t.id}: ${JSON.stringify(figures)}`;
          assert.ok(!isSure || holds, `sure and did not hold: ${what}`);
          assert.ok(!holds || mayHold, `held and could not: ${what}`);
          seen.sure += Number(isSure);
          seen.held += Number(holds);
          seen.may += Number(mayHold);
        }
      }
    }
    // The bracket is tight, too: most of what held was sure, and little else was thought possible.
    assert.ok(seen.sure > seen.held * 0.9, JSON.stringify(seen));
    assert.ok(seen.may < seen.held * 1.1, JSON.stringify(seen));
  });

  it('counts in slots at least what surely lies in an interval, at most what may', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const draw = new Prng(seed);
      const slotUs = draw.pick([1, 10, 37]);
      const slots = new Slots(slotUs);
      const all: number[] = [];
      let us = 0;
      for (let i = 0; i < 200; i++) {
        us += draw.below(3 * slotUs);
        slots.add(us);
        all.push(us);
        const fromUs = us - draw.below(90 * slotUs);
        const toUs = fromUs + draw.below(100 * slotUs);
        const within = (from: number, to: number): number =>
          all.filter((x) => x >= from && x < to).length;
        const what = `seed ${seed}, event ${i}`;
        const least = slots.count(fromUs, toUs, 'least');
        const most = slots.count(fromUs, toUs, 'most');
        assert.ok(least <= within(fromUs, toUs), what);
        assert.ok(least >= within(fromUs + slotUs, toUs - slotUs), what);
        assert.ok(most >= within(fromUs, toUs + 1), what);
        assert.ok(most <= within(fromUs - slotUs, toUs + slotUs + 1), what);
      }
    }
  });
});

interface Happening {
  readonly timeUs: number;
  readonly value: Observation;
}

/** A node's life in which everything is well for a while and bad for a while, each thing on its own. */
function life(draw: Prng): Happening[] {
  const out: Happening[] = [];
  const beats = (everyUs: number, happen: (timeUs: number, isBad: boolean) => Observation[]) => {
    let isBad = draw.chance(300);
    let turnUs = draw.below(secondsUs(150));
    for (let us = draw.below(everyUs); us < secondsUs(450); us += 1 + draw.below(2 * everyUs)) {
      if (us > turnUs) {
        isBad = !isBad;
        turnUs = us + draw.below(secondsUs(draw.pick([20, 100, 400])));
      }
      for (const value of happen(us, isBad)) out.push({ timeUs: us, value });
    }
  };
  const staleUs = draw.pick([0, 2_000, 400_000]);
  beats(secondsUs(3), (us, isBad) =>
    isBad ? [] : [claim(us, 'registry-contact', '', { revision: 1 }, staleUs)],
  );
  const hasConfig = draw.chance(800);
  beats(secondsUs(15), (us, isBad) =>
    isBad || !hasConfig ? [] : [claim(us, 'config', '', { revision: 1, keys: 0 })],
  );
  beats(draw.pick([300_000, secondsUs(4)]), (_us, isBad) => [
    call(draw.chance(isBad ? 800 : 30) ? 'timeout' : 'ok'),
  ]);
  beats(secondsUs(20), (us, isBad) => [
    claim(us, 'health', 'checks', { permille: isBad ? draw.below(400) : 0, sent: 40, checking: 4 }),
  ]);
  beats(secondsUs(12), (_us, isBad) =>
    isBad ? [trip(false)] : draw.chance(100) ? [trip(true)] : [],
  );
  for (const [service, all] of Object.entries(instances)) {
    beats(secondsUs(30), (us, isBad) => {
      const source = draw.chance(100) ? 'static' : 'registry';
      const listed = isBad ? all.slice(draw.below(all.length + 1)) : all;
      return [claim(us, 'routing-table', service, { source, size: listed.length, digest: 0 })];
    });
  }
  return out.sort((a, b) => a.timeUs - b.timeUs);
}

function claim<K extends EvidenceKind>(
  timeUs: number,
  kind: K,
  subject: string,
  value: EvidenceValues[K],
  staleUsMax = 0,
): Observation {
  const evidence = {
    kind,
    subject,
    scope: 'local',
    binding: 'a test',
    value,
    issuer: node,
    issuedUs: timeUs - staleUsMax,
    lifetimeUs: secondsUs(60),
    freshness: 'bounded-stale',
    staleUsMax,
  } as Evidence;
  return { kind: 'evidence', evidence };
}

function call(outcome: 'ok' | 'timeout'): Observation {
  const routed = { kind: 'routed', service: 'back', instance: 3, source: 'registry' } as const;
  return { ...routed, outcome, sentUs: 0, tookUs: 1 };
}

function trip(isForced: boolean): Observation {
  return { kind: 'circuit', service: 'back', from: 'closed', to: 'open', cause: 'x', isForced };
}
