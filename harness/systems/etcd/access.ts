/** Who asks etcd, and over what kind of connection: the flags that open doors. */
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { Agent } from 'undici';
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { type DoorFlags, doorOf } from '../door.ts';
import { post } from './gateway.ts';
import type { Target } from './gateway.ts';

export interface Access {
  readonly user: string | null;
  targetOf(endpoint: Endpoint): Target;
  /** A token of this user. Throws `GatewayError`. */
  signIn(target: Target, signal: AbortSignal): Promise<string>;
}

/** Throws E_USAGE for a user without a password or the other way round, or a file that cannot be read. */
export function accessOf(flags: DoorFlags): Access {
  const { user, password, tls } = doorOf(flags);
  if (user === null && password !== null) {
    throw new HarnessError(
      'E_USAGE',
      'a password is given and no user, wanted both. Pass --user NAME.',
    );
  }
  return {
    user,
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
      const body = { name: user ?? '', password: password ?? '' };
      const answer = await post(target, '/v3/auth/authenticate', body, signal);
      return answer.body.token ?? '';
    },
  };
}
