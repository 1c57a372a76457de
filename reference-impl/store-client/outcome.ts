/** What an answer of the store means to who asked by an operation. */
import type { Call, Json, NodeId } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { KeyValue, StoreAnswer, StoreError } from '../store/answered.ts';

/** `fail` only when it surely did not happen, `info` when nobody knows (`answer` is null). */
export function outcomeOf(c: Call, answer: StoreAnswer | null, node: NodeId): Outcome {
  if (answer === null) return { type: 'info', error: 'no answer before the deadline' };
  switch (answer.type) {
    case 'error':
      return { type: 'fail', error: said(answer.error), node };
    case 'done':
      if (answer.removed !== undefined) {
        return { type: 'ok', value: answer.removed, node, version: answer.revision };
      }
      if (answer.isChanged === false) return { type: 'ok', value: c.value, node };
      return { type: 'ok', value: c.value, node, version: answer.revision };
    case 'value':
      return { type: 'ok', value: answer.value, node, version: answer.version };
    case 'lease':
      return { type: 'ok', value: answer.lease, node, version: answer.revision };
    case 'barrier':
      return { type: 'ok', value: answer.isPassed, node, version: answer.revision };
    case 'txn': {
      const { succeeded, results, revision } = answer;
      const whole = { succeeded, results, revision } as unknown as Json;
      const value = c.f === 'txn' ? filled(c.value, results) : (writtenIfKnown(c) ?? whole);
      if (answer.isChanged === false) return { type: 'ok', value, node };
      return { type: 'ok', value, node, version: revision };
    }
    case 'holder': {
      const { lock, newest } = answer;
      if (c.f === 'leader') {
        return { type: 'ok', value: lock?.lease ?? null, node, version: answer.revision };
      }
      const value = { lock: lock && { ...lock }, newest };
      return { type: 'ok', value, node, version: answer.revision };
    }
    case 'instances': {
      if (c.f === 'catalog') {
        const { instances, revision: version, ageUs } = answer;
        return { type: 'ok', value: { instances, ageUs } as unknown as Json, node, version };
      }
      const value = answer.instances.map((e) => e.instance);
      return { type: 'ok', value, node, version: answer.revision };
    }
    case 'changes':
      return { type: 'ok', value: answer.events as unknown as Json, node };
    case 'entries':
      return {
        type: 'ok',
        value: answer.entries as unknown as Json,
        node,
        version: answer.revision,
      };
  }
}

function said(error: StoreError): string {
  return error.code === 'bad-request' ? `${error.code}: ${error.reason}` : error.code;
}

/** What a `write-if-known` wrote; null of another operation. */
function writtenIfKnown({ f, value }: Call): Json {
  return f === 'write-if-known' ? (value as { readonly value: Json }).value : null;
}

/** The parts of a transaction as it asked for them, with what its reads got. */
function filled(asked: Json, results: readonly KeyValue[]): Json {
  return (asked as readonly (readonly Json[])[]).map(([f = null, key = null, value = null], i) => [
    f,
    key,
    f === 'r' ? (results[i]?.value ?? null) : value,
  ]);
}
