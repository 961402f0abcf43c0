import { list, oneOf, type Reader, text, wholeNumber, wholeNumbers, yesOrNo } from './readers';
import type { EmulatorOptions } from '../../emulator/options';
import { USER_ID_REFUSAL_CODES } from '../../emulator/user-id-refusal';

export const DEFAULT_CLI_PORT = 4010;

/** One option on the command line. */
export interface Flag {
  /** Without the two dashes. */
  readonly name: string;
  readonly placeholder: string;
  readonly help: string;
  /** Sets the flag's option. @throws Error for an invalid value */
  readonly apply: (options: EmulatorOptions, texts: readonly string[]) => void;
}

/** The flags by the groups of `--help`. The option `now` has no flag. */
export const FLAG_GROUPS: Readonly<Record<string, readonly Flag[]>> = {
  'Address and data': [
    flag('port', 'port', 'number', wholeNumber, `default ${DEFAULT_CLI_PORT}; 0 picks a free port`),
    flag('host', 'host', 'address', text, 'default 127.0.0.1'),
    flag('seed', 'seed', 'number', wholeNumber, 'people and IDs depend on it (default 1)'),
    choice(
      'late-submission',
      'lateSubmission',
      ['forbidden', 'allowed'],
      'when allowed, late tasks stay to do and none is overdue',
    ),
  ],
  'Apps, tokens and permissions': [
    flag('app-id', 'appId', 'text', text, 'default cli_emulator'),
    flag('app-secret', 'appSecret', 'text', text, 'default emulator-secret'),
    flag('user-token', 'userTokens', 'open ID', list, 'issue and print a token of this person *'),
    flag('missing-scope', 'missingScopes', 'scope', list, 'a scope that the app lacks *'),
    flag('withheld-field', 'withheldFields', 'name', list, 'a field to omit, e.g. jump_url *'),
    choice('token-format', 'tokenFormat', ['opaque', 'jwt'], 'jwt: tokens are JWTs of 4 KB'),
    flag('token-life-seconds', 'tokenLifeSeconds', 'number', wholeNumber, 'default 7200'),
  ],
  'Store app, companies and events': [
    choice('app-type', 'appType', ['custom', 'store'], 'a store app gets its tokens by ticket'),
    flag('tenants', 'tenants', 'number', wholeNumber, 'companies with the app (default 1)'),
    flag('people', 'people', 'number', wholeNumber, 'people of each company (default 2000)'),
    flag('webhook-url', 'webhookUrl', 'URL', text, 'where tickets and events are sent'),
    flag('encrypt-key', 'encryptKey', 'text', text, 'signs and encrypts events'),
    flag('verification-token', 'verificationToken', 'text', text, 'the token in each event'),
    flag(
      'event-retry-seconds',
      'eventRetrySeconds',
      'seconds',
      wholeNumbers,
      'pauses before an event is repeated *',
    ),
  ],
  'Quota and speed': [
    flag('quota-calls', 'quotaCalls', 'number', wholeNumber, 'calls in any window (default 20)'),
    flag('quota-window-seconds', 'quotaWindowSeconds', 'number', wholeNumber, 'default 60'),
    flag('semester-quota-calls', 'semesterQuotaCalls', 'number', wholeNumber, 'default 10'),
    flag('latency-ms', 'latencyMs', 'number', wholeNumber, 'delay of each answer (default 0)'),
  ],
  'Behaviour that Feishu’s documentation leaves open; the first choice is the default': [
    choice(
      'task-option-field',
      'taskOptionField',
      ['task_option_id', 'task_option', 'both'],
      'the name of the field',
    ),
    choice(
      'unknown-users',
      'unknownUsers',
      ['left-out', 'refused'],
      'when refused, one unknown user fails the call',
    ),
    choice(
      'refusal-code',
      'refusalCode',
      USER_ID_REFUSAL_CODES,
      'the code for an unknown or malformed user ID',
    ),
    choice(
      'deadline-bounds',
      'deadlineBounds',
      ['exclusive', 'inclusive'],
      'the bounds of a filter',
    ),
    flag('counts-follow-filters', 'countsFollowFilters', 'yes|no', yesOrNo, 'no: count all tasks'),
    flag('shuffle', 'shuffle', 'yes|no', yesOrNo, 'no: keep the order of the request'),
    choice(
      'rate-limit-status',
      'rateLimitStatus',
      [429, 400],
      'the status of a call over the limit',
    ),
    choice(
      'token-error-status',
      'tokenErrorStatus',
      [400, 200, 401],
      'the status of an invalid token',
    ),
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
  return flag(name, key, 'choice', oneOf(choices), `${choices.join(', ')}: ${help}`);
}
