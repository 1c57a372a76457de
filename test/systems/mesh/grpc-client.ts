/**
 * A program with gRPC's own xDS client, unmodified: `node grpc-client.js TARGET`, its bootstrap in the
 * environment. For each line on standard input it makes one call, and prints what was answered.
 */
import { createInterface } from 'node:readline';
import { Client, credentials } from '@grpc/grpc-js';
import { register } from '@grpc/grpc-js-xds';
import { asIs, path } from './grpc-echo.ts';

register();
const client = new Client(process.argv[2] ?? '', credentials.createInsecure());
for await (const line of createInterface(process.stdin)) {
  process.stdout.write(`${await ask(line)}\n`);
}
// It goes on asking a control plane that is gone, closed or not.
process.exit(0);

function ask(question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { deadline: Date.now() + 20_000 };
    client.makeUnaryRequest(path, asIs, asIs, Buffer.from(question), options, (e, answer) =>
      e === null && answer !== undefined ? resolve(answer.toString()) : reject(e ?? Error('none')),
    );
  });
}
