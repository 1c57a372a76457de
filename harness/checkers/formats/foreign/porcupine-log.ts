/**
 * The logs of Jepsen's etcd test that Porcupine brings with it (porcupine 1.3.1, test_data/jepsen): `INFO
 * jepsen.util - 3 :invoke :write 4` in columns. A nil is the register before anything was written.
 */
import type { Json } from '../../../core/host.ts';
import { readEdn } from '../edn.ts';
import type { JepsenEvent } from '../event.ts';
import type { EventType } from '../pairing.ts';

const event = /^INFO\s+jepsen\.util\s+-\s+(\d+)\s+:(invoke|ok|fail|info)\s+:([\w-]+)\s+(.*)$/;

/** Calls `take` with each event. Other lines are what else was logged. Throws E_HISTORY. */
export function readPorcupineLog(
  pieces: Iterable<Uint8Array>,
  file: string,
  take: (e: JepsenEvent) => void,
): void {
  const decoder = new TextDecoder();
  let text = '';
  for (const piece of pieces) text += decoder.decode(piece, { stream: true });
  for (const [i, line] of text.split('\n').entries()) {
    const [, process, type, f = '', what = ''] = event.exec(line.trimEnd()) ?? [];
    if (process === undefined) continue;
    const value: Json = readEdn(what, i + 1, file)[0]?.value ?? null;
    const of = { process: Number(process), f, key: '', value, timeUs: -1, line: i + 1 };
    take({ ...of, type: type as EventType });
  }
}
