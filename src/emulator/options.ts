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
  /** Whether `stage_num_lists` counts what the filters left, or everything. (fact 12) */
  countsFollowFilters?: boolean;
  /** `allowed`: a task whose deadline has passed is still to do, and no task is overdue. (fact 5) */
  lateSubmission?: 'forbidden' | 'allowed';
  /** Whether items come back in another order than the one asked for. */
  shuffle?: boolean;
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
  countsFollowFilters: true,
  lateSubmission: 'forbidden',
  shuffle: true,
  appId: EMULATOR_APP_ID,
  appSecret: EMULATOR_APP_SECRET,
};

/** Fills in the defaults. Throws a `RangeError` on a number that could not work. */
export function resolveOptions(options: EmulatorOptions): Settings {
  const settings = { ...DEFAULTS, ...options };
  assertInteger('port', settings.port, 0, 65_535);
  assertInteger('seed', settings.seed, 0);
  assertInteger('quotaCalls', settings.quotaCalls, 1);
  assertInteger('semesterQuotaCalls', settings.semesterQuotaCalls, 1);
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

function assertPositive(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new RangeError(`${name}: expected a number greater than 0, got ${String(value)}`);
}
