/** Servers of Toxiproxy's API: ours, as a user starts it, and the real one. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { toxiproxyBinary } from '../../../harness/containers/binaries.ts';

export const antlion = resolve('dist/harness/cli/bin.js');

/** `antlion proxy` at `port`, once it answers. */
export function startOurs(port: number): Promise<AsyncDisposable> {
  return start(port, process.execPath, [antlion, 'proxy', '--port', `${port}`]);
}

/** Toxiproxy's server at `port`, built by go, once it answers. */
export async function startTheirs(port: number): Promise<AsyncDisposable> {
  return start(port, await toxiproxyBinary(), ['-host', '127.0.0.1', '-port', `${port}`]);
}

/** Throws when it ends before it answers. */
async function start(port: number, command: string, args: string[]): Promise<AsyncDisposable> {
  const child = spawn(command, args, {
    stdio: 'ignore',
    env: { ...process.env, LOG_LEVEL: 'error' },
  });
  let isOver = false;
  const closed = new Promise<void>((done) => {
    child.once('close', () => {
      isOver = true;
      done();
    });
  });
  const answers = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/version`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) {
    if (isOver) throw new Error(`${command} ${args.join(' ')} has ended before it answered`);
    await setTimeout(50);
  }
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
