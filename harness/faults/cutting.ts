/** Connections that end after some bytes, as messages of simulated links meet it. */
import type { Passage, PassingMessage } from './link-rule.ts';

/** A message that goes past what its connection may carry is lost; the next takes a new connection. */
export function cutting(afterBytes: number): (m: PassingMessage) => Passage {
  /** Per link: what its present connection has carried. */
  const carried = new Map<string, number>();
  return (m) => {
    const link = `${m.from}>${m.to}`;
    const bytes = (carried.get(link) ?? 0) + m.bytes();
    carried.set(link, bytes > afterBytes ? 0 : bytes);
    return bytes > afterBytes ? 'reset' : 0;
  };
}
