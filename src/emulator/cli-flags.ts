import { list, oneOf, type Reader, text, wholeNumber, yesOrNo } from './cli-readers';
import type { EmulatorOptions } from './options';
import { USER_ID_REFUSAL_CODES } from './user-id-refusal';

export const DEFAULT_CLI_PORT = 4010;

/** One option on the command line. */
export interface Flag {
  /** Without the two dashes. */
  readonly name: string;
  readonly placeholder: string;
  readonly help: string;
  /** Sets its option to what the flag was given; throws when that cannot be read. */
  readonly apply: (options: EmulatorOptions, texts: readonly string[]) => void;
}

/** What `--help` prints, group by group. `now` is missing: a process has the clock that it has. */
export const FLAG_GROUPS: Readonly<Record<string, readonly Flag[]>> = {
  'Where it listens, and whose data it has': [
    flag('port', 'port', 'number', wholeNumber, `default ${DEFAULT_CLI_PORT}; 0 is any free port`),
    flag('host', 'host', 'address', text, 'default 127.0.0.1'),
    flag('seed', 'seed', 'number', wholeNumber, 'another seed, other people and IDs (default 1)'),
    choice(
      'late-submission',
      'lateSubmission',
      ['forbidden', 'allowed'],
      'allowed: late tasks are to do, none is overdue',
    ),
  ],
  'Who may call': [
    flag('app-id', 'appId', 'text', text, 'default cli_emulator'),
    flag('app-secret', 'appSecret', 'text', text, 'default emulator-secret'),
    flag('user-token', 'userTokens', 'open ID', list, 'issue and print a token of this person *'),
    flag('missing-scope', 'missingScopes', 'scope', list, 'a scope to take from the app *'),
    flag('withheld-field', 'withheldFields', 'name', list, 'a field to leave out, e.g. jump_url *'),
    flag('token-life-seconds', 'tokenLifeSeconds', 'number', wholeNumber, 'default 7200'),
  ],
  'How much, and how fast': [
    flag('quota-calls', 'quotaCalls', 'number', wholeNumber, 'calls in any window (default 20)'),
    flag('quota-window-seconds', 'quotaWindowSeconds', 'number', wholeNumber, 'default 60'),
    flag('semester-quota-calls', 'semesterQuotaCalls', 'number', wholeNumber, 'default 10'),
    flag('latency-ms', 'latencyMs', 'number', wholeNumber, 'delay of each answer (default 0)'),
  ],
  'Where Feishu’s documentation is silent, the first choice is the default': [
    choice(
      'task-option-field',
      'taskOptionField',
      ['task_option_id', 'task_option', 'both'],
      'its name',
    ),
    choice(
      'unknown-users',
      'unknownUsers',
      ['left-out', 'refused'],
      'refused: one of them fails the call',
    ),
    choice('refusal-code', 'refusalCode', USER_ID_REFUSAL_CODES, 'of a call that a user ID fails'),
    choice('deadline-bounds', 'deadlineBounds', ['exclusive', 'inclusive'], 'of a filter'),
    flag('counts-follow-filters', 'countsFollowFilters', 'yes|no', yesOrNo, 'no: count everything'),
    flag('shuffle', 'shuffle', 'yes|no', yesOrNo, 'no: answer in the order asked for'),
    choice('rate-limit-status', 'rateLimitStatus', [429, 400], 'of a call over the limit'),
    choice('token-error-status', 'tokenErrorStatus', [400, 200, 401], 'of a bad token'),
  ],
};

function flag<K extends keyof EmulatorOptions>(
  name: string,
  key: K,
  placeholder: string,
  read: Reader<NonNullable<EmulatorOptions[K]>>,
  help: string,
): Flag {
  return {
    name,
    placeholder,
    help,
    apply: (options, texts) => {
      options[key] = read(texts, `--${name}`);
    },
  };
}

function choice<K extends keyof EmulatorOptions>(
  name: string,
  key: K,
  choices: readonly (NonNullable<EmulatorOptions[K]> & (string | number))[],
  help: string,
): Flag {
  return flag(name, key, choices.join('|'), oneOf(choices), help);
}
