import type { UserIdTypeWire, UserStageTasksWire } from '../feishu/wire/stage-task.wire';
import type { ApiName, RecordedCall } from './call-log';
import type { EventDelivery } from './event-sender';
import type { ReviewEventType } from './events';
import type { Fault } from './faults';
import type { Person } from './people';
import type { Semester } from './semesters';
import type { Tenant } from './tenant';

/** A running emulator: its data, its recorded calls, and controls for faults and tokens. */
export interface Emulator {
  /** Without a trailing slash, e.g. `http://127.0.0.1:49152`. */
  readonly url: string;
  /** The people of the first company. */
  readonly people: readonly Person[];
  /** The key of the first company, as in `user_info`. */
  readonly tenantKey: string;
  /** The cycles of the first company. */
  readonly semesters: readonly Semester[];
  /** The keys of all companies. */
  readonly tenantKeys: readonly string[];
  /** The people and cycles of one company. */
  readonly tenant: (key: string) => Pick<Tenant, 'key' | 'people' | 'semesters'>;
  /** The newest 10,000 calls, oldest first, including in-flight calls. */
  readonly calls: readonly RecordedCall[];
  callsOf(api: ApiName): readonly RecordedCall[];
  clearCalls(): void;
  /** Adds a fault. A call gets the first fault that fits; each fault applies `times` times. */
  script(fault: Fault): void;
  /** Invalidates all tenant tokens issued so far. */
  revokeTenantTokens(): void;
  /** Invalidates the token of a store app. */
  revokeAppToken(): void;
  /** Invalidates all tickets so far. */
  revokeTickets(): void;
  /** Sends a new ticket to the webhook, as Feishu does every hour. */
  sendTicket(): void;
  /** Sends an event about reviews to the webhook. By default: of the first company, in its last cycle. */
  sendReviewEvent(event: ReviewEventOptions): void;
  /** The newest 1,000 attempts to deliver events. */
  readonly deliveries: readonly EventDelivery[];
  /** From then on, the company's tokens are refused. */
  uninstall(tenantKey: string): void;
  install(tenantKey: string): void;
  /** The tokens for the option `userTokens`, in its order. */
  readonly userTokens: readonly IssuedUserToken[];
  /** By default for a person of the first company. */
  issueUserToken(person: Person, options?: { lifeSeconds?: number; tenantKey?: string }): string;
  /**
   * Returns the item that a call for this user would return; `undefined` if the user would be missing.
   * @throws Refusal if the call would be refused because of its semester or filter
   */
  readonly expectedTasks: (query: ExpectedTasksQuery) => UserStageTasksWire | undefined;
  /** Stops listening and destroys all open connections. */
  close(): Promise<void>;
}

export interface ReviewEventOptions {
  readonly type?: ReviewEventType;
  readonly tenantKey?: string;
  readonly semesterId?: string;
  readonly people: readonly Person[];
}

export interface IssuedUserToken {
  readonly openId: string;
  readonly token: string;
}

/** The parameters of `find_by_user_list` for one user; times in milliseconds, as strings. */
export interface ExpectedTasksQuery {
  /** By default the first company. */
  readonly tenantKey?: string;
  readonly semesterId: string;
  readonly userIdType: UserIdTypeWire;
  readonly userId: string;
  readonly taskOptions?: readonly number[];
  readonly afterTime?: string;
  readonly beforeTime?: string;
}
