/** "Load imbalance? Check routing evidence (hash function? health weights?)" */
import { instancesOf } from './scene.ts';
import type { Scene, SceneNode, Step } from './scene.ts';

/** The text's figure for Target: the most loaded instance has at most this times the mean. */
const ratioMax = 1.2;
/** Fewer calls say nothing of how they are spread. */
const callsMin = 20;

export function imbalance(scene: Scene, service: string): Step[] {
  const names = instancesOf(scene, service).map((n) => n.name);
  const callers = scene.nodes.filter((n) => n.calls.some((c) => isSent(c, service)));
  const looked = 'calls by instance';
  const all = counted(callers, service, names);
  const sum = total(all);
  if (names.length < 2) {
    const found = `${service} has ${names.length === 0 ? 'no instance' : 'one instance'}`;
    return [{ looked, found, kind: 'unknown', next: 'Name a service of several instances.' }];
  }
  if (sum < callsMin) {
    const found = `${sum} calls of ${service}, wanted ${callsMin} to say anything`;
    return [{ looked, found, kind: 'unknown', next: 'Ask while more calls are made.' }];
  }
  if (isEven(all)) return [{ looked, found: told(all), kind: 'clear', next: null }];
  const head: Step = { looked, found: told(all), kind: 'symptom', next: 'See why, below.' };
  return [
    head,
    lists(callers, service, names),
    weights(callers, names),
    choice(callers, service, names),
  ];
}

type Counts = ReadonlyMap<string, number>;

function isSent(c: SceneNode['calls'][number], service: string): boolean {
  return c.service === service && c.instance !== null;
}

function counted(callers: readonly SceneNode[], service: string, names: readonly string[]): Counts {
  const counts = new Map(names.map((name) => [name, 0]));
  for (const { calls } of callers) {
    for (const c of calls) {
      if (isSent(c, service)) counts.set(c.instance ?? '', (counts.get(c.instance ?? '') ?? 0) + 1);
    }
  }
  return counts;
}

function total(counts: Counts): number {
  return [...counts.values()].reduce((a, b) => a + b, 0);
}

/** Chance alone spreads them by three times the root of the mean. */
function isEven(counts: Counts): boolean {
  const mean = total(counts) / counts.size;
  const most = Math.max(...counts.values());
  return most <= Math.max(ratioMax * mean, mean + 3 * Math.sqrt(mean));
}

function told(counts: Counts): string {
  const mean = total(counts) / counts.size;
  const most = Math.max(...counts.values());
  const parts = [...counts].map(([name, n]) => `${name} ${n}`);
  return `${parts.join(', ')}: the most is ${(most / Math.max(1, mean)).toFixed(2)} times the mean`;
}

/** Do callers know all instances? */
function lists(callers: readonly SceneNode[], service: string, names: readonly string[]): Step {
  const looked = 'lists of callers';
  const known = callers.filter((n) => n.lists?.has(service) === true);
  if (known.length === 0) {
    const found = `no caller says where its calls of ${service} would go`;
    return { looked, found, kind: 'unknown', next: 'Ask a caller: GET /decisions.' };
  }
  const short = known.flatMap((n) => {
    const gone = names.filter((name) => n.lists?.get(service)?.includes(name) !== true);
    return gone.length === 0 ? [] : [`${n.name} does not list ${gone.join(', ')}`];
  });
  if (short.length === 0) {
    return { looked, found: 'all callers list all instances', kind: 'clear', next: null };
  }
  const next = 'Ask why it is not found: --question not-found.';
  return { looked, found: short.join('; '), kind: 'cause', next };
}

/** Is an instance spared because its checks fail? */
function weights(callers: readonly SceneNode[], names: readonly string[]): Step {
  const looked = 'health weights';
  const spared = callers.flatMap((n) =>
    n.critical
      .filter((name) => names.includes(name))
      .map((name) => `${n.name} spares ${name}, whose checks fail`),
  );
  if (spared.length === 0) {
    return {
      looked,
      found: 'no caller spares an instance for its health',
      kind: 'clear',
      next: null,
    };
  }
  return { looked, found: spared.join('; '), kind: 'cause', next: 'Look at that instance first.' };
}

/** Who knows all and spares none, and is uneven all the same, chooses badly. */
function choice(callers: readonly SceneNode[], service: string, names: readonly string[]): Step {
  const looked = 'choice (hash function, ties)';
  const uneven = callers.flatMap((n) => {
    const own = counted([n], service, names);
    const knowsAll = names.every((name) => n.lists?.get(service)?.includes(name) === true);
    const isFree = n.critical.every((name) => !names.includes(name));
    return knowsAll && isFree && total(own) > 0 && !isEven(own) ? [`${n.name}: ${told(own)}`] : [];
  });
  if (uneven.length === 0) {
    const found = 'no caller that knows all instances chooses unevenly by itself';
    return { looked, found, kind: 'clear', next: null };
  }
  const next = 'These know all instances and spare none: look at how one is chosen.';
  return { looked, found: uneven.join('; '), kind: 'cause', next };
}
