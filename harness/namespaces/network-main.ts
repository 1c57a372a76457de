/**
 * The process that holds a private network: `network-main MEMBERS`, in namespaces of its own. It lays the
 * network out, leads connections from outside in, and does as it is told over its channel. It ends with
 * the harness, and the network with it and its members.
 */
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { promisify } from 'node:util';
import { serveHelper } from './helper-main.ts';
import { changeScript, countsArguments, readCounts, setupScript } from './layout.ts';
import type { NetworkQuestion, NetworkValue } from './protocol.ts';
import { Steerer } from './steerer.ts';

const run = promisify(execFile);
const connectsMs = 1_000;
const members = Number(process.argv[2]);
const steerer = new Steerer(members);

async function answer(
  question: NetworkQuestion,
  server: Server | undefined,
): Promise<NetworkValue> {
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

const { tellReady, tellFailed } = serveHelper<NetworkQuestion, NetworkValue>({
  answer,
  isApart: (question) => question.do === 'connects',
});
try {
  await run('sh', ['-euc', setupScript(members)]);
  tellReady(true);
} catch (e) {
  tellFailed(e);
}
