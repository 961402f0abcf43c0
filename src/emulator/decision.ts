import { authorize, TokenFault } from './authorization';
import type { EmulatorState, Endpoint } from './endpoint';
import { type Answer, answerOf, Refusal, refusalAnswer } from './envelope';
import { isTurnedAway } from './error-codes';
import { type Fault, type ScriptedAnswer, scriptedAnswer } from './faults';
import { assertScope } from './scopes';

/** A call as it arrived. */
export interface IncomingCall {
  readonly authorization: string | undefined;
  readonly query: Record<string, unknown>;
  readonly body: unknown;
  readonly logId: string;
}

/**
 * What a call is answered with: what its fault orders, or else the genuine answer. Either way the call
 * is counted against its quota here.
 */
export function decide(
  state: EmulatorState,
  endpoint: Endpoint,
  incoming: IncomingCall,
  fault: Fault | undefined,
): Answer {
  return fault?.answer
    ? script(state, endpoint, incoming, fault.answer)
    : answerGenuinely(state, endpoint, incoming);
}

function script(
  state: EmulatorState,
  { api }: Endpoint,
  { logId }: IncomingCall,
  scripted: ScriptedAnswer,
): Answer {
  const answer = scriptedAnswer(scripted, logId);
  if (!isTurnedAway(answer.code ?? 0)) state.quotas.count(api);
  return answer;
}

/** The order of checks is Feishu's gateway first (token, scope, rate limit), the API itself (parameters) last. */
function answerGenuinely(state: EmulatorState, endpoint: Endpoint, incoming: IncomingCall): Answer {
  const { authorization, query, body, logId } = incoming;
  try {
    const principal = authorize(state.tokens, endpoint.acceptedTokens, authorization);
    assertScope(endpoint.acceptedScopes, state.settings.missingScopes);
    state.quotas.enter(endpoint.api);
    return answerOf(endpoint.answer(state, { principal, query, body }));
  } catch (error) {
    return refusalAnswer(toRefusal(error, state.settings.tokenErrorStatus), logId);
  }
}

function toRefusal(error: unknown, tokenErrorStatus: number): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof TokenFault) return error.toRefusal(tokenErrorStatus);
  throw error;
}
