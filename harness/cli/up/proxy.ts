/**
 * `antlion proxy`: the embedded fault proxy alone, for Toxiproxy's clients and command line, until
 * Ctrl-C. The config file is Toxiproxy's: a list of proxies, as `POST /populate` takes it. Toxics of a
 * proxy, which Toxiproxy passes over in silence, are set as well.
 */
import { readFileSync } from 'node:fs';
import { HarnessError } from '../../core/errors.ts';
import { startProxy } from '../../proxy/server.ts';
import { say } from '../../report/output.ts';
import type { ProxyFlags } from '../commands.ts';
import { withInterrupt } from '../interrupt.ts';

export function proxyCommand(flags: ProxyFlags): Promise<number> {
  const { host, port, seed, runtimeMetrics } = flags;
  const config = flags.config === undefined ? null : configAt(flags.config);
  return withInterrupt(async ({ signal }) => {
    await using server = await startProxy({ host, port, seed, runtimeMetrics });
    if (config !== null) await populate(server.url, config);
    say(`The fault proxy speaks Toxiproxy 2.12.0's API on ${server.url}. Ctrl-C stops it.`);
    await new Promise<void>((stop) => {
      if (signal.aborted) stop();
      signal.addEventListener('abort', () => stop());
    });
    return 0;
  });
}

interface Config {
  readonly path: string;
  readonly text: string;
}

function configAt(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw refused(path, `cannot be read (${code})`);
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw refused(path, `is no JSON: ${(error as Error).message}`);
  }
  return { path, text };
}

async function populate(url: string, { path, text }: Config): Promise<void> {
  const post = async (to: string, body: string, whose: string): Promise<void> => {
    const answer = await fetch(`${url}${to}`, { method: 'POST', body });
    if (answer.ok) return;
    const { error } = (await answer.json()) as { readonly error?: string };
    throw refused(path, `is refused${whose}: ${error ?? answer.status}`);
  };
  await post('/populate', text, '');
  for (const { name, toxics = [] } of JSON.parse(text) as readonly Row[]) {
    for (const toxic of toxics) {
      const to = `/proxies/${encodeURIComponent(name)}/toxics`;
      await post(to, JSON.stringify(toxic), `, a toxic of ${name}`);
    }
  }
}

interface Row {
  readonly name: string;
  readonly toxics?: readonly unknown[];
}

function refused(path: string, why: string): HarnessError {
  const wanted = '[{"name": "db", "listen": "127.0.0.1:21001", "upstream": "127.0.0.1:5432"}, …]';
  return new HarnessError('E_CONFIG', `config ${path} ${why}, wanted ${wanted}. Mend the file.`);
}
