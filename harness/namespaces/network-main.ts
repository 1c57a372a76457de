/**
 * The process that holds a private network: `network-main MEMBERS`, in namespaces of its own. It lays the
 * network out, leads connections from outside in, and does as it is told over its channel. It ends with
 * the harness, and the network with it and its members.
 */
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { promisify } from 'node:util';
import { changeScript, countsArguments, readCounts, setupScript } from './layout.ts';
import type { NetworkAnswer, NetworkQuestion, NetworkRequest } from './protocol.ts';
import { Steerer } from './steerer.ts';

const run = promisify(execFile);
const connectsMs = 1_000;
const members = Number(process.argv[2]);
const steerer = new Steerer(members);

function tell(answer: NetworkAnswer): void {
  if (process.connected) process.send?.(answer);
}

async function answer(
  question: NetworkQuestion,
  server: Server | undefined,
): Promise<NonNullable<NetworkAnswer['value']>> {
  switch (question.do) {
    case 'relay':
      server?.on('connection', (from: Socket) => lead(from, question));
      return server !== undefined;
    case 'connects':
      return connects(question);
    case 'change':
      await run('nft', [changeScript(question.cut, question.heal)]);
      return true;
    case 'counts':
      return readCounts((await run('nft', [...countsArguments])).stdout);
    case 'steer':
      await steerer.steer(question.all);
      return true;
    case 'steered':
      return steerer.steered();
  }
}

/** Each end learns how the other ended: a member that is gone looks like one. */
function lead(from: Socket, to: { readonly host: string; readonly port: number }): void {
  const onward = connect(to);
  for (const [one, other] of [
    [from, onward],
    [onward, from],
  ] as const) {
    one.setNoDelay(true);
    one.once('error', () => other.resetAndDestroy());
    one.once('close', () => other.destroy());
  }
  from.pipe(onward);
  onward.pipe(from);
}

function connects(to: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...to, timeout: connectsMs });
    const end = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

function messageOf(e: unknown): string {
  const { stderr, message } = e as Error & { readonly stderr?: string };
  return stderr?.trim() || message;
}

// It ends with its channel, not by what is meant for the harness.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
// One after the other: changes come to be in the order in which they were asked for.
let before: Promise<void> = Promise.resolve();
process.on('message', ({ id, question }: NetworkRequest, server?: Server) => {
  const mine = async (): Promise<void> => {
    try {
      tell({ id, value: await answer(question, server) });
    } catch (e) {
      tell({ id, error: messageOf(e) });
    }
  };
  if (question.do === 'connects') void mine();
  else before = before.then(mine);
});
try {
  await run('sh', ['-euc', setupScript(members)]);
  tell({ id: 0, value: true });
} catch (e) {
  tell({ id: 0, error: messageOf(e) });
}
