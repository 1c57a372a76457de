/** The harness's end of a node's control channel: `host/control-protocol.ts` has the other one. */
import { runHeader } from '../host/control-protocol.ts';
import type { ControlRequest, NodeCounters } from '../host/control-protocol.ts';
import type { Address } from '../host/launch.ts';
import type { Probed, ProbeRequest } from '../host/probe.ts';

/** A node that does not answer after this is dead, paused or starved: it is asked again later. */
const answerMsMax = 1_000;

/** Puts faults in force at the node whose HTTP side is at `address`; rejects when it does not. */
export async function postFaults(
  address: Address,
  run: string,
  request: ControlRequest,
): Promise<void> {
  await ask(address, run, { method: 'POST', body: JSON.stringify(request) });
}

/** The node's figures; asking changes nothing. Rejects when it does not answer. */
export async function getCounters(address: Address, run: string): Promise<NodeCounters> {
  return JSON.parse(await ask(address, run, { method: 'GET' })) as NodeCounters;
}

/** Lets the node ask others on its links. Rejects when it does not answer in time. */
export async function postProbe(
  address: Address,
  run: string,
  request: ProbeRequest,
): Promise<readonly Probed[]> {
  const how = { path: '/probe', answerMs: request.waitUs / 1_000 + answerMsMax };
  const text = await ask(address, run, { method: 'POST', body: JSON.stringify(request) }, how);
  return JSON.parse(text) as readonly Probed[];
}

async function ask(
  address: Address,
  run: string,
  request: RequestInit,
  { path, answerMs } = { path: '/control', answerMs: answerMsMax },
): Promise<string> {
  const response = await fetch(`http://${address.host}:${address.port}${path}`, {
    ...request,
    headers: { 'content-type': 'application/json', [runHeader]: run },
    signal: AbortSignal.timeout(Math.ceil(answerMs)),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return text;
}
