import type { Principal } from './authorization';
import type { ApiName, CallLog } from './call-log';
import type { EnvelopeBody } from './envelope';
import type { FaultScript } from './faults';
import type { Settings } from './options';
import type { Quotas } from './quotas';
import type { Tenant } from './tenant';
import type { TokenOwner, TokenStore } from './tokens';

/** Everything that one running emulator remembers. */
export interface EmulatorState {
  readonly settings: Settings;
  readonly tenant: Tenant;
  readonly tokens: TokenStore;
  readonly quotas: Quotas;
  readonly faults: FaultScript;
  readonly calls: CallLog;
}

/** One API of the Open Platform, without the rules that are common to all of them. */
export interface Endpoint {
  readonly api: ApiName;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Empty when the endpoint needs no token. */
  readonly acceptedTokens: readonly TokenOwner['kind'][];
  /** Any one of them is enough; empty when the endpoint needs none. */
  readonly acceptedScopes: readonly string[];
  /** Answers a call that may be answered, or throws a `Refusal`. */
  answer(state: EmulatorState, call: EndpointCall): EnvelopeBody;
}

export interface EndpointCall {
  readonly principal: Principal;
  readonly query: Record<string, unknown>;
  /** The parsed JSON body; `undefined` when it is not JSON. */
  readonly body: unknown;
}
