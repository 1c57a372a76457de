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

/** The target as this user knows it. Throws `GatewayError`. */
export async function signedIn(
  access: Access,
  target: Target,
  signal: AbortSignal,
): Promise<Target> {
  return access.user === null ? target : { ...target, token: await access.signIn(target, signal) };
}

/** Connections of one question, closed after it. */
export async function withTargets<T>(
  access: Access,
  endpoints: readonly Endpoint[],
  work: (targets: readonly Target[]) => Promise<T>,
): Promise<T> {
  const targets = endpoints.map((e) => access.targetOf(e));
  try {
    return await work(targets);
  } finally {
    for (const { dispatcher } of targets) void dispatcher?.destroy();
  }
}
