/** Doors of NATS: users and tokens; what stays shut says so at once. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { attached } from '../../harness/attached/environment.ts';
import { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import { isOperation } from '../../harness/core/history.ts';
import type { Program } from '../../harness/core/program.ts';
import { nats } from '../../harness/systems/nats/index.ts';
import { skipWithout } from './product.ts';

const program: Program = {
  scenario: 'access',
  shape: { nodes: [{ name: 'server-0', role: 'server', zone: 'z' }], clients: 1 },
  faults: [],
  clients: [[{ id: 0, afterUs: 0, f: 'write', key: 'k', value: 7 }]],
  durationUs: 500_000,
  noiseSeed: 1,
  settings: {
    ...{ policyDivisor: 20, deadlineUs: 2_000_000, mutant: null },
    extra: { prefix: 'antlion/a/' },
  },
};

const server = `
listen: "{{host}}:{{port}}"
jetstream { store_dir: "{{data}}/jetstream" }
`;

/** What it lets in, and how one asks. */
const doors: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ['a user with a password', 'user: "me", password: "secret"', { user: 'me' }],
  ['whoever has the token', 'token: "secret"', {}],
];

describe('nats, with doors', () => {
  for (const [whom, authorization, who] of doors) {
    it(`lets in ${whom}, and nobody else`, async function () {
      skipWithout(this, nats);
      const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
      const fileOf = (text: string): string => {
        const path = join(folder, text);
        writeFileSync(path, `${text}\n`);
        return path;
      };
      const files = { 'nats.conf': `${server}authorization { ${authorization} }\n` };
      const command = ['nats-server', '-c', '{{data}}/nats.conf'];
      const plan = { command, files, url: 'nats://{{host}}:{{port}}' };
      await using member = await LaunchedMembers.open({ plan, members: 1 });
      await member.start();
      const run = async (flags: Record<string, unknown>): Promise<string[]> => {
        const { system } = nats.open({ replicas: '1', ...flags });
        const { history } = await attached({ endpoints: member.endpoints }).run(system, program);
        return history.events.flatMap((e) =>
          isOperation(e) && e.type !== 'invoke' ? [e.type] : [],
        );
      };
      try {
        assert.deepEqual(await run({ ...who, passwordFile: fileOf('secret') }), ['ok']);
        const shut = /E_ENDPOINT: .*Authorization Violation.*Say who asks: --password-file FILE/;
        await assert.rejects(run({}), shut);
        await assert.rejects(run({ ...who, passwordFile: fileOf('wrong') }), shut);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
