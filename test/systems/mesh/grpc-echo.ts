/** A gRPC server that answers each call with its own name. */
import { Server, ServerCredentials } from '@grpc/grpc-js';

export const path = '/test.Echo/Say';

export function asIs(b: Buffer): Buffer {
  return b;
}

export async function echo(name: string): Promise<{ server: Server; port: number }> {
  const server = new Server();
  const one = {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  } as const;
  server.addService(
    { say: one },
    { say: (_: unknown, done: (e: null, b: Buffer) => void) => done(null, Buffer.from(name)) },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (e, bound) =>
      e === null ? resolve(bound) : reject(e),
    );
  });
  return { server, port };
}
