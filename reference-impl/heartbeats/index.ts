/** Heartbeats with a phi accrual detector beside a fixed time-out (D7). */
import { nodeCount } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { heartbeatsOf } from './config.ts';
import { deathSuspected } from './judge/death-suspected.ts';
import { falseAlarmsRare } from './judge/false-alarms-rare.ts';
import { heldUpBlamesNobody } from './judge/held-up-blames-nobody.ts';
import { createHeartbeats } from './machine.ts';
import { heartbeatMutants } from './mutants.ts';
import { heartbeatRules } from './rules.ts';
import { unevenLinks } from './scenario.ts';

export const heartbeats = lane({
  id: 'heartbeats',
  requirements: ['D7'],
  what: 'suspects a neighbour after a silence that its link makes unlikely (phi accrual), beside one fixed time-out',
  rules: heartbeatRules,
  machine({ id, shape, settings }, rules) {
    const config = heartbeatsOf(settings);
    const size = nodeCount(shape);
    if (config === null || id >= size) return null;
    return createHeartbeats({ self: id, size, config, rules });
  },
  http: { '/suspected': 'suspected' },
  promises: [falseAlarmsRare(), deathSuspected(), heldUpBlamesNobody()],
  mutants: heartbeatMutants,
  scenarios: [unevenLinks],
});
