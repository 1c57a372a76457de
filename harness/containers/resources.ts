/** Networks and volumes of a run, and the removal of all that a run made: by its label, only. */
import type Dockerode from 'dockerode';
import type { Engine } from './engine.ts';
import { ask, isAbsent, isConflict, reasonOf, runLabel } from './engine.ts';

/**
 * A network whose containers reach nothing but one another; `published` ones also take connections
 * from this machine, never from another.
 */
export function createNetwork(
  { docker }: Engine,
  run: string,
  o: { readonly name: string; readonly isPublished: boolean },
): Promise<Dockerode.Network> {
  const network = docker.createNetwork({
    Name: o.name,
    Driver: 'bridge',
    Internal: !o.isPublished,
    Labels: { [runLabel]: run },
    Options: o.isPublished ? { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' } : {},
  });
  return ask('create a network', network);
}

export async function createVolume({ docker }: Engine, run: string, name: string): Promise<void> {
  await ask('create a volume', docker.createVolume({ Name: name, Labels: { [runLabel]: run } }));
}

/** Asked to remove everything this often: what is in use at first is free once containers are gone. */
const removalRounds = 3;

/** Removes everything that carries the label of `run`; says what is still there, empty if nothing. */
export async function removeRun(engine: Engine, run: string): Promise<readonly string[]> {
  let left: readonly Labelled[] = [];
  const reasons = new Map<string, string>();
  for (let round = 0; round < removalRounds; round++) {
    left = await listLabelled(engine, `${runLabel}=${run}`);
    // Containers hold on to networks and volumes.
    for (const kind of ['container', 'network', 'volume'] as const) {
      const ofKind = left.filter((r) => r.kind === kind);
      await Promise.all(
        ofKind.map(async (r) => {
          const reason = await attempt(r.remove());
          if (reason !== null) reasons.set(r.name, reason);
        }),
      );
    }
    left = await listLabelled(engine, `${runLabel}=${run}`);
    if (left.length === 0) break;
  }
  return left.map((r) => `${r.kind} ${r.name}: ${reasons.get(r.name) ?? 'still there'}`);
}

interface Labelled {
  readonly kind: 'container' | 'network' | 'volume';
  readonly name: string;
  readonly remove: () => Promise<unknown>;
}

async function listLabelled({ docker }: Engine, label: string): Promise<readonly Labelled[]> {
  const filters = { label: [label] };
  const [containers, networks, { Volumes: volumes }] = await ask(
    'list what is left of a run',
    Promise.all([
      docker.listContainers({ all: true, filters }),
      docker.listNetworks({ filters }),
      docker.listVolumes({ filters }),
    ]),
  );
  return [
    ...containers.map((c): Labelled => ({
      kind: 'container',
      name: c.Names[0]?.replace(/^\//, '') ?? c.Id,
      remove: () => docker.getContainer(c.Id).remove({ force: true, v: true }),
    })),
    ...networks.map((n): Labelled => ({
      kind: 'network',
      name: n.Name,
      remove: () => docker.getNetwork(n.Id).remove(),
    })),
    ...(volumes ?? []).map((v): Labelled => ({
      kind: 'volume',
      name: v.Name,
      remove: () => docker.getVolume(v.Name).remove(),
    })),
  ];
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
