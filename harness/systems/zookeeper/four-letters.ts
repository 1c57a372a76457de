/** `srvr`: what a server says of itself to anybody, in lines of text. */
import { hostOf } from '../../core/address.ts';
import type { Endpoint, Leader } from '../../core/system.ts';
import { dial } from '../wire.ts';

const probeMs = 2_000;

interface Said {
  readonly mode: string;
  /** Of the leader that it follows, or is. */
  readonly epoch: number;
}

/** Throws where nobody says this. */
export async function askServer(to: Endpoint): Promise<Said> {
  const [host = '', port = ''] = hostOf(to).split(':');
  const socket = await dial(host, Number(port), AbortSignal.timeout(probeMs));
  const late = setTimeout(() => socket.destroy(new Error('no answer in time')), probeMs);
  try {
    socket.write('srvr');
    let said = '';
    for await (const piece of socket) said += String(piece);
    const mode = /^Mode: (\w+)/m.exec(said)?.[1];
    if (mode === undefined) throw new Error(/\S.{0,120}/.exec(said)?.[0] ?? 'it said nothing');
    const zxid = /^Zxid: 0x([0-9a-f]+)/m.exec(said)?.[1] ?? '0';
    return { mode, epoch: Number(BigInt(`0x${zxid}`) >> 32n) };
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}

/** Who says that he leads, of several the one of the latest epoch. */
export async function leaderOf(endpoints: readonly Endpoint[]): Promise<Leader | null> {
  const said = await Promise.all(endpoints.map((e) => askServer(e).catch(() => null)));
  let best: Required<Leader> | null = null;
  for (const [node, one] of said.entries()) {
    if (one === null || (one.mode !== 'leader' && one.mode !== 'standalone')) continue;
    if (best === null || one.epoch > best.term) best = { node, term: one.epoch };
  }
  return best;
}
