/** Free TCP ports for nodes that have not started yet. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { HarnessError } from '../core/errors.ts';

/**
 * Below the range from which systems take ports for outgoing connections, so that a port found free
 * is not taken by a mere connection before its node listens.
 */
const firstPort = 10_240;
const lastPort = 32_000;
const triesMax = 2_000;

/** `count` different ports of `host` on which nothing listens. Throws E_PORT_IN_USE. */
export async function freePorts(host: string, count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  for (let i = 0; ports.size < count; i++) {
    if (i === triesMax) {
      throw new HarnessError(
        'E_PORT_IN_USE',
        `only ${ports.size} of ${count} ports found free in ${triesMax} tries between ` +
          `${firstPort} and ${lastPort}. Stop what listens there.`,
      );
    }
    const port = randomInt(firstPort, lastPort);
    if (!ports.has(port) && (await isFree(host, port))) ports.add(port);
  }
  return [...ports];
}

async function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
