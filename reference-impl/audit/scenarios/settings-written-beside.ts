/** Audited settings are also written plainly, and roles are given and taken while those who have them change settings. */
import {
  cluster,
  defineScenario,
  drawOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import type { Operation } from '../../../harness/spec.ts';

const keys = ['config/prod/global/timeout', 'config/prod/global/limit'];

export const settingsWrittenBeside = defineScenario({
  name: 'settings-written-beside',
  claim:
    'Whoever writes a setting past the audit, or takes a role, while somebody changes the setting by it: the entry tells what was there at its moment, and by whom who had the role then.',
  promises: ['entries-true'],
  environments: ['simulation'],
  successesMin: 100,
  story(draw) {
    const crashUs = secondsUs(draw.between(5, 20));
    const people = drawOperations(
      draw.fork('people'),
      { clients: 3, count: 120, pauseUs: secondsUs(0.2) },
      (d, id) => {
        const f = d.pick(['set-setting', 'set-setting', 'override', 'roll-back']);
        const who = d.pick(['ana', 'bob']);
        return {
          f,
          key: d.pick(keys),
          value: { value: id, who, why: `${id}`, to: d.between(1, 9) },
        };
      },
    );
    const plain = drawOperations(
      draw.fork('plain'),
      { clients: 1, count: 400, pauseUs: secondsUs(0.06) },
      (d, id) => {
        const f = d.pick(['write', 'write', 'delete']);
        return { f, key: d.pick(keys), value: f === 'write' ? `plain ${id}` : null };
      },
    );
    const taken = drawOperations(
      draw.fork('roles'),
      { clients: 1, count: 900, pauseUs: secondsUs(0.025) },
      (d) => ({ f: 'write', key: d.pick(['roles/ana', 'roles/bob']), value: d.pick(roles) }),
    );
    return {
      shape: cluster({ servers: 3, clients: 5 }),
      faults: [
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(draw.between(1, 5)),
          nodes: { of: 'node', node: draw.below(3) },
        },
      ],
      clients: sideBySide(
        people.map((list) => [...list, ...reading(list.length)]),
        plain,
        taken,
      ),
      durationUs: secondsUs(45),
      extra: { modes: false, layers: {}, audit: {} },
    };
  },
});

const roles = ['ops', 'ops', 'editor', 'reader'];

function reading(id: number): Operation[] {
  return [{ id, afterUs: secondsUs(5), f: 'audit-log', key: 'audit', value: null }];
}
