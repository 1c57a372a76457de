/** What a container writes, line by line, from its first byte on. */
import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';
import type { LineReader } from '../realtime/line-reader.ts';
import { ask } from './engine.ts';

/**
 * Attaches to a container that is not running yet, or reads the log of one that has begun (`isNew`
 * false). The promise inside resolves when its output has
 * ended and every line was passed on: the container is dead, or the engine is.
 */
export async function follow(
  container: Dockerode.Container,
  reader: LineReader,
  isNew = true,
): Promise<{ readonly ended: Promise<void> }> {
  const raw = await ask(
    'read what a node says',
    isNew
      ? container.attach({ stream: true, stdout: true, stderr: true })
      : container.logs({ follow: true, stdout: true, stderr: true }),
  );
  const out = new PassThrough();
  // Both streams into one: errors of the runtime are for the same readers.
  container.modem.demuxStream(raw, out, out);
  out.setEncoding('utf8').on('data', (text: string) => reader.push(text));
  const ended = new Promise<void>((resolve) => {
    out.on('end', () => {
      reader.end();
      resolve();
    });
  });
  raw.on('end', () => out.end());
  raw.on('close', () => out.end());
  raw.on('error', () => out.end());
  return { ended };
}
