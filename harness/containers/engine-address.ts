/** Where Docker engines are looked for, and how dockerode is told so. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { HarnessError } from '../core/errors.ts';

/**
 * The addresses to try, in order: `DOCKER_HOST` and nothing else when it is set, otherwise the usual
 * sockets that exist. Throws E_CONFIG for a `DOCKER_HOST` that is no address.
 */
export function engineAddresses(): readonly string[] {
  const asked = process.env['DOCKER_HOST'];
  if (asked !== undefined && asked !== '') return [requireAddress(asked)];
  if (process.platform === 'win32') return ['npipe:////./pipe/docker_engine'];
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? `/run/user/${process.getuid?.() ?? 0}`;
  return [
    '/var/run/docker.sock',
    join(runtime, 'docker.sock'),
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
  ]
    .filter((path) => existsSync(path))
    .map((path) => `unix://${path}`);
}

/** Without a scheme other programs mean other engines by it: nobody guesses here. */
function requireAddress(asked: string): string {
  if (/^(unix|npipe):\/\/\/\S+$/.test(asked) || /^(tcp|http|https|ssh):\/\/[^\s/]+/.test(asked)) {
    return asked;
  }
  const path = asked.startsWith('/') ? asked : '/var/run/docker.sock';
  throw new HarnessError(
    'E_CONFIG',
    `DOCKER_HOST is "${asked}", wanted an address with its scheme, such as unix://${path} or ` +
      'tcp://127.0.0.1:2375. Set it so, or unset it.',
  );
}

/** What dockerode wants to know of an address, certificates among it (`DOCKER_CERT_PATH`). */
export function optionsOf(address: string): Dockerode.DockerOptions {
  const local = /^(?:unix|npipe):\/\/(.*)$/.exec(address);
  if (local !== null) return { socketPath: local[1] ?? '' };
  const { protocol, hostname, port, username } = new URL(address);
  if (protocol === 'ssh:') {
    return {
      protocol: 'ssh',
      host: hostname,
      port: port === '' ? 22 : Number(port),
      username,
      ...(process.env['SSH_AUTH_SOCK'] !== undefined && {
        sshOptions: { agent: process.env['SSH_AUTH_SOCK'] },
      }),
    };
  }
  const isSecure =
    protocol === 'https:' || port === '2376' || process.env['DOCKER_TLS_VERIFY'] === '1';
  return {
    protocol: isSecure ? 'https' : 'http',
    host: hostname,
    port: port === '' ? (isSecure ? 2376 : 2375) : Number(port),
    ...certificates(),
  };
}

function certificates(): Pick<Dockerode.DockerOptions, 'ca' | 'cert' | 'key'> {
  const folder = process.env['DOCKER_CERT_PATH'];
  if (folder === undefined || folder === '') return {};
  const read = (name: string): Buffer => {
    const path = join(folder, name);
    try {
      return readFileSync(path);
    } catch (cause) {
      const { code = 'unknown' } = cause as NodeJS.ErrnoException;
      throw new HarnessError(
        'E_CONFIG',
        `DOCKER_CERT_PATH is "${folder}", and ${path} cannot be read (${code}), wanted ca.pem, cert.pem and key.pem there. Set it to the folder of the engine's client certificate, or unset it.`,
        { cause },
      );
    }
  };
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}
