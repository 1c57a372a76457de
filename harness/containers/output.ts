/** What a container writes, line by line, from its first byte on. */
import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';
import { ask } from './engine.ts';

/**
 * Attaches to a container that is not running yet. The promise inside resolves when its output has
 * ended and every line was passed on: the container is dead, or the engine is.
 */
export async function follow(
  docker: Dockerode,
  id: string,
  onLine: (line: string) => void,
): Promise<{ readonly ended: Promise<void> }> {
  const raw = await ask(
    'read what a node says',
    docker.getContainer(id).attach({ stream: true, stdout: true, stderr: true }),
  );
  const out = new PassThrough();
  // Both streams into one: errors of the runtime are for the same readers.
  docker.modem.demuxStream(raw, out, out);
  let rest = '';
  out.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  const ended = new Promise<void>((resolve) => {
    out.on('end', () => {
      if (rest !== '') onLine(rest);
      resolve();
    });
  });
  raw.on('end', () => out.end());
  raw.on('close', () => out.end());
  raw.on('error', () => out.end());
  return { ended };
}
