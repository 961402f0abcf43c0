import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tenantKeyOf, tokenKindOf } from './authorization';
import { callParameters, type RecordedCall } from './call-log';
import { decide, type IncomingCall } from './decision';
import { deliver } from './delivery';
import { disconnectSignal } from './disconnect';
import type { EmulatorState, Endpoint } from './endpoint';
import type { Answer } from './envelope';
import type { Fault } from './faults';
import { logIdOf } from './log-id';

type EmulatorRequest = FastifyRequest<{ Querystring: Record<string, unknown> }>;

/** Handles one call: records it, decides on the answer, waits for the delay, and sends the answer. */
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
  // Decide before the delay, because a call counts against its quota on arrival.
  const answer = decide(state, endpoint, incoming, fault);
  await waitUnlessAborted(disconnect, state.settings.latencyMs + (fault?.delayMs ?? 0));
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

/** Returns `undefined`, which JSON does not have, if the body is missing or is not JSON. */
function parseJson(body: unknown): unknown {
  try {
    return typeof body === 'string' ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}

function record(state: EmulatorState, endpoint: Endpoint, incoming: IncomingCall): RecordedCall {
  const tenantKey = tenantKeyOf(state.tokens, incoming.authorization);
  return state.calls.record({
    api: endpoint.api,
    at: state.settings.now(),
    tokenKind: tokenKindOf(state.tokens, incoming.authorization),
    ...(tenantKey !== undefined && { tenantKey }),
    ...callParameters(incoming.query, incoming.body),
  });
}

/** Resolves after the delay, or when the client disconnects. */
async function waitUnlessAborted(signal: AbortSignal, delayMs: number): Promise<void> {
  if (delayMs === 0) return;
  await delay(delayMs, undefined, { signal }).catch(() => undefined);
}

function complete(call: RecordedCall, answer: Answer, fault: Fault | undefined): void {
  if (fault?.connection === 'reset') return;
  call.status = answer.status;
  if (answer.code !== undefined) call.code = answer.code;
}
