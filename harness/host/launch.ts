/**
 * How a node process is told what it is: one JSON value in the environment variable
 * `ANTLION_LAUNCH`, the same in a local process and in a container.
 */
import { z } from 'zod';
import { HarnessError } from '../core/errors.ts';
import type { NodeId } from '../core/host.ts';
import type { NodeConfig } from '../core/system.ts';

export const launchVariable = 'ANTLION_LAUNCH';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Launch {
  /** Names the run. A hello or control request of another run is turned away. */
  readonly run: string;
  readonly config: NodeConfig;
  /** A folder of this node alone: its logs survive a crash there. Made when it is missing. */
  readonly dataDir: string;
  /** Where the node takes its peers' and the workload clients' connections. */
  readonly listen: Address;
  /** The HTTP API and the control channel; null: neither. */
  readonly http: Address | null;
  /**
   * Where this node dials each other node: the proxy of that directed link. There is no other
   * source of addresses, so that nothing bypasses the proxies. Clients are not in it: they dial in
   * and are known by their hello.
   */
  readonly peers: Readonly<Record<NodeId, Address>>;
  /** Beginning of the run on the kernel's monotonic clock, nanoseconds, decimal. */
  readonly originNs: string;
  /** Seeds the node's random stream, together with its id and the instant of its start. */
  readonly seed: number;
  /** True: the node ends when its standard input does, so that it cannot outlive the harness. */
  readonly endsWithStdin: boolean;
}

/**
 * Reads and checks the launch value. Throws E_CONFIG, naming the field, when it is absent or wrong.
 */
export function parseLaunch(text: string | undefined): Launch {
  if (text === undefined || text === '') {
    throw new HarnessError(
      'E_CONFIG',
      `${launchVariable} is not set, wanted the launch value of a node as JSON. ` +
        'Nodes are started by antlion; see harness/host/launch.ts to start one by hand.',
    );
  }
  const parsed = launchSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') ?? '';
    throw new HarnessError(
      'E_CONFIG',
      `${launchVariable}: ${where === '' ? 'the value' : where}: ${issue?.message ?? 'is wrong'}. ` +
        'Correct this field; harness/host/launch.ts documents each.',
    );
  }
  // The schema says what exactOptionalPropertyTypes cannot express about absent fields.
  const launch = parsed.data as Launch;
  checkPeers(launch);
  return launch;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (e) {
    const why = e instanceof Error ? e.message : String(e);
    throw new HarnessError(
      'E_CONFIG',
      `${launchVariable} is not JSON (${why}). Quote it once, as a whole.`,
    );
  }
}

/** A node that lacks a peer's address would be silent towards it, which looks like a partition. */
function checkPeers({ config, peers }: Launch): void {
  const nodes = config.shape.nodes.length;
  if (config.id >= nodes) {
    throw new HarnessError(
      'E_CONFIG',
      `${launchVariable}: config.id is ${config.id}, wanted 0..${nodes - 1}. ` +
        'Workload clients are not launched: they run in the harness.',
    );
  }
  for (let id = 0; id < nodes; id++) {
    if (id === config.id || peers[id] !== undefined) continue;
    throw new HarnessError(
      'E_CONFIG',
      `${launchVariable}: peers.${id} is missing, wanted an address for each other node of ` +
        `config.shape. Add { "host": …, "port": … }.`,
    );
  }
}

const whole = z.number().int().nonnegative();
const addressSchema = z.object({
  host: z.string().min(1),
  port: z.number().int().min(0).max(65_535),
});
const launchSchema = z.object({
  run: z.string().min(1),
  config: z.object({
    id: whole,
    shape: z.object({
      nodes: z
        .array(
          z.object({
            name: z.string().min(1),
            role: z.string().min(1),
            zone: z.string(),
            service: z.string().optional(),
            calls: z.array(z.string()).optional(),
          }),
        )
        .min(1),
      clients: whole,
    }),
    settings: z.object({
      policyDivisor: z.number().int().positive(),
      deadlineUs: whole,
      mutant: z.string().nullable(),
      extra: z.record(z.string(), z.json()),
    }),
    address: addressSchema.optional(),
    version: z.string().min(1).optional(),
  }),
  dataDir: z.string().min(1),
  listen: addressSchema,
  http: addressSchema.nullable(),
  peers: z.record(z.string().regex(/^\d+$/), addressSchema),
  originNs: z.string().regex(/^\d+$/),
  seed: whole,
  endsWithStdin: z.boolean(),
});
