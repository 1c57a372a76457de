/**
 * A connection to one member that requests wait on in turn. What broke off is told apart: a request that
 * never left did not happen, one that was sent and not answered is unknown.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** No answer will come. `wasSent`: nobody knows whether it was done. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly wasSent: boolean;

  constructor(message: string, wasSent: boolean) {
    super(message);
    this.wasSent = wasSent;
  }
}

/** How long a member may take until it has accepted a connection. */
const connectMsMax = 2_000;

/** Resolves with a socket of which nothing was read yet. Throws `WireError`, of nothing that was sent. */
export async function dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  const give = (why: string): void => void socket.destroy(new Error(why));
  const late = setTimeout(() => give('no connection in time'), connectMsMax);
  const abort = (): void => give(whyGivenUp(signal));
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject).once('connect', resolve);
    });
    return socket;
  } catch (error) {
    socket.destroy();
    const { code, message } = error as NodeJS.ErrnoException;
    throw new WireError(code ?? message, false);
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', abort);
  }
}

/** Why nobody is waited for any longer. */
function whyGivenUp(signal: AbortSignal): string {
  const { name } = (signal.reason ?? {}) as { readonly name?: string };
  return name === 'TimeoutError' ? 'no answer in time' : 'given up';
}

/** What an answer begins with that is none: for people who have the wrong address. */
export function beginsWith(byte: number): string {
  // Types of TLS records: an alert, a handshake.
  if (byte === 0x15 || byte === 0x16) return 'it speaks TLS';
  return `${JSON.stringify(String.fromCharCode(byte))} begins no answer`;
}

const enterMsMax = 5_000;

/**
 * Waits for `enter`, which ends when the member has let the connection in; closes it when it does not, in
 * time or at all, or when `signal` comes first. Throws what `enter` does.
 */
export async function letIn(
  connection: { close(why?: string): void },
  signal: AbortSignal,
  enter: () => Promise<void>,
): Promise<void> {
  const abort = (): void => connection.close(whyGivenUp(signal));
  const late = setTimeout(() => connection.close('no answer in time'), enterMsMax);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await enter();
    signal.throwIfAborted();
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', abort);
  }
}
