import { Command } from 'commander';
import { addEmulator, type EmulatorArguments } from '../../../src/cli/emulator/command';
import { type EmulatorOptions, resolveOptions } from '../../../src/emulator/options';

/** Every option that a command line can set, with a value other than its default. */
const EVERYTHING: [string[], Required<Omit<EmulatorOptions, 'now'>>] = [
  [
    ...['--port', '0', '--host', '::1', '--seed', '7', '--late-submission', 'allowed'],
    ...['--app-id', 'cli_own', '--app-secret', 'own', '--token-life-seconds', '60'],
    ...['--user-token', 'ou_1,ou_2', '--user-token', 'ou_3'],
    ...['--missing-scope', 'performance:performance, performance:semester:read'],
    ...['--withheld-field', 'user_id', '--withheld-field', 'jump_url'],
    ...['--quota-calls', '5', '--quota-window-seconds', '10', '--semester-quota-calls', '3'],
    ...['--latency-ms', '250', '--task-option-field', 'both', '--unknown-users', 'refused'],
    ...['--refusal-code', '99992402', '--deadline-bounds', 'inclusive'],
    ...['--counts-follow-filters', 'no', '--shuffle', 'no'],
    ...['--app-type', 'store', '--tenants', '200', '--people', '50', '--encrypt-key', 'key'],
    ...['--webhook-url', 'http://127.0.0.1:4000/', '--verification-token', 'token'],
    ...['--event-retry-seconds', '1,2'],
    ...['--rate-limit-status', '400', '--token-error-status', '401', '--token-format', 'jwt'],
  ],
  {
    port: 0,
    host: '::1',
    seed: 7,
    lateSubmission: 'allowed',
    appId: 'cli_own',
    appSecret: 'own',
    tokenLifeSeconds: 60,
    userTokens: ['ou_1', 'ou_2', 'ou_3'],
    missingScopes: ['performance:performance', 'performance:semester:read'],
    withheldFields: ['user_id', 'jump_url'],
    quotaCalls: 5,
    quotaWindowSeconds: 10,
    semesterQuotaCalls: 3,
    latencyMs: 250,
    taskOptionField: 'both',
    unknownUsers: 'refused',
    refusalCode: 99992402,
    deadlineBounds: 'inclusive',
    countsFollowFilters: false,
    shuffle: false,
    rateLimitStatus: 400,
    tokenErrorStatus: 401,
    tokenFormat: 'jwt',
    appType: 'store',
    tenants: 200,
    people: 50,
    webhookUrl: 'http://127.0.0.1:4000/',
    encryptKey: 'key',
    verificationToken: 'token',
    eventRetrySeconds: [1, 2],
  },
];

/** A program whose `emulator` is not started, and what it writes. */
function createProgram() {
  const started: EmulatorArguments[] = [];
  let written = '';
  const write = (text: string) => (written += text);
  const program = new Command('cli')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write, getOutHelpWidth: () => 100 });
  addEmulator(program, (given) => {
    started.push(given);
    return Promise.resolve();
  });
  return { program, started, written: () => written };
}

async function readArguments(args: readonly string[]): Promise<EmulatorArguments | undefined> {
  const { program, started } = createProgram();
  await program.parseAsync(['emulator', ...args], { from: 'user' });
  return started[0];
}

async function readHelp(): Promise<string> {
  const { program, written } = createProgram();
  await program.parseAsync(['emulator', '--help'], { from: 'user' }).catch(() => undefined);
  return written();
}

describe('the command line of the emulator', () => {
  test('listens on port 4010 by default', async () => {
    expect(await readArguments([])).toEqual({ options: { port: 4010 }, faults: [] });
  });

  test('turns every flag into the option of the same name', async () => {
    const [flags, options] = EVERYTHING;
    expect(await readArguments(flags)).toEqual({ options, faults: [] });
  });

  test('can set every option but the clock', () => {
    const settable = Object.keys(resolveOptions({})).filter((option) => option !== 'now');
    expect(Object.keys(EVERYTHING[1]).sort()).toEqual(settable.sort());
  });

  test('takes the last value of a repeated flag with one value', async () => {
    const read = await readArguments(['--seed', '1', '--seed', '2']);
    expect(read).toMatchObject({ options: { seed: 2 } });
  });

  test('explains every flag in its help text', async () => {
    const help = await readHelp();
    const flags = EVERYTHING[0].filter((text) => text.startsWith('--'));
    for (const flag of [...flags, '--fault', '--help']) expect(help).toContain(`${flag} `);
  });

  test('has a help text of at most 100 columns', async () => {
    expect((await readHelp()).split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test.each([
    ['find_by_user_list:429', { api: 'find_by_user_list', answer: { status: 429 } }],
    ['semesters:500x3', { api: 'semesters', answer: { status: 500 }, times: 3 }],
    ['find_by_page:400/1580102', { api: 'find_by_page', answer: { status: 400, code: 1580102 } }],
    ['find_by_user_list:delay=500', { api: 'find_by_user_list', delayMs: 500 }],
    ['user_info:resetx12', { api: 'user_info', connection: 'reset', times: 12 }],
    ['tenant_token:cut-body', { api: 'tenant_token', connection: 'cut-body' }],
    ['any:size=5000xall', { oversizedBodyBytes: 5000, times: Infinity }],
    ['any:delay=20,resetx2', { delayMs: 20, connection: 'reset', times: 2 }],
  ])('reads the fault %s', async (text, fault) => {
    expect(await readArguments(['--fault', text])).toMatchObject({ faults: [fault] });
    const both = await readArguments(['--fault', text, '--fault', text]);
    expect(both).toHaveProperty('faults.1', fault);
  });

  const apis =
    'find_by_user_list, find_by_page, semesters, user_info, tenant_token, oauth_token, ' +
    'app_ticket, app_token or any';
  const effects = '<status>, <status>/<code>, delay=<ms>, reset, cut-body, size=<bytes>';
  test.each([
    [['--port', 'abc'], "--port: expected a whole number, got 'abc'"],
    [['--seed', ''], "--seed: expected a whole number, got ''"],
    [['--quota-calls', '1e3'], "--quota-calls: expected a whole number, got '1e3'"],
    [['--colour', 'red'], "unknown option '--colour'"],
    [['4010'], 'too many arguments'],
    [['--shuffle', 'true'], "--shuffle: expected one of yes, no, got 'true'"],
    [['--rate-limit-status', '430'], "--rate-limit-status: expected one of 429, 400, got '430'"],
    [['--user-token', 'ou_1,'], "--user-token: expected values separated by commas, got 'ou_1,'"],
    [['--fault', '429'], "--fault: expected <api>:<effect>[x<times>], got '429'"],
    [['--fault', 'semesters:'], "--fault: expected <api>:<effect>[x<times>], got 'semesters:'"],
    [['--fault', 'semester:429'], `--fault: expected ${apis}, got 'semester'`],
    [['--fault', 'semesters:slow'], `--fault: expected one of ${effects}, got 'slow'`],
    [['--fault', 'semesters:99'], `--fault: expected one of ${effects}, got '99'`],
    [['--fault', 'semesters:500x0'], "--fault: expected x1 or more, or xall, got 'x0'"],
  ])('is refused with a reason: %j', async (args, message) => {
    await expect(readArguments(args)).rejects.toThrow(message);
  });
});
