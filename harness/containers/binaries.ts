/** Programs for images, from this machine: the running node, and Toxiproxy built from its module. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const toxiproxyVersion = '2.12.0';

/** Longest build of Toxiproxy, ms: 20 s warm, some minutes on a slow network. */
const buildMs = 600_000;

/**
 * Node, a shell, and the libraries that both name, by their absolute path in an image. Throws when
 * `ldd` is not there to name them.
 */
export function baseFiles(): ReadonlyMap<string, string> {
  const shell = realpathSync('/bin/sh');
  const files = new Map([
    ['/usr/local/bin/node', process.execPath],
    ['/bin/sh', shell],
  ]);
  for (const program of [process.execPath, shell]) {
    for (const library of librariesOf(program)) files.set(library, realpathSync(library));
  }
  return files;
}

/** The absolute paths in `ldd`'s answer: `libm.so.6 => /lib/… (0x…)` and the loader itself. */
function librariesOf(program: string): string[] {
  const answer = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...answer.matchAll(/(?:^|\s)(\/\S+) \(0x/g)].flatMap((m) => m[1] ?? []);
}

/** A static Toxiproxy server, built once a machine and user. Throws when there is no Go to do it. */
export async function toxiproxyBinary(signal?: AbortSignal): Promise<string> {
  const cache = join(
    process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'antlion',
    `toxiproxy-${toxiproxyVersion}-${process.arch}`,
  );
  const binary = join(cache, 'toxiproxy-server');
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  // Built aside and renamed: two builds at once do no harm, and half a binary is never found.
  const aside = mkdtempSync(join(cache, 'build-'));
  try {
    await promisify(execFile)(
      'go',
      [
        'install',
        '-trimpath',
        `-ldflags=-s -w -X github.com/Shopify/toxiproxy/v2.Version=${toxiproxyVersion}`,
        toxiproxyModule,
      ],
      {
        env: { ...process.env, CGO_ENABLED: '0', GOBIN: aside },
        cwd: aside,
        timeout: buildMs,
        ...(signal !== undefined && { signal }),
      },
    );
    renameSync(join(aside, 'server'), binary);
    return binary;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Its folder `cmd/server` is the server. The version is named: `@latest` gives an older one. */
const toxiproxyModule = `github.com/Shopify/toxiproxy/v2/cmd/server@v${toxiproxyVersion}`;
