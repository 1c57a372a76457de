/** A cluster of etcd as a user has one: started by the test, known to antlion by its endpoints only. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Context } from 'mocha';
import { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import { processesIn, signalProcess } from '../../harness/cleanup/process-id.ts';
import { etcd } from '../../harness/systems/etcd/index.ts';
import { skipUnless } from '../require.ts';

export function skipWithoutEtcd(test: Context): void {
  const isHere = spawnSync('etcd', ['--version']).error === undefined;
  skipUnless(test, 'etcd', isHere ? null : 'apt-get install etcd-server');
}

/** Resolves once it has a leader. */
export async function startEtcd(members = 3): Promise<LaunchedMembers> {
  const { launch, system } = etcd.open({});
  const cluster = await LaunchedMembers.open({ plan: launch!, members });
  await cluster.start();
  for (;;) {
    try {
      await system.adapter!.ready(cluster.endpoints);
      return cluster;
    } catch {
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }
}

/** What starts this member again as it runs now, for a shell; it inherits nothing. */
export function commandOf(pid: number): string {
  const words = (file: string): string[] =>
    readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').slice(0, -1);
  const environment = words('environ').filter((v) =>
    /^(PATH|http_proxy|ANTLION_FOLDER|ETCD_\w+)=/i.test(v),
  );
  return ['exec', 'env', '-i', ...environment, ...words('cmdline')].join(' ');
}

/** Also what was started again by others. */
export async function stopEtcd(cluster: LaunchedMembers): Promise<void> {
  for (const process of processesIn(cluster.folder)) signalProcess(process, 'SIGKILL');
  await cluster[Symbol.asyncDispose]();
}
