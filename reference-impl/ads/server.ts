/** Aggregated discovery over gRPC, in both forms of the protocol: each stream is a `ServerStream` of the mesh. */
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { NodeHandle } from '../../harness/host/node.ts';
import type { XdsRequest, XdsResponse } from '../xds/messages.ts';
import { xdsRules } from '../xds/rules.ts';
import { ServerStream } from '../xds/server-stream.ts';
import { requestOf, responseBytes } from './envoy.ts';
import { MeshSource } from './source.ts';

type Call = ServerDuplexStream<Uint8Array, Uint8Array>;

const service = '/envoy.service.discovery.v3.AggregatedDiscoveryService';
/** Open streams, past it a client is refused. */
const streamsMax = 256;

/** Listens at once; answers once catalog and configuration are known. */
export async function serveAds(node: NodeHandle, port: number): Promise<void> {
  const streams = new Map<Call, ServerStream>();
  const early: (() => void)[] = [];
  const source = new MeshSource(node, () => {
    const plan = source.snapshot();
    if (plan === null) return;
    for (const [call, stream] of streams) send(call, stream.setPlan(plan));
    for (const begin of early.splice(0)) begin();
  });
  const serve = (protocol: XdsRequest['protocol']) => (call: Call) => {
    let stream: ServerStream | null = null;
    const waiting: Uint8Array[] = [];
    const take = (bytes: Uint8Array): void => {
      const plan = source.snapshot();
      if (plan === null) return void waiting.push(bytes);
      stream ??= new ServerStream(xdsRules, plan);
      streams.set(call, stream);
      const request = requestIn(call, protocol, bytes);
      if (request !== null) send(call, stream.take(request));
    };
    early.push(() => waiting.splice(0).forEach(take));
    if (streams.size >= streamsMax) {
      call.emit('error', { code: status.RESOURCE_EXHAUSTED, details: 'too many streams' });
      return;
    }
    const gone = (): void => void streams.delete(call);
    call.on('data', take);
    call.on('cancelled', gone).on('error', gone);
    call.on('end', () => {
      gone();
      call.end();
    });
  };
  const server = new Server();
  const asIs = {
    requestStream: true,
    responseStream: true,
    requestSerialize: Buffer.from,
    requestDeserialize: (b: Buffer) => b,
    responseSerialize: (b: Uint8Array) => Buffer.from(b),
    responseDeserialize: (b: Buffer) => b,
  };
  server.addService(
    {
      world: { path: `${service}/StreamAggregatedResources`, ...asIs },
      delta: { path: `${service}/DeltaAggregatedResources`, ...asIs },
    },
    { world: serve('world'), delta: serve('delta') } as never,
  );
  await new Promise<void>((resolve, reject) => {
    const credentials = ServerCredentials.createInsecure();
    server.bindAsync(`127.0.0.1:${port}`, credentials, (e) => (e === null ? resolve() : reject(e)));
  });
}

function send(call: Call, responses: readonly XdsResponse[]): void {
  for (const r of responses) call.write(responseBytes(r));
}

/** What is no request ends its stream. */
function requestIn(
  call: Call,
  protocol: XdsRequest['protocol'],
  bytes: Uint8Array,
): XdsRequest | null {
  try {
    return requestOf(protocol, bytes);
  } catch (e) {
    if (!(e instanceof RangeError)) throw e;
    call.emit('error', { code: status.INVALID_ARGUMENT, details: e.message });
    return null;
  }
}
