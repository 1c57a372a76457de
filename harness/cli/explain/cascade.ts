/** "Cascading failure? Check circuit breaker evidence (should be OPEN, why CLOSED?)" */
import { formatDuration } from '../../core/duration.ts';
import type { Scene, SceneNode, Step } from './scene.ts';

interface Failing {
  readonly caller: SceneNode;
  readonly service: string;
  readonly failed: number;
  readonly all: number;
}

/** What a circuit counts: a call that was sent and did not succeed. */
const failures: ReadonlySet<string> = new Set(['error', 'timeout']);
/** Never sent: they are no failures of the service. */
const kept: ReadonlySet<string> = new Set(['refused', 'shed']);

/** `only`: towards this service; null: towards any. */
export function cascade(scene: Scene, only: string | null): Step[] {
  const pairs = scene.nodes.flatMap((caller) => failingOf(caller, only));
  const { failureThreshold, windowUs } = scene.policy;
  const window = formatDuration(windowUs);
  const looked = 'calls';
  if (pairs.length === 0) {
    const found = `nobody says that it called anything in the last ${window}`;
    return [{ looked, found, kind: 'unknown', next: 'Ask while calls are made, or name --at.' }];
  }
  const bad = pairs.filter((p) => p.failed >= failureThreshold);
  if (bad.length === 0) {
    const found = `no caller saw ${failureThreshold} failures of a service in the last ${window}`;
    return [{ looked, found, kind: 'clear', next: null }];
  }
  const found = bad.map(
    (p) => `${p.caller.name}: ${p.failed} of ${p.all} calls of ${p.service} failed`,
  );
  const head: Step = {
    looked,
    found: `in the last ${window} ${found.join('; ')}`,
    // A dependency that fails is no cascade: that it is not kept where it is would be one.
    kind: 'clear',
    next: 'See whether circuits keep it where it is, below.',
  };
  return [head, ...bad.map((p) => circuit(scene, p)), spread(scene, bad), ...modes(bad)];
}

function failingOf(caller: SceneNode, only: string | null): Failing[] {
  const services = [...new Set(caller.calls.map((c) => c.service))];
  return services
    .filter((service) => only === null || service === only)
    .map((service) => {
      const own = caller.calls.filter((c) => c.service === service && !kept.has(c.outcome));
      const failed = own.filter((c) => failures.has(c.outcome)).length;
      return { caller, service, failed, all: own.length };
    });
}

const countsNext =
  'Look at what it counts: are time-outs failures to it, does its window hold them, is it asked at all?';

/** It should be open: is it, and why not? */
function circuit({ policy }: Scene, { caller, service, failed }: Failing): Step {
  const looked = `circuit of ${caller.name} to ${service}`;
  const own = caller.circuits.get(service);
  const held = own?.failuresWhenHeld ?? 0;
  if (own?.opened === null && held >= policy.failureThreshold) {
    const found = `should have opened by ${policy.failureThreshold} failures, and was CLOSED after ${held} when the mode took hold of it`;
    return { looked, found, kind: 'cause', next: countsNext };
  }
  if (own !== undefined && own.state !== 'closed') {
    return { looked, found: `${own.state}: ${own.cause}`, kind: 'clear', next: null };
  }
  if (own?.opened !== undefined && own.opened !== null) {
    const found = `closed again after it opened at ${own.opened}: ${own.cause}`;
    return { looked, found, kind: 'clear', next: null };
  }
  const found = `should be OPEN, by ${failed} failures where ${policy.failureThreshold} open it, is CLOSED and never opened`;
  return { looked, found, kind: 'cause', next: countsNext };
}

/** Do those fail who call those that fail? */
function spread({ nodes }: Scene, bad: readonly Failing[]): Step {
  const looked = 'spread';
  const middle = new Set(bad.flatMap((p) => p.caller.service ?? []));
  const further = nodes
    .flatMap((n) => failingOf(n, null))
    .filter((p) => middle.has(p.service) && p.failed > 0);
  if (middle.size === 0 || further.length === 0) {
    const found = 'whoever calls them is served: it has stayed where it is';
    return { looked, found, kind: 'clear', next: null };
  }
  const found = further.map(
    (p) => `${p.caller.name}: ${p.failed} of ${p.all} calls of ${p.service}`,
  );
  const next = 'Begin with the service at the end of the chain; those before it fail with it.';
  return { looked, found: `it has spread: ${found.join('; ')} failed`, kind: 'cause', next };
}

/** More than half of the calls failed: such a node belongs on the Floor. */
function modes(bad: readonly Failing[]): Step[] {
  const most = bad.filter((p) => p.failed * 2 > p.all);
  return [...new Set(most.map((p) => p.caller))].flatMap(({ name, mode }): Step[] => {
    if (mode === null) return [];
    const looked = `mode of ${name}`;
    if (mode !== 'target') return [{ looked, found: mode, kind: 'clear', next: null }];
    const found = 'target, although more than half of its calls failed';
    return [
      { looked, found, kind: 'cause', next: 'Look at what it counts: GET /mode has the figures.' },
    ];
  });
}
