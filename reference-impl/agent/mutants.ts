/** What the modes do to a node, broken. */
import { admissionMode } from '../admission/mode.ts';
import type { Mutants } from '../mechanism.ts';
import type { Mode } from '../mode/matrix.ts';
import type { ModeBehaviours } from '../mode/member.ts';
import type { BehaviourRules } from './behaviour.ts';

const { behaviour: admission } = admissionMode;

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
  'target-without-headroom': {
    difficulty: 'hard',
    what: 'an instance in Target fills all of its places',
    breaks: ['admission-by-mode'],
    shows: ['modes-under-load', 1],
    rules: inMode('target', { admission: { ...admission.target, usedPermille: 1_000 } }),
  },
  'target-cries-wolf': {
    difficulty: 'hard',
    what: 'an instance in Target tells callers to slow down though it has room',
    breaks: ['admission-by-mode'],
    shows: ['modes-under-load', 1],
    rules: inMode('target', { admission: { ...admission.target, signal: 'slow-down' } }),
  },
  'degraded-without-headroom': {
    difficulty: 'hard',
    what: 'an instance that is Degraded fills all of its places',
    breaks: ['admission-by-mode'],
    shows: ['modes-under-load', 1],
    rules: inMode('degraded', { admission: { ...admission.degraded, usedPermille: 1_000 } }),
  },
  'degraded-says-ok': {
    difficulty: 'easy',
    what: 'an instance that is Degraded tells callers that all is well',
    breaks: ['admission-by-mode'],
    shows: ['modes-under-load', 1],
    rules: inMode('degraded', { admission: { ...admission.degraded, signal: 'ok' } }),
  },
  'floor-serves-on': {
    difficulty: 'easy',
    what: 'an instance on the Floor serves as many at a time as ever',
    breaks: ['admission-by-mode'],
    shows: ['modes-under-load', 1],
    rules: inMode('floor', { admission: { ...admission.floor, usedPermille: 800 } }),
  },
  'floor-slows-down': {
    difficulty: 'hard',
    what: 'an instance on the Floor asks callers to come less often, and not to stay away',
    breaks: ['admission-by-mode'],
    shows: ['modes-under-load', 1],
    rules: inMode('floor', { admission: { ...admission.floor, signal: 'slow-down' } }),
  },
  'recovery-queues-up': {
    difficulty: 'hard',
    what: 'calls wait in Recovery before the queue of before is drained',
    breaks: ['admission-by-mode'],
    shows: ['modes-under-load', 1],
    rules: inMode('recovery', { admission: { ...admission.recovery, mayWait: true } }),
  },
  'recovery-at-once': {
    difficulty: 'hard',
    what: 'an instance in Recovery has all of its places back at once',
    breaks: ['admission-by-mode'],
    shows: ['modes-under-load', 1],
    rules: inMode('recovery', { admission: { ...admission.recovery, isRamped: false } }),
  },
  'floor-tries-again': {
    difficulty: 'easy',
    what: 'a node on the Floor tries calls again that failed',
    breaks: ['no-retries-on-floor'],
    shows: ['modes-under-load', 1],
    rules: inMode('floor', { retries: { isRetrying: true } }),
  },
  'sessions-never-stick': {
    difficulty: 'easy',
    what: 'a node that is Degraded sends each call of a session where there is least to do',
    breaks: ['sessions-stay'],
    shows: ['modes-under-load', 1],
    rules: inMode('degraded', { sessions: { isSticky: false } }),
  },
  'floor-flags-on': {
    difficulty: 'easy',
    what: 'a node on the Floor serves flags by their rules',
    breaks: ['flags-by-mode'],
    shows: ['modes-under-load', 1],
    rules: inMode('floor', { flags: { isOff: false } }),
  },
  'degraded-flags-off': {
    difficulty: 'hard',
    what: 'flags are off as soon as a node is Degraded',
    breaks: ['flags-by-mode'],
    shows: ['modes-under-load', 1],
    rules: inMode('degraded', { flags: { isOff: true } }),
  },
};

/** What a node does in one mode is changed. */
function inMode(mode: Mode, changed: Partial<ModeBehaviours>): Pick<BehaviourRules, 'behaviours'> {
  return { behaviours: (m, all) => (m === mode ? { ...all[m], ...changed } : all[m]) };
}
