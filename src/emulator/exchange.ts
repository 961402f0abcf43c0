import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tokenKindOf } from './authorization';
import { callParameters, type RecordedCall } from './call-log';
import { decide, type IncomingCall } from './decision';
import { deliver } from './delivery';
import { disconnectSignal } from './disconnect';
import type { EmulatorState, Endpoint } from './endpoint';
import type { Answer } from './envelope';
import type { Fault } from './faults';
import { logIdOf } from './log-id';

type EmulatorRequest = FastifyRequest<{ Querystring: Record<string, unknown> }>;

/** One call from its arrival to its answer: record, decide, wait if a fault says so, send. */
export async function exchange(
  state: EmulatorState,
  endpoint: Endpoint,
  request: EmulatorRequest,
  reply: FastifyReply,
): Promise<void> {
  const disconnect = disconnectSignal(reply.raw);
  const incoming = readCall(request, reply);
  const call = record(state, endpoint, incoming);
  const fault = state.faults.take(call);
  // Decided on arrival, not after the delay: that is when a call counts against its quota.
  const answer = decide(state, endpoint, incoming, fault);
  await stay(disconnect, state.settings.latencyMs + (fault?.delayMs ?? 0));
  if (disconnect.aborted) {
    call.aborted = true;
    reply.hijack();
    return;
  }
  complete(call, answer, fault);
  deliver(reply, answer, fault);
}

function readCall(request: EmulatorRequest, reply: FastifyReply): IncomingCall {
  return {
    authorization: request.headers.authorization,
    query: request.query,
    body: parseJson(request.body),
    logId: logIdOf(reply),
  };
}

/** JSON has no `undefined`, which therefore stands for a body that is missing or is not JSON. */
function parseJson(body: unknown): unknown {
  try {
    return typeof body === 'string' ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}

function record(state: EmulatorState, endpoint: Endpoint, incoming: IncomingCall): RecordedCall {
  return state.calls.record({
    api: endpoint.api,
    at: state.settings.now(),
    tokenKind: tokenKindOf(state.tokens, incoming.authorization),
    ...callParameters(incoming.query, incoming.body),
  });
}

/** Resolves after the delay, or at once when the client goes away. */
async function stay(signal: AbortSignal, delayMs: number): Promise<void> {
  if (delayMs === 0) return;
  await delay(delayMs, undefined, { signal }).catch(() => undefined);
}

function complete(call: RecordedCall, answer: Answer, fault: Fault | undefined): void {
  if (fault?.connection === 'reset') return;
  call.status = answer.status;
  if (answer.code !== undefined) call.code = answer.code;
}
