import { authorize, tenantKeyOf, TokenFault, type Principal } from './authorization';
import type { EmulatorState, Endpoint } from './endpoint';
import { type Answer, answerOf, Refusal, refusalAnswer } from './envelope';
import { ErrorCode, isUncounted } from './error-codes';
import { type Fault, type ScriptedAnswer, scriptedAnswer } from './faults';
import { assertScope } from './scopes';
import type { Tenant } from './tenant';

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
  { authorization, logId }: IncomingCall,
  scripted: ScriptedAnswer,
): Answer {
  const answer = scriptedAnswer(scripted, logId);
  const tenantKey = tenantKeyOf(state.tokens, authorization) ?? state.tenants.keys[0] ?? '';
  if (!isUncounted(answer.code ?? 0)) state.quotas.count(api, tenantKey);
  return answer;
}

/** Checks in Feishu's order: first its platform (token, scope, rate limit), then the API (parameters). */
function answerGenuinely(state: EmulatorState, endpoint: Endpoint, incoming: IncomingCall): Answer {
  const { authorization, query, body, logId } = incoming;
  try {
    const principal = authorize(state.tokens, endpoint.acceptedTokens, authorization);
    const tenant = tenantOf(state, principal);
    assertScope(endpoint.acceptedScopes, state.settings.missingScopes);
    state.quotas.enter(endpoint.api, tenant.key);
    const call = { principal, authorization, query, body };
    return answerOf(endpoint.answer({ ...state, tenant }, call));
  } catch (error) {
    return refusalAnswer(toRefusal(error, state.settings.tokenErrorStatus), logId);
  }
}

/** The company of a call. @throws TokenFault if it has uninstalled the app */
function tenantOf({ tenants }: EmulatorState, principal: Principal): Tenant {
  if (principal.kind === 'none' || principal.kind === 'app') return tenants.first;
  const tenant = tenants.of(principal.tenantKey);
  if (tenant && tenants.isInstalled(tenant.key)) return tenant;
  throw new TokenFault(ErrorCode.appNotInstalled);
}

function toRefusal(error: unknown, tokenErrorStatus: number): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof TokenFault) return error.toRefusal(tokenErrorStatus);
  throw error;
}
