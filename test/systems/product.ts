/** Members of a product that the test starts, as a run would: skipped, with how to get it, where it is not there. */
import { spawnSync } from 'node:child_process';
import type { Context } from 'mocha';
import { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import type { SystemManifest } from '../../harness/systems/define-system.ts';
import { skipUnless } from '../require.ts';
import type { Subject } from './conformance/bench.ts';

export interface Product extends AsyncDisposable {
  readonly members: LaunchedMembers;
  readonly subject: Subject;
}

export function skipWithout(test: Context, { name, requires }: SystemManifest): void {
  const missing = requires.find((r) => spawnSync(r.program, r.args).status !== 0);
  skipUnless(test, name, missing?.otherwise ?? null);
}

/** Resolves once all its members answer its adapter; `program` in place of the one that is installed. */
export async function startProduct(
  manifest: SystemManifest,
  flags = {},
  program?: string,
): Promise<Product> {
  const { launch, system, extra } = manifest.open(flags);
  const { adapter } = system;
  if (launch === null || adapter === undefined) throw new Error(`${manifest.name} is not started`);
  const command = [program ?? launch.command[0] ?? '', ...launch.command.slice(1)];
  const members = await LaunchedMembers.open({ plan: { ...launch, command } });
  const { endpoints } = members;
  try {
    await members.start();
    await answering(() => adapter.ready(endpoints));
  } catch (e) {
    // Members that were left behind would keep the test's process from ending.
    await members[Symbol.asyncDispose]();
    throw e;
  }
  return {
    members,
    subject: { adapter, operations: system.operations, endpoints, extra },
    [Symbol.asyncDispose]: async () => members[Symbol.asyncDispose](),
  };
}

/** Resolves once it does; rejects with what it says last when that takes a minute. */
async function answering(ready: () => Promise<void>): Promise<void> {
  for (const endMs = performance.now() + 60_000; ;) {
    try {
      return await ready();
    } catch (e) {
      if (performance.now() > endMs) throw e;
      await new Promise((wake) => setTimeout(wake, 200));
    }
  }
}
