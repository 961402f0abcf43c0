import type { Principal } from './authorization';
import type { ApiName, CallLog } from './call-log';
import type { EnvelopeBody, OAuthBody } from './envelope';
import type { FaultScript } from './faults';
import type { Settings } from './options';
import type { Quotas } from './quotas';
import type { Tenant } from './tenant';
import type { Tenants } from './tenants';
import type { Tickets } from './tickets';
import type { TokenOwner, TokenStore } from './tokens';

/** The state of one running emulator. */
export interface EmulatorState {
  readonly settings: Settings;
  readonly tenants: Tenants;
  readonly tokens: TokenStore;
  readonly quotas: Quotas;
  readonly faults: FaultScript;
  readonly calls: CallLog;
  readonly tickets: Tickets;
  /** Sends a new ticket to the webhook. */
  readonly sendTicket: () => void;
}

/** The state for a call, with its company. */
export interface CallState extends EmulatorState {
  readonly tenant: Tenant;
}

/** One API of the Open Platform, without the rules that all APIs share. */
export interface Endpoint {
  readonly api: ApiName;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Empty if the endpoint needs no token. */
  readonly acceptedTokens: readonly TokenOwner['kind'][];
  /** The app needs one of these scopes; empty if the endpoint needs no scope. */
  readonly acceptedScopes: readonly string[];
  /** Answers an authorized call. @throws Refusal */
  answer(state: CallState, call: EndpointCall): EnvelopeBody | OAuthBody;
}

export interface EndpointCall {
  readonly principal: Principal;
  /** The header, for endpoints that read it themselves. */
  readonly authorization: string | undefined;
  readonly query: Record<string, unknown>;
  /** The parsed JSON body; `undefined` if it is not JSON. */
  readonly body: unknown;
}
