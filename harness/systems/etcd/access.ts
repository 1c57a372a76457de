/** Who asks etcd, and over what kind of connection: the flags that open doors. */
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { type DoorFlags, doorOf } from '../door.ts';
import { dispatcherOf } from '../https.ts';
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
  const door = doorOf(flags);
  const { user, password } = door;
  if (user === null && password !== null) {
    throw new HarnessError(
      'E_USAGE',
      'a password is given and no user, wanted both. Pass --user NAME.',
    );
  }
  return {
    user,
    targetOf(endpoint) {
      const dispatcher = dispatcherOf(endpoint, door);
      return { url: endpoint.url, ...(dispatcher && { dispatcher }) };
    },
    async signIn(target, signal) {
      const body = { name: user ?? '', password: password ?? '' };
      const answer = await post(target, '/v3/auth/authenticate', body, signal);
      return answer.body.token ?? '';
    },
  };
}
