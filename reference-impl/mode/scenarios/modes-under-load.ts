/** Under load one instance after the other is missing: Degraded, Recovery, the Floor, Recovery. */
import {
  cluster,
  defineScenario,
  loadOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import type { Fault, Json, Operation, Rate } from '../../../harness/spec.ts';

const servers = 3;
const fronts = 2;
const backs = 6;
/** 200 calls a second each. */
const admission = { workers: 20, serviceUs: 100_000 };
/** Seconds: one of the backs is missing; then one of the fronts, so that the other one is the last. */
const degraded = { from: 40, until: 75 };
const floor = { from: 125, until: 165 };
/** Every so often more comes for a moment than there are places for. */
const surges = [20, 55, 100, 140, 200, 240];
const beginsAt = 6;
const endsAt = 262;

export const modesUnderLoad = defineScenario({
  name: 'modes-under-load',
  claim:
    'Through Degraded, Floor and Recovery a node fills its places, tells its callers, tries again, keeps sessions and serves flags as each mode says.',
  promises: ['admission-by-mode', 'no-retries-on-floor', 'sessions-stay', 'flags-by-mode'],
  environments: ['simulation'],
  story(draw) {
    const forUs = secondsUs(endsAt - beginsAt);
    const low = draw.between(12, 18);
    const surge = draw.between(500, 700);
    const hot = low * 4;
    const load = (name: string, more: { key: string; count?: number; rate: number | Rate }) =>
      loadOperations(draw.fork(name), {
        clients: 1,
        each: { f: 'request' },
        key: more.key,
        ...(more.count !== undefined && { keys: { count: more.count, distribution: 'uniform' } }),
        rate: more.rate,
        forUs,
        afterUs: secondsUs(beginsAt),
      });
    const back = servers + fronts + draw.below(backs);
    const front = servers + draw.below(fronts);
    return {
      shape: cluster({
        servers,
        services: [
          { name: 'front', instances: fronts, calls: ['back'] },
          { name: 'back', instances: backs },
        ],
        clients: 4,
      }),
      faults: [
        goes(back, degraded),
        goes(front, floor),
        {
          kind: 'loss',
          atUs: secondsUs(floor.from + 5),
          untilUs: secondsUs(floor.until - 5),
          permille: 300,
          links: {
            from: { of: 'service', service: 'front' },
            to: { of: 'service', service: 'back' },
            bothWays: true,
          },
        },
      ],
      clients: sideBySide(
        flagOn(),
        load('many', { key: 'front/', count: 200, rate: surging(low, surge) }),
        // One session makes most of the calls while a back is missing.
        load('hot', {
          key: 'front/hot',
          rate: [
            [0, 1],
            [inLoadUs(degraded.from), 1],
            [inLoadUs(degraded.from), hot],
            [inLoadUs(degraded.until), hot],
            [inLoadUs(degraded.until), 1],
          ],
        }),
        load('back', { key: 'back', rate: surging(low / 3, surge * 3) }),
      ),
      durationUs: secondsUs(endsAt + 3),
      deadlineUs: secondsUs(1),
      extra: {
        breaker: { failureThreshold: 1_000_000 },
        admission,
        retries: {},
        sessions: {},
        flags: { checked: 'new-checkout' },
      },
    };
  },
});

function inLoadUs(second: number): number {
  return secondsUs(second - beginsAt);
}

/** Surges that are short, as places fill up within a moment. */
function surging(low: number, high: number): Rate {
  const points = surges.flatMap((s) => {
    const [from, until] = [inLoadUs(s), inLoadUs(s + 0.3)];
    return [
      [from, low],
      [from, high],
      [until, high],
      [until, low],
    ] as const;
  });
  return [[0, low], ...points];
}

/** A clean stop: it leaves all lists at once. */
function goes(node: number, { from, until }: { from: number; until: number }): Fault {
  return {
    kind: 'crash',
    clean: true,
    atUs: secondsUs(from),
    untilUs: secondsUs(until),
    nodes: { of: 'node', node },
  };
}

function flagOn(): Operation[][] {
  const value: Json = {
    isOn: true,
    variants: { new: true, old: false },
    off: 'old',
    split: { new: 50, old: 50 },
  };
  return [[{ id: 0, afterUs: 0, f: 'write', key: 'config/flags/new-checkout', value }]];
}
