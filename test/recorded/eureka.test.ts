/** The adapter of Eureka against answers as its server gave them: what is asked, and what is made of each answer. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MockAgent } from 'undici';
import type { Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { tidy } from '../../harness/systems/eureka/ask.ts';
import { type ClientManner, openEurekaSession } from '../../harness/systems/eureka/session.ts';
import type { Target } from '../../harness/systems/rest.ts';

interface Recorded {
  readonly status: number;
  readonly body?: Json;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

const origin = 'http://eureka.invalid';
const done: Recorded = { status: 200 };
const notFound: Recorded = { status: 404, body: { status: 404, error: 'Not Found' } };
const settings = {
  ...{ policyDivisor: 1, deadlineUs: 1_000_000, mutant: null },
  extra: { prefix: 'antlion/A b/' },
};

/** A server that gives these answers in turn, and keeps what it was asked. */
function recorded(answers: readonly (Recorded | 'nothing')[]): { to: Target; asked: Asked[] } {
  const mock = new MockAgent();
  // It can be closed, and not destroyed.
  const dispatcher = Object.assign(mock, { destroy: () => mock.close() });
  dispatcher.disableNetConnect();
  const asked: Asked[] = [];
  const any = { path: () => true };
  for (const answer of answers) {
    const intercepted = dispatcher.get(origin).intercept({ ...any, method: () => true });
    if (answer === 'nothing') intercepted.replyWithError(new Error('cut off'));
    else {
      intercepted.reply(({ method, path, body }) => {
        asked.push({ method, path, body: typeof body === 'string' ? body : '' });
        const data = answer.body === undefined ? '' : JSON.stringify(answer.body);
        return { statusCode: answer.status, data };
      });
    }
  }
  return { to: { url: `${origin}/eureka`, dispatcher }, asked };
}

async function asking(
  answers: readonly (Recorded | 'nothing')[],
  ops: readonly (readonly [string, Json])[],
  manner: ClientManner = { leases: 'halved' },
): Promise<{ outcomes: Outcome[]; asked: readonly Asked[] }> {
  const { to, asked } = recorded(answers);
  const session = openEurekaSession([to], 0, settings, manner);
  const outcomes: Outcome[] = [];
  for (const [id, [f, value]] of ops.entries()) {
    const own = value === '$last' ? ((outcomes[0] as { value?: Json }).value ?? null) : value;
    const op = { id, afterUs: 0, f, key: 's0', value: own };
    outcomes.push(await new Promise<Outcome>((resolve) => session.start(op, resolve)));
  }
  session.close();
  return { outcomes, asked };
}

const registering = ['register', { instance: 'i0', ttlUs: 5_000_000 }] as const;

function applicationOf(instances: readonly Json[]): Json {
  return { application: { name: 'ANTLION-A-B-S0', instance: instances as Json[] } };
}

describe('eureka adapter, by recorded answers', () => {
  it('registers for half of a lease and renews at once, under a name that is the run’s own', async () => {
    const { outcomes, asked } = await asking([{ status: 204 }, done], [registering]);
    const [outcome] = outcomes;
    assert.equal(outcome?.type, 'ok');
    const id = String((outcome as { value?: Json }).value);
    const path = '/eureka/apps/ANTLION-A-B-S0';
    assert.deepEqual(
      asked.map((a) => `${a.method} ${a.path}`),
      [`POST ${path}`, `PUT ${path}/${id}`],
    );
    const { instance } = JSON.parse(asked[0]?.body ?? '') as {
      instance: Record<string, Json>;
    };
    assert.equal(instance['instanceId'], id);
    assert.deepEqual(instance['metadata'], { instance: 'i0' });
    assert.deepEqual(instance['leaseInfo'], { renewalIntervalInSecs: 1, durationInSecs: 3 });
  });

  it('registers for all of a lease by one request where that is asked for', async () => {
    const { asked } = await asking([{ status: 204 }], [registering], { leases: 'whole' });
    assert.equal(asked.length, 1);
    assert.match(asked[0]?.body ?? '', /"durationInSecs":5/);
  });

  it('renews and leaves by what it was given, and is told when that is gone', async () => {
    const ops = [
      registering,
      ['renew', '$last'],
      ['deregister', '$last'],
      ['renew', '$last'],
    ] as const;
    const { outcomes, asked } = await asking([{ status: 204 }, done, done, done, notFound], ops);
    assert.deepEqual(
      outcomes.map((o) => o.type),
      ['ok', 'ok', 'ok', 'fail'],
    );
    assert.equal(new Set(asked.slice(1).map((a) => a.path)).size, 1);
    assert.deepEqual(
      asked.slice(1).map((a) => a.method),
      ['PUT', 'PUT', 'DELETE', 'PUT'],
    );
  });

  it('finds who is up, each once, and nobody where there is no such application', async () => {
    const up = (instance: string, status = 'UP'): Json => {
      return { instanceId: '1', status, metadata: { '@class': 'java.util.Map', instance } };
    };
    const answer = applicationOf([up('i1'), up('i0'), up('i1'), up('i2', 'DOWN')]);
    const looking = ['discover', null] as const;
    const { outcomes } = await asking(
      [{ status: 200, body: answer }, notFound],
      [looking, looking],
    );
    assert.deepEqual(
      outcomes.map((o) => (o as { value?: Json }).value),
      [['i1', 'i0'], []],
    );
  });

  it('says of a change without an answer that nobody knows, of a look-up that it failed', async () => {
    const change = await asking(['nothing'], [registering]);
    assert.equal(change.outcomes[0]?.type, 'info');
    const half = await asking([{ status: 204 }, 'nothing'], [registering]);
    assert.equal(half.outcomes[0]?.type, 'info');
    const renewed = await asking([{ status: 204 }, notFound], [registering]);
    assert.equal(renewed.outcomes[0]?.type, 'info');
    const broken = await asking([{ status: 503 }], [['renew', 5]]);
    assert.equal(broken.outcomes[0]?.type, 'info');
    const look = await asking(['nothing'], [['discover', null]]);
    assert.equal(look.outcomes[0]?.type, 'fail');
    const refused = await asking([{ status: 400, body: 'no' }], [registering]);
    assert.equal(refused.outcomes[0]?.type, 'fail');
  });

  it('takes away what is the run’s own, and no more', async () => {
    const instance = [{ instanceId: '7' }, { instanceId: '8' }];
    const body = {
      applications: {
        application: [
          { name: 'ANTLION-A-B-S0', instance },
          { name: 'PAYMENTS', instance },
        ],
      },
    };
    const { to, asked } = recorded([{ status: 200, body }, done, notFound]);
    await tidy([to], settings);
    assert.deepEqual(
      asked.map((a) => `${a.method} ${a.path}`),
      [
        'GET /eureka/apps',
        'DELETE /eureka/apps/ANTLION-A-B-S0/7',
        'DELETE /eureka/apps/ANTLION-A-B-S0/8',
      ],
    );
    const other = recorded([]);
    await tidy([other.to], { ...settings, extra: {} });
    assert.equal(other.asked.length, 0);
  });
});
