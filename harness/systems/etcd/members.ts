/**
 * Members of etcd removed and added while it runs, as its documentation on reconfiguration has it: one at a time, and
 * who is added begins with an empty folder. etcd refuses while a member has not been seen for five seconds.
 */
import type { Json } from '../../core/host.ts';
import type { Endpoint, MemberChanges } from '../../core/system.ts';
import { signedIn, withTargets } from './access.ts';
import type { Access } from './access.ts';
import { GatewayError, post } from './gateway.ts';
import type { Answer, EtcdMember } from './gateway.ts';

/** What a removal needs, and what is left of a member to take it in again. */
interface Known {
  readonly id: string;
  readonly peerUrls: readonly string[];
}

const askMs = 2_000;

export function membersOf(access: Access): MemberChanges {
  const ask = (by: Endpoint, what: string, body: Readonly<Record<string, Json>>): Promise<Answer> =>
    withTargets(access, [by], async ([target]) => {
      if (target === undefined) throw new GatewayError('nobody is asked', true);
      const signal = AbortSignal.timeout(askMs);
      return post(
        await signedIn(access, target, signal),
        `/v3/cluster/member/${what}`,
        body,
        signal,
      );
    });
  const list = async (by: Endpoint): Promise<readonly EtcdMember[]> =>
    (await ask(by, 'list', {})).body.members ?? [];
  return {
    told: async (by) => (await list(by)).flatMap(({ name = '' }) => (name === '' ? [] : [name])),
    async known(name, by) {
      const found = (await list(by)).find((m) => m.name === name);
      if (found === undefined) throw new GatewayError(`${name} is no member`, true);
      return { id: found.ID, peerUrls: found.peerURLs ?? [] };
    },
    async remove(member, by) {
      const { id } = member as unknown as Known;
      await unless(/member not found|permanently removed/, ask(by, 'remove', { ID: id }));
    },
    async add(member, by) {
      const { peerUrls } = member as unknown as Known;
      await unless(/Peer URLs already exists/, ask(by, 'add', { peerURLs: peerUrls }));
    },
  };
}

/** Also where it is refused because it was done before. */
async function unless(isDone: RegExp, asked: Promise<Answer>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof GatewayError) || !isDone.test(error.message)) throw error;
  }
}
