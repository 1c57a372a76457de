/** Members behind a door, and somebody who asks to be let in. */
import assert from 'node:assert/strict';
import { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import type { LaunchPlan } from '../../harness/core/launch-plan.ts';
import type { SystemManifest } from '../../harness/systems/define-system.ts';
import { Bench } from './conformance/bench.ts';

export function planOf(manifest: SystemManifest, flags = {}): LaunchPlan {
  return manifest.open(flags).launch ?? assert.fail('not started');
}

/** One operation of somebody who asks by these flags; rejects with what is said at the door. */
export async function asking(
  manifest: SystemManifest,
  members: LaunchedMembers,
  flags: Readonly<Record<string, unknown>>,
  f = 'write',
): Promise<string | undefined> {
  const { system, extra } = manifest.open(flags);
  const adapter = system.adapter ?? assert.fail('no adapter');
  const { endpoints } = members;
  await adapter.ready(endpoints);
  using bench = new Bench({ adapter, operations: system.operations, endpoints, extra });
  const client = await bench.open();
  const came = await client.ask(f, 'k', f === 'acquire' ? { ttlUs: 2e6 } : 7);
  return came?.type;
}

export async function started(plan: LaunchPlan, members = 1): Promise<LaunchedMembers> {
  const all = await LaunchedMembers.open({ plan, members });
  await all.start();
  return all;
}

/** Until it serves those who may. */
export async function untilIn(ask: () => Promise<string | undefined>): Promise<void> {
  for (const endMs = performance.now() + 20_000; ;) {
    const came = await ask().catch((e: unknown) => e as Error);
    if (came === 'ok') return;
    if (performance.now() > endMs) throw came instanceof Error ? came : new Error(String(came));
    await new Promise((wake) => setTimeout(wake, 200));
  }
}
