/**
 * What is to be changed for actual to become desired: pure, and the same whoever works it out. Each change is made on
 * condition that its object is still as it was seen, so that several controllers do no harm to one another.
 */
import type { Json, NodeId } from '../../harness/core/host.ts';
import { deploymentOf, endpointsIn, keyOf, named, podIn, replicasIn, slotOf } from './objects.ts';
import type { Objects, Pod } from './objects.ts';
import type { Endpoint } from './observations.ts';
import type { ControllerRules } from './rules.ts';

export interface Change {
  readonly key: string;
  /** As it was seen; 0: it was not there. */
  readonly version: number;
  /** Null removes it. */
  readonly value: Json;
}

/** `live`: nodes whose lease is in force, ascending. */
export function reconcile(
  objects: Objects,
  live: readonly NodeId[],
  rules: Pick<ControllerRules, 'isWanted'>,
): readonly Change[] {
  const pods = named(objects, 'pods').map(([name, o]) => podIn(name, o));
  const desired = new Map(
    named(objects, 'deployments').map(([name, o]) => [name, replicasIn(o.value)] as const),
  );
  const load = new Map(live.map((node) => [node, 0]));
  for (const { node } of pods) if (load.has(node)) load.set(node, (load.get(node) ?? 0) + 1);
  return [
    ...surplus(pods, desired, rules),
    ...missing(pods, desired, load),
    ...endpoints(objects, wantedOf(pods, desired, rules), desired, new Set(live)),
  ];
}

function surplus(
  pods: readonly Pod[],
  desired: ReadonlyMap<string, number>,
  rules: Pick<ControllerRules, 'isWanted'>,
): Change[] {
  const wanted = new Set(wantedOf(pods, desired, rules));
  return pods
    .filter((pod) => !wanted.has(pod))
    .map(({ name, version }) => ({ key: keyOf('pods', name), version, value: null }));
}

function wantedOf(
  pods: readonly Pod[],
  desired: ReadonlyMap<string, number>,
  rules: Pick<ControllerRules, 'isWanted'>,
): readonly Pod[] {
  return pods.filter(({ name }) =>
    rules.isWanted(slotOf(name), desired.get(deploymentOf(name)) ?? 0),
  );
}

/** Slots that nobody has, and those whose node is dead, go where there are the fewest. */
function missing(
  pods: readonly Pod[],
  desired: ReadonlyMap<string, number>,
  load: Map<NodeId, number>,
): Change[] {
  const known = new Map(pods.map((p) => [p.name, p]));
  const changes: Change[] = [];
  for (const [deployment, replicas] of desired) {
    for (let slot = 0; slot < replicas; slot++) {
      const pod = known.get(`${deployment}/${slot}`);
      if (pod !== undefined && load.has(pod.node)) continue;
      const [emptiest] = [...load].sort(([a, x], [b, y]) => x - y || a - b);
      if (emptiest === undefined) return changes;
      const [node, count] = emptiest;
      load.set(node, count + 1);
      const key = keyOf('pods', `${deployment}/${slot}`);
      changes.push({ key, version: pod?.version ?? 0, value: { node, isReady: false } });
    }
  }
  return changes;
}

function endpoints(
  objects: Objects,
  pods: readonly Pod[],
  desired: ReadonlyMap<string, number>,
  live: ReadonlySet<NodeId>,
): Change[] {
  const wanted = new Map<string, Endpoint[]>([...desired.keys()].map((name) => [name, []]));
  for (const [name] of named(objects, 'endpoints')) wanted.set(name, wanted.get(name) ?? []);
  for (const { name, node, isReady } of pods) {
    if (isReady && live.has(node)) wanted.get(deploymentOf(name))?.push([name, node]);
  }
  return [...wanted].flatMap(([name, list]): Change[] => {
    const key = keyOf('endpoints', name);
    const held = objects.get(key);
    const isSame = JSON.stringify(endpointsIn(held?.value ?? null)) === JSON.stringify(list);
    if (isSame && held !== undefined) return [];
    return [{ key, version: held?.version ?? 0, value: list as unknown as Json }];
  });
}
