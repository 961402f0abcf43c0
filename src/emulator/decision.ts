import { authorize, TokenFault } from './authorization';
import type { EmulatorState, Endpoint } from './endpoint';
import { type Answer, answerOf, Refusal, refusalAnswer } from './envelope';
import { isUncounted } from './error-codes';
import { type Fault, type ScriptedAnswer, scriptedAnswer } from './faults';
import { assertScope } from './scopes';

/** A received call. */
export interface IncomingCall {
  readonly authorization: string | undefined;
  readonly query: Record<string, unknown>;
  readonly body: unknown;
  readonly logId: string;
}

/**
 * Returns the scripted answer of the fault, or else the genuine answer. Counts the call against its quota.
 */
export function decide(
  state: EmulatorState,
  endpoint: Endpoint,
  incoming: IncomingCall,
  fault: Fault | undefined,
): Answer {
  return fault?.answer
    ? answerByScript(state, endpoint, incoming, fault.answer)
    : answerGenuinely(state, endpoint, incoming);
}

function answerByScript(
  state: EmulatorState,
  { api }: Endpoint,
  { logId }: IncomingCall,
  scripted: ScriptedAnswer,
): Answer {
  const answer = scriptedAnswer(scripted, logId);
  if (!isUncounted(answer.code ?? 0)) state.quotas.count(api);
  return answer;
}

/** Checks in Feishu's order: first its platform (token, scope, rate limit), then the API (parameters). */
function answerGenuinely(state: EmulatorState, endpoint: Endpoint, incoming: IncomingCall): Answer {
  const { authorization, query, body, logId } = incoming;
  try {
    const principal = authorize(state.tokens, endpoint.acceptedTokens, authorization);
    assertScope(endpoint.acceptedScopes, state.settings.missingScopes);
    state.quotas.enter(endpoint.api);
    return answerOf(endpoint.answer(state, { principal, authorization, query, body }));
  } catch (error) {
    return refusalAnswer(toRefusal(error, state.settings.tokenErrorStatus), logId);
  }
}

function toRefusal(error: unknown, tokenErrorStatus: number): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof TokenFault) return error.toRefusal(tokenErrorStatus);
  throw error;
}
