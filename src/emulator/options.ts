import { assertInteger, assertPositive, assertSome, assertWebUrl } from './option-checks';
import { SCOPES } from './scopes';
import type { TokenFormat } from './token-text';
import type { UserIdRefusalCode } from './user-id-refusal';
import { WITHHOLDABLE_FIELDS } from './withheld-fields';

/** The default app. Its secret is public, because it only gives access to emulated data. */
export const EMULATOR_APP_ID = 'cli_emulator';
export const EMULATOR_APP_SECRET = 'emulator-secret';

/** The emulator's behaviour. Options choose what Feishu's documentation leaves open. */
export interface EmulatorOptions {
  /** The address to listen on; 127.0.0.1 by default. */
  host?: string;
  /** 0, the default, picks a free port. */
  port?: number;
  /** A whole number, 1 by default. The same seed gives the same people, cycles and tasks on any day. */
  seed?: number;
  /**
   * The Unix time in milliseconds, for tokens and rate limits. The day in China at the start sets the dates
   * of the data; they stay the same while the emulator runs.
   */
  now?: () => number;
  /** Calls per window, for `find_by_user_list` and `find_by_page` each; by default 20 in 60 s. (fact 2) */
  quotaCalls?: number;
  quotaWindowSeconds?: number;
  /** Calls of `semesters` per window; 10 by default. (fact 13) */
  semesterQuotaCalls?: number;
  /** HTTP status of a call over the limit: 429, or 400 as in older APIs. (fact 16) */
  rateLimitStatus?: 429 | 400;
  /** HTTP status for an invalid token or app secret: Feishu uses all three. (fact 24) */
  tokenErrorStatus?: 200 | 400 | 401;
  /** Life of a tenant token, and of a user token by default: 7,200 s. */
  tokenLifeSeconds?: number;
  /** `jwt`: all tokens are JWTs of about 4 KB. Those of `oauth/v3/token` always are. (fact 21) */
  tokenFormat?: TokenFormat;
  /** Which of the two documented names the field for the task option has. (fact 6) */
  taskOptionField?: 'task_option_id' | 'task_option' | 'both';
  /** Whether an unknown user is omitted from the answer or fails the whole call. (fact 12) */
  unknownUsers?: 'left-out' | 'refused';
  /** The code for an unknown user or a malformed user ID; 1580102 by default. (facts 11, 31) */
  refusalCode?: UserIdRefusalCode;
  /** Whether a filter includes deadlines that equal its bounds. (fact 12) */
  deadlineBounds?: 'exclusive' | 'inclusive';
  /** Whether `stage_num_lists` counts only tasks that match the filters, or all. (fact 12) */
  countsFollowFilters?: boolean;
  /** `allowed`: a task stays to do after its deadline, and no task is overdue. (fact 5) */
  lateSubmission?: 'forbidden' | 'allowed';
  /** Whether the answer has another order than the request. */
  shuffle?: boolean;
  /** Scopes that the app lacks; see `scopes.ts` for their effects. (facts 23, 32, 33) */
  missingScopes?: readonly string[];
  /** Fields of an item or a task that every answer omits, e.g. `user_id`, `jump_url`. */
  withheldFields?: readonly string[];
  /** The delay of each answer in milliseconds. */
  latencyMs?: number;
  /** Open IDs of people who get a user token at the start. */
  userTokens?: readonly string[];
  appId?: string;
  appSecret?: string;
  /** `store`: tokens come from a ticket, which is sent to the webhook. (fact 22) */
  appType?: 'custom' | 'store';
  /** How many companies have installed the app; 1 by default. Each has its own people, cycles, quotas and tokens. */
  tenants?: number;
  /** The people of each company; 2,000 by default. */
  people?: number;
  /** Where events are sent; without it, none. */
  webhookUrl?: string;
  /** Signs and encrypts events; without it, they are plain. (fact 30) */
  encryptKey?: string;
  verificationToken?: string;
  /** The pauses before an event that was not acknowledged is repeated; 15 s, 5 min, 1 h and 6 h. (fact 30) */
  eventRetrySeconds?: readonly number[];
}

export type Settings = Readonly<Required<EmulatorOptions>>;

const DEFAULTS: Settings = {
  host: '127.0.0.1',
  port: 0,
  seed: 1,
  now: Date.now,
  quotaCalls: 20,
  quotaWindowSeconds: 60,
  semesterQuotaCalls: 10,
  rateLimitStatus: 429,
  tokenErrorStatus: 400,
  tokenLifeSeconds: 7_200,
  tokenFormat: 'opaque',
  taskOptionField: 'task_option_id',
  unknownUsers: 'left-out',
  refusalCode: 1580102,
  deadlineBounds: 'exclusive',
  countsFollowFilters: true,
  lateSubmission: 'forbidden',
  shuffle: true,
  missingScopes: [],
  withheldFields: [],
  latencyMs: 0,
  userTokens: [],
  appId: EMULATOR_APP_ID,
  appSecret: EMULATOR_APP_SECRET,
  appType: 'custom',
  tenants: 1,
  people: 2_000,
  webhookUrl: '',
  encryptKey: '',
  verificationToken: 'emulator-verification-token',
  eventRetrySeconds: [15, 300, 3_600, 21_600],
};

/** Adds the defaults. @throws RangeError for an invalid option */
export function resolveOptions(options: EmulatorOptions): Settings {
  const settings = { ...DEFAULTS, ...options };
  assertInteger('port', settings.port, 0, 65_535);
  assertInteger('seed', settings.seed, 0);
  assertInteger('quotaCalls', settings.quotaCalls, 1);
  assertInteger('semesterQuotaCalls', settings.semesterQuotaCalls, 1);
  assertInteger('latencyMs', settings.latencyMs, 0);
  assertInteger('tenants', settings.tenants, 1, 10_000);
  assertInteger('people', settings.people, 3, 100_000);
  assertWebUrl('webhookUrl', settings.webhookUrl);
  assertSome('missingScopes', settings.missingScopes, SCOPES);
  assertSome('withheldFields', settings.withheldFields, WITHHOLDABLE_FIELDS);
  assertPositive('quotaWindowSeconds', settings.quotaWindowSeconds);
  assertPositive('tokenLifeSeconds', settings.tokenLifeSeconds);
  return settings;
}
