/** What is shown with Envoy: configuration, flips, a rolling deploy, a control plane that goes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Backend, Envoy, Up } from './rig.ts';

export interface Shown {
  /** From the commit of a registration to the first answer by the new endpoint, ms, ascending. */
  readonly flipMs: readonly number[];
  /** Of a rolling deploy under load. */
  readonly requests: number;
  readonly failed: number;
  /** Envoy's own count of what it refused, and it went on. */
  readonly rejected: number;
  /** Answers after the control plane was gone. */
  readonly without: number;
}

export async function showEnvoy(
  protocol: 'GRPC' | 'DELTA_GRPC',
  o: { readonly flips: number; readonly turns: number; readonly atOnce: number },
): Promise<Shown> {
  await using up = await Up.start();
  await using a = await Backend.start('a');
  await using b = await Backend.start('b');
  await using envoy = await Envoy.start(up.xds, protocol);
  const routes = [{ prefix: '/', service: 'web' }];
  await up.register('web', 'web-0', a.port);
  await up.configure('listeners/in', { port: envoy.port, routes });
  await envoy.until('a');
  const flipMs: number[] = [];
  for (let i = 0; i < o.flips; i++) {
    const to = i % 2 === 0 ? b : a;
    await up.register('web', 'web-0', to.port);
    flipMs.push(await envoy.until(to.name));
  }
  // A new cluster by a route of no weight: Envoy refuses the route and goes on with the old one.
  await up.configure('routes/web', { set: 'blue', weight: 0 });
  const rejected = await rejections(envoy);
  await up.configure('routes/web', { set: 'green' });
  const deployed = await deploy(up, envoy, o);
  await up[Symbol.asyncDispose]();
  await sleep(500);
  const answers = await Promise.all(Array.from({ length: 20 }, () => envoy.get()));
  const without = answers.filter((x) => x !== null).length;
  return { flipMs: flipMs.sort((x, y) => x - y), ...deployed, rejected, without };
}

async function rejections(envoy: Envoy): Promise<number> {
  for (let i = 0; i < 500; i++) {
    const found = await envoy.figure('rds.*update_rejected');
    if (found > 0) return found;
    await sleep(10);
  }
  return 0;
}

/** Each instance in turn: it drains, is gone, and a new one comes in its place, under load all the time. */
async function deploy(
  up: Up,
  envoy: Envoy,
  o: { readonly turns: number; readonly atOnce: number },
): Promise<{ requests: number; failed: number }> {
  const count = { requests: 0, failed: 0 };
  let instances: Backend[] = await Promise.all([Backend.start('x-0'), Backend.start('y-0')]);
  for (const [i, x] of instances.entries()) await up.register('web', `new-${i}`, x.port);
  await up.deregister('web', 'web-0');
  // One after the other: in step with each other both would get the other's turn for ever.
  for (const x of instances) await envoy.until(x.name);
  let isOver = false;
  const load = Array.from({ length: o.atOnce }, async () => {
    while (!isOver) {
      count.requests += 1;
      if ((await envoy.get()) === null) count.failed += 1;
      await sleep(2);
    }
  });
  for (let turn = 1; turn <= o.turns; turn++) {
    const next: Backend[] = [];
    for (const [i, old] of instances.entries()) {
      await up.register('web', `new-${i}`, old.port, { tags: ['draining'] });
      // As an orchestrator does: told first, ended when nobody goes there any more.
      await envoy.leaves(old.name);
      await old[Symbol.asyncDispose]();
      const fresh = await Backend.start(`${old.name.slice(0, 2)}${turn}`);
      await up.register('web', `new-${i}`, fresh.port);
      await envoy.until(fresh.name);
      next.push(fresh);
    }
    instances = next;
  }
  isOver = true;
  await Promise.all(load);
  lastOnes.push(...instances);
  return count;
}

/** They serve on until Envoy has shown that it goes on without a control plane. */
const lastOnes: Backend[] = [];

export async function endLast(): Promise<void> {
  for (const x of lastOnes.splice(0)) await x[Symbol.asyncDispose]();
}
