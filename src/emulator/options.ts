import { SCOPES } from './scopes';
import type { UserIdRefusalCode } from './user-id-refusal';
import { WITHHOLDABLE_FIELDS } from './withheld-fields';

/** The only app that the emulator knows, unless told another. Not a secret: it opens nothing else. */
export const EMULATOR_APP_ID = 'cli_emulator';
export const EMULATOR_APP_SECRET = 'emulator-secret';

/** How the emulator behaves. Where Feishu's documentation is silent, an option chooses. */
export interface EmulatorOptions {
  /** The address to listen on; 127.0.0.1 by default. */
  host?: string;
  /** 0, the default, is any free port. */
  port?: number;
  /** A whole number, 1 by default; the same seed gives the same people, cycles and tasks on any day. */
  seed?: number;
  /**
   * Unix time in milliseconds; drives tokens and rate windows. The day in China at the start sets the
   * dates of the data for the life of the emulator.
   */
  now?: () => number;
  /** Calls that fit in any window, of `find_by_user_list` and `find_by_page` each: 20 in 60 s. (fact 2) */
  quotaCalls?: number;
  quotaWindowSeconds?: number;
  /** Calls of `semesters` that fit in the same window: 10. (fact 13) */
  semesterQuotaCalls?: number;
  /** Status of a call over the limit: 429, or 400 as on older APIs. (fact 16) */
  rateLimitStatus?: 429 | 400;
  /** Status of a failure of a token or of the app's credentials: all three have been seen. (fact 24) */
  tokenErrorStatus?: 200 | 400 | 401;
  /** Life of a tenant token, and of a user token unless told otherwise: 7,200 s. */
  tokenLifeSeconds?: number;
  /** Under which of the two documented names the task option travels. (fact 6) */
  taskOptionField?: 'task_option_id' | 'task_option' | 'both';
  /** Whether an unknown user is left out, or makes the whole call fail. (fact 12) */
  unknownUsers?: 'left-out' | 'refused';
  /** The code of a call that fails for an unknown user or a malformed user ID: 1580102. (facts 11, 31) */
  refusalCode?: UserIdRefusalCode;
  /** Whether a deadline that equals a bound of the filter is inside. (fact 12) */
  deadlineBounds?: 'exclusive' | 'inclusive';
  /** Whether `stage_num_lists` counts what the filters left, or everything. (fact 12) */
  countsFollowFilters?: boolean;
  /** `allowed`: a task whose deadline has passed is still to do, and no task is overdue. (fact 5) */
  lateSubmission?: 'forbidden' | 'allowed';
  /** Whether items come back in another order than the one asked for. */
  shuffle?: boolean;
  /** Scopes that the app lacks; see `scopes.ts` for what each of them opens. (facts 23, 32, 33) */
  missingScopes?: readonly string[];
  /** Fields of an item or of a task that are left out of every answer, e.g. `user_id`, `jump_url`. */
  withheldFields?: readonly string[];
  /** Milliseconds that each answer takes longer. */
  latencyMs?: number;
  /** Open IDs of people for whom user tokens are issued at the start. */
  userTokens?: readonly string[];
  appId?: string;
  appSecret?: string;
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
};

/** Fills in the defaults. Throws a `RangeError` on what could not work. */
export function resolveOptions(options: EmulatorOptions): Settings {
  const settings = { ...DEFAULTS, ...options };
  assertInteger('port', settings.port, 0, 65_535);
  assertInteger('seed', settings.seed, 0);
  assertInteger('quotaCalls', settings.quotaCalls, 1);
  assertInteger('semesterQuotaCalls', settings.semesterQuotaCalls, 1);
  assertInteger('latencyMs', settings.latencyMs, 0);
  assertSome('missingScopes', settings.missingScopes, SCOPES);
  assertSome('withheldFields', settings.withheldFields, WITHHOLDABLE_FIELDS);
  assertPositive('quotaWindowSeconds', settings.quotaWindowSeconds);
  assertPositive('tokenLifeSeconds', settings.tokenLifeSeconds);
  return settings;
}

function assertInteger(
  name: string,
  value: number,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(
    `${name}: expected a whole number from ${min} to ${max}, got ${String(value)}`,
  );
}

function assertSome(name: string, values: readonly string[], choices: readonly string[]): void {
  const unknown = values.find((value) => !choices.includes(value));
  if (unknown === undefined) return;
  throw new RangeError(`${name}: expected some of ${choices.join(', ')}, got '${unknown}'`);
}

function assertPositive(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new RangeError(`${name}: expected a number greater than 0, got ${String(value)}`);
}
