/** What is on an engine of runs: listed and removed by label, only. */
import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type { Engine } from './engine.ts';
import { ask, isAbsent, isConflict, isUnavailable, reasonOf } from './engine.ts';
import { labelsOf, runLabel } from './labels.ts';

export async function createVolume({ docker }: Engine, run: string, name: string): Promise<void> {
  await ask('create a volume', docker.createVolume({ Name: name, Labels: labelsOf(run) }));
}

/** Asked to remove everything this often: what is in use at first is free once containers are gone. */
const removalRounds = 3;
/** A swarm lets go of the networks of a service some time after it said that this is gone. */
const serviceRounds = 100;
const serviceRoundMs = 200;

/** Removes everything that carries the label of `run`; says what is still there, empty if nothing. */
export async function removeRun(engine: Engine, run: string): Promise<readonly string[]> {
  let left: readonly Resource[] = [];
  const reasons = new Map<string, string>();
  let hasServices = false;
  for (let round = 0; round < (hasServices ? serviceRounds : removalRounds); round++) {
    left = await listResources(engine, `${runLabel}=${run}`);
    hasServices ||= left.some((r) => r.kind === 'service');
    // Services hold on to containers, and these to networks and volumes.
    for (const kind of ['service', 'container', 'network', 'volume'] as const) {
      const ofKind = left.filter((r) => r.kind === kind);
      await Promise.all(
        ofKind.map(async (r) => {
          const reason = await attempt(r.remove());
          if (reason !== null) reasons.set(r.name, reason);
        }),
      );
    }
    left = await listResources(engine, `${runLabel}=${run}`);
    if (left.length === 0) break;
    if (hasServices) await sleep(serviceRoundMs);
  }
  return left.map((r) => `${r.kind} ${r.name}: ${reasons.get(r.name) ?? 'still there'}`);
}

export interface Resource {
  readonly kind: 'service' | 'container' | 'network' | 'volume';
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly remove: () => Promise<unknown>;
}

/** Everything with a label, `antlion.run` or `antlion.run=1a2b…`. */
export async function listResources({ docker }: Engine, label: string): Promise<Resource[]> {
  const filters = { label: [label] };
  const [services, containers, networks, { Volumes: volumes }] = await ask(
    'list what is there of a run',
    Promise.all([
      servicesOf(docker, filters),
      docker.listContainers({ all: true, filters }),
      docker.listNetworks({ filters }),
      docker.listVolumes({ filters }),
    ]),
  );
  return [
    ...services.map((s): Resource => ({
      kind: 'service',
      name: s.Spec?.Name ?? s.ID,
      labels: s.Spec?.Labels ?? {},
      remove: () => docker.getService(s.ID).remove(),
    })),
    ...containers.map((c): Resource => ({
      kind: 'container',
      name: c.Names[0]?.replace(/^\//, '') ?? c.Id,
      labels: c.Labels,
      remove: () => docker.getContainer(c.Id).remove({ force: true, v: true }),
    })),
    ...networks.map((n): Resource => ({
      kind: 'network',
      name: n.Name,
      labels: n.Labels ?? {},
      remove: () => docker.getNetwork(n.Id).remove(),
    })),
    ...(volumes ?? []).map((v): Resource => ({
      kind: 'volume',
      name: v.Name,
      labels: v.Labels ?? {},
      remove: () => docker.getVolume(v.Name).remove(),
    })),
  ];
}

/** None on an engine that manages no swarm, which says so by 503. */
async function servicesOf(
  docker: Dockerode,
  filters: { label: string[] },
): Promise<readonly Dockerode.Service[]> {
  try {
    return await docker.listServices({ filters });
  } catch (e) {
    if (isUnavailable(e)) return [];
    throw e;
  }
}

/** Null when it is gone, by us or by somebody else at the same time; else why it is not. */
async function attempt(removal: Promise<unknown>): Promise<string | null> {
  try {
    await ask('remove what is left of a run', removal);
    return null;
  } catch (e) {
    if (isAbsent(e) || isConflict(e)) return null;
    return reasonOf(e);
  }
}
