/** The harness's end of a node's control channel. */
import { runHeader } from '../host/control.ts';
import type { NodeCounters, NodeFaults } from '../host/control.ts';
import type { Address } from '../host/launch.ts';

/** A node that does not answer after this is dead, paused or starved: it is told again later. */
const answerMsMax = 1_000;

/** Puts `faults` in force at the node whose HTTP side is at `address`; rejects when it does not. */
export async function postControl(
  address: Address,
  run: string,
  faults: NodeFaults,
): Promise<NodeCounters> {
  const response = await fetch(`http://${address.host}:${address.port}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [runHeader]: run },
    body: JSON.stringify(faults),
    signal: AbortSignal.timeout(answerMsMax),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`control answered ${response.status}: ${text}`);
  return JSON.parse(text) as NodeCounters;
}
