/** What an answer of the store means to who asked by an operation. */
import type { Call, Json, NodeId } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { StoreAnswer } from '../store/protocol.ts';

/** `fail` only when it surely did not happen, `info` when nobody knows (`answer` is null). */
export function outcomeOf(c: Call, answer: StoreAnswer | null, node: NodeId): Outcome {
  if (answer === null) return { type: 'info', error: 'no answer before the deadline' };
  switch (answer.type) {
    case 'error':
      return { type: 'fail', error: answer.error.code, node };
    case 'done':
      if (answer.isChanged === false) return { type: 'ok', value: c.value, node };
      return { type: 'ok', value: c.value, node, version: answer.revision };
    case 'value':
      return { type: 'ok', value: answer.value, node, version: answer.version };
    case 'lease':
      return { type: 'ok', value: answer.lease, node, version: answer.revision };
    case 'instances': {
      const value = answer.instances.map((e) => e.instance);
      return { type: 'ok', value, node, version: answer.revision };
    }
    case 'entries':
      return { type: 'ok', value: answer.entries as unknown as Json, node };
  }
}
