/** Several people change the same settings at once, override some, and roll back; servers are lost meanwhile. */
import {
  cluster,
  defineScenario,
  drawOperations,
  interleave,
  minutesUs,
  secondsUs,
  sideBySide,
} from '../../harness/spec.ts';
import type { Operation } from '../../harness/spec.ts';

const promises = [
  'audit-complete',
  'override-expires',
  'linearizable',
  'config-converges',
] as const;
const overridden = 'config/prod/override:front-0/timeout';

export const settingsAudited = defineScenario({
  name: 'settings-audited',
  claim:
    'Whoever changes a setting, at once with others and while servers are lost, each change is in the audit with who, why and what was before, and an override ends by itself.',
  promises,
  environments: ['simulation'],
  story(draw) {
    const keys = ['config/prod/global/timeout', 'config/prod/global/limit'];
    const people = drawOperations(
      draw.fork('people'),
      { clients: 4, count: 25, pauseUs: secondsUs(1) / 2 },
      (d, id) => {
        const f = d.pick(['set-setting', 'set-setting', 'set-setting', 'override', 'roll-back']);
        const key = f === 'override' ? overridden : d.pick(keys);
        const who = d.pick(['ana', 'ana', 'bob', 'eve']);
        return { f, key, value: { value: id, who, why: `change ${id}`, to: d.between(1, 12) } };
      },
    ).map((list) => list.map((o, i) => (i === 0 ? { ...o, afterUs: secondsUs(2) } : o)));
    const crashUs = secondsUs(draw.between(4, 20));
    const node = draw.below(3);
    return {
      shape: cluster({ servers: 3, services: [{ name: 'front', instances: 2 }], clients: 4 }),
      faults: [
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(draw.between(1, 5)),
          nodes: { of: 'node', node },
        },
        {
          kind: 'loss',
          atUs: secondsUs(3),
          untilUs: secondsUs(25),
          permille: draw.between(20, 150),
          links: { from: { of: 'everyone' }, to: { of: 'everyone' }, bothWays: false },
        },
      ],
      clients: sideBySide(
        interleave(roles(), people).map((list) => [...list, ...reading(secondsUs(55))]),
      ),
      durationUs: secondsUs(100),
      extra: { modes: false, layers: {}, audit: { overrideUs: secondsUs(20) } },
    };
  },
});

export const overrideAt24Hours = defineScenario({
  name: 'override-at-24-h',
  claim: 'An override that was made for a day ends after a day, by itself.',
  promises: ['override-expires', 'audit-complete'],
  environments: ['simulation'],
  story(draw) {
    const value = { value: draw.between(1, 99), who: 'ana', why: 'to look into it' };
    const hours = minutesUs(24 * 60);
    return {
      shape: cluster({ servers: 1, clients: 1 }),
      faults: [],
      clients: [
        [
          ...(roles()[0] ?? []),
          { id: 2, afterUs: secondsUs(1), f: 'override', key: overridden, value },
          ...hourly(),
          { id: 15, afterUs: secondsUs(30), f: 'audit-log', key: 'audit', value: null },
        ],
      ],
      durationUs: hours + secondsUs(90),
      extra: { modes: false, audit: {} },
    };
  },
});

/** Other settings change every other hour; the last change comes at the end of the day. */
function hourly(): Operation[] {
  return Array.from({ length: 12 }, (_, i) => ({
    id: 3 + i,
    afterUs: minutesUs(120),
    f: 'set-setting',
    key: 'config/prod/global/limit',
    value: { value: i, who: 'bob', why: 'as every other hour' },
  }));
}

function roles(): Operation[][] {
  return [
    [
      { id: 0, afterUs: 0, f: 'write', key: 'roles/ana', value: 'ops' },
      { id: 1, afterUs: 0, f: 'write', key: 'roles/bob', value: 'editor' },
    ],
  ];
}

function reading(afterUs: number): Operation[] {
  return [
    { id: 0, afterUs: 0, f: 'audit-log', key: 'audit', value: null },
    { id: 0, afterUs, f: 'audit-log', key: 'audit', value: null },
  ];
}
