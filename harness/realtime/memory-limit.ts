/** A limit of memory on processes of ours (RLIMIT_DATA, setrlimit(2)): by prlimit, and read back from the machine. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { NodeId } from '../core/host.ts';
import type { FaultAccess, MeasuredInjection } from './fault-access.ts';

const run = promisify(execFile);

/** The limit that is in force, bytes; null: none. Throws where there is no such process. */
function limitOf(pid: number): number | null {
  const text = readFileSync(`/proc/${pid}/limits`, 'latin1');
  const soft = /^Max data size\s+(\S+)/m.exec(text)?.[1];
  return soft === undefined || soft === 'unlimited' ? null : Number(soft);
}

/** What counts for the limit, bytes. */
function dataOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmData:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1_024;
}

/** `bytes` null: what it was before any limit. The hard limit stays, so that it can be undone. */
async function setLimit(pid: number, bytes: number | null): Promise<void> {
  await run('prlimit', ['--pid', `${pid}`, `--data=${bytes ?? 'unlimited'}:`]);
}

/** One in force at a process. */
interface Limited {
  readonly node: NodeId;
  readonly pid: number;
  readonly before: number | null;
}

/** Or the reason why it cannot be done. */
export function limitMemory(
  nodes: readonly NodeId[],
  roomBytes: number,
  access: FaultAccess,
): MeasuredInjection | string {
  const { pidOf } = access;
  if (pidOf === null) return 'its process is not ours to limit';
  if (process.platform !== 'linux') return 'limits of a process that runs take Linux';
  const release = access.reserve('crash', nodes);
  if (typeof release === 'string') return release;
  let limited: readonly Limited[] = [];
  let hasEnded = false;
  let denied: string | null = null;
  let notOver: string | null = null;
  const isGone = (): boolean => nodes.some((node) => access.nodes.endedItself(node));
  return {
    async begin() {
      const up = nodes
        .flatMap((node) => ({ node, pid: pidOf(node) ?? 0 }))
        .filter((n) => n.pid > 0);
      limited = up.map((n) => ({ ...n, before: limitOf(n.pid) }));
      await Promise.all(limited.map(({ pid }) => setLimit(pid, dataOf(pid) + roomBytes)));
      if (limited.some(({ pid }) => limitOf(pid) === null)) denied = 'the machine shows no limit';
    },
    async end() {
      await Promise.all(nodes.map((node) => access.nodes.untilTold(node, access.hurry)));
      hasEnded ||= isGone();
      const living = limited.filter(({ node, pid }) => pidOf(node) === pid);
      await Promise.all(living.map(({ pid, before }) => setLimit(pid, before)));
      const still = living.find(
        ({ node, pid, before }) => pidOf(node) === pid && limitOf(pid) !== before,
      );
      if (still !== undefined) notOver = `process ${still.pid} still has a limit`;
      await Promise.all(nodes.map((node) => access.nodes.revive(node)));
      release();
    },
    isEffective() {
      hasEnded ||= isGone();
      return Promise.resolve(hasEnded);
    },
    whyNot: () => denied ?? 'idle: nobody needed more memory meanwhile',
    notOver: () => notOver,
  };
}
