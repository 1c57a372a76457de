/** Who asks etcd, and over what kind of connection: the flags that open doors. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { Agent } from 'undici';
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { post } from './gateway.ts';
import type { Target } from './gateway.ts';

export interface AccessFlags {
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly passwordEnv?: string | undefined;
  readonly cacert?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface Access {
  readonly user: string | null;
  targetOf(endpoint: Endpoint): Target;
  /** A token of this user. Throws `GatewayError`. */
  signIn(target: Target, signal: AbortSignal): Promise<string>;
}

/** Throws E_USAGE for a user without a password, E_CONFIG for a file that cannot be read. */
export function accessOf(flags: AccessFlags): Access {
  const password = passwordOf(flags);
  const tls = {
    ...(flags.cacert !== undefined && { ca: contentOf('cacert', flags.cacert) }),
    ...(flags.cert !== undefined && { cert: contentOf('cert', flags.cert) }),
    ...(flags.key !== undefined && { key: contentOf('key', flags.key) }),
  };
  return {
    user: flags.user ?? null,
    targetOf({ url, serverName }) {
      if (!url.startsWith('https:')) return { url };
      const name = serverName ?? new URL(url).hostname;
      const connect = {
        ...tls,
        // An address is no name to ask for, but it may well be what the certificate is about.
        ...(isIP(name) === 0 && { servername: name }),
        checkServerIdentity: (_: string, cert: Parameters<typeof checkServerIdentity>[1]) =>
          checkServerIdentity(name, cert),
      };
      return { url, dispatcher: new Agent({ connect }) };
    },
    async signIn(target, signal) {
      const body = { name: flags.user ?? '', password };
      const answer = await post(target, '/v3/auth/authenticate', body, signal);
      return answer.body.token ?? '';
    },
  };
}

function passwordOf({ user, passwordFile, passwordEnv }: AccessFlags): string {
  if (user === undefined) {
    if (passwordFile === undefined && passwordEnv === undefined) return '';
    throw new HarnessError(
      'E_USAGE',
      'a password is given and no user, wanted both. Pass --user NAME.',
    );
  }
  if (passwordFile !== undefined) {
    return contentOf('password-file', passwordFile).replace(/\r?\n$/, '');
  }
  const password = passwordEnv === undefined ? undefined : process.env[passwordEnv];
  if (password !== undefined) return password;
  const got = passwordEnv === undefined ? 'no password' : `${passwordEnv}, which is not set`;
  throw new HarnessError(
    'E_USAGE',
    `user is "${user}" with ${got}, wanted where its password is. Pass --password-file FILE or --password-env NAME.`,
  );
}

function contentOf(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HarnessError(
      'E_USAGE',
      `${flag} is "${path}", which cannot be read (${(cause as NodeJS.ErrnoException).code}), wanted a file. Pass --${flag} FILE.`,
      { cause },
    );
  }
}
