/** What tests with real containers share. */
import type { Context } from 'mocha';
import { HarnessError } from '../../harness/core/errors.ts';
import { openEngine } from '../../harness/containers/engine.ts';
import type { Engine } from '../../harness/containers/engine.ts';
import { runLabel } from '../../harness/containers/labels.ts';
import { imageSettings } from '../../harness/containers/images.ts';
import { skipUnless } from '../require.ts';

/** Tests ask no registry: what is on this machine is enough. */
export const localImages = imageSettings({ from: 'local' });

/** For a `before` hook: the engine, or the whole suite is skipped with the reason. */
export async function engineOrSkip(test: Context): Promise<Engine> {
  let reason: string | null = null;
  const engine = await openEngine().catch((e: unknown) => {
    if (!(e instanceof HarnessError)) throw e;
    reason = e.message;
    return null;
  });
  skipUnless(test, 'docker', reason);
  return engine as Engine;
}

/** Names of everything on the engine that carries the label of `run`. */
export async function labelled({ docker }: Engine, run: string): Promise<string[]> {
  const filters = { label: [`${runLabel}=${run}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters });
  const { Volumes: volumes } = await docker.listVolumes({ filters });
  return [
    ...containers.map((c) => c.Names.join()),
    ...networks.map((n) => n.Name),
    ...(volumes ?? []).map((v) => v.Name),
  ];
}
