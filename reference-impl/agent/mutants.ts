/** What the modes do to a node, broken. */
import type { Mutants } from '../mechanism.ts';
import type { Mode } from '../mode/matrix.ts';
import type { ModeBehaviours } from '../mode/member.ts';
import type { BehaviourRules } from './behaviour.ts';

export const agentMutants: Mutants<BehaviourRules> = {
  'ramp-ignored': {
    difficulty: 'easy',
    what: 'a node in Recovery makes all of its calls from the start',
    breaks: ['mode-behaviours'],
    rules: inMode('recovery', { 'demo-service': { isRamped: false } }),
  },
  'ramp-jumps': {
    difficulty: 'hard',
    what: 'the ramp of Recovery goes from 10 % to all',
    breaks: ['mode-behaviours'],
    rules: { sharePermille: (s) => (s.sharePermille === 500 ? 1_000 : s.sharePermille) },
  },
  'floor-still-checks': {
    difficulty: 'easy',
    what: 'a node on the Floor goes on checking instances',
    breaks: ['mode-behaviours'],
    rules: inMode('floor', { 'health-checks': { isChecked: true } }),
  },
  'floor-uses-stale-list': {
    difficulty: 'easy',
    what: 'a node on the Floor goes by what the registry once said',
    breaks: ['mode-behaviours'],
    rules: inMode('floor', { discovery: { sources: ['registry', 'stale'], isLocal: true } }),
  },
  'floor-crosses-zones': {
    difficulty: 'hard',
    what: 'static lists reach into other zones',
    breaks: ['mode-behaviours'],
    rules: inMode('floor', { discovery: { sources: ['registry', 'static'], isLocal: false } }),
  },
  'floor-circuits-free': {
    difficulty: 'easy',
    what: 'the Floor does not hold circuits open',
    breaks: ['mode-behaviours'],
    rules: inMode('floor', { breaker: { isForcedOpen: false } }),
  },
  'floor-two-at-once': {
    difficulty: 'hard',
    what: 'a node on the Floor has two calls out at a time',
    breaks: ['mode-behaviours'],
    rules: inMode('floor', { 'service-client': { callsMax: 2 } }),
  },
};

/** What a node does in one mode is changed. */
function inMode(mode: Mode, changed: Partial<ModeBehaviours>): Pick<BehaviourRules, 'behaviours'> {
  return { behaviours: (m, all) => (m === mode ? { ...all[m], ...changed } : all[m]) };
}
