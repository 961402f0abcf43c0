import { type Emulator, startEmulator } from '../../emulator/emulator';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET, type EmulatorOptions } from '../../emulator/options';
import type { Person } from '../../emulator/people';
import { toError } from '../../domain/to-error';
import { CliError, EXIT, usageError } from '../exit';
import type { EmulatorArguments } from './command';

/**
 * Starts the emulator, and prints how to reach it. It runs until a signal ends the process.
 * @throws CliError for an invalid option
 */
export async function startAndPrint({ options, faults }: EmulatorArguments): Promise<void> {
  const emulator = await startEmulator(options).catch((error: unknown) => {
    if (error instanceof RangeError) throw usageError(error.message);
    // Such as EADDRINUSE: the message has the address.
    throw new CliError(EXIT.failed, toError(error).message);
  });
  for (const fault of faults) emulator.script(fault);
  process.stdout.write(describe(emulator, options));
  closeOnSignals(emulator);
}

const FIRST = '  the company of the IDs below';

function describe(emulator: Emulator, options: EmulatorOptions): string {
  const { url, semesters, userTokens, tenantKeys } = emulator;
  const { appId = EMULATOR_APP_ID, appSecret = EMULATOR_APP_SECRET } = options;
  const isStore = options.appType === 'store';
  return [
    `Feishu emulator at ${url}`,
    '',
    `app id       ${appId}`,
    `app secret   ${appSecret}`,
    ...tenantKeys.slice(0, 5).map((key, i) => `tenant key   ${key}${i === 0 ? FIRST : ''}`),
    ...(tenantKeys.length > 5 ? [`             and ${tenantKeys.length - 5} more`] : []),
    ...semesters.map(({ id, name }) => `semester ID  ${id}  ${name['en-US']}`),
    ...examplePeople(emulator).map(
      ({ openId, name }) => `open ID      ${openId}  ${name['en-US']}`,
    ),
    ...userTokens.map(({ openId, token }) => `user token   ${token}  of ${openId}`),
    '',
    'Point the gateway at it:',
    `  FEISHU_BASE_URL=${url} FEISHU_APP_ID=${appId} FEISHU_APP_SECRET=${appSecret} ${isStore ? 'FEISHU_APP_TYPE=store …' : 'AUTH_ANONYMOUS=all'} npm start`,
    '',
  ].join('\n');
}

/** Returns three people with tasks in every cycle, so that all printed IDs can be combined. */
function examplePeople({ people, semesters, expectedTasks }: Emulator): readonly Person[] {
  const takesPart = ({ openId }: Person) =>
    semesters.every(({ id }) =>
      expectedTasks({ semesterId: id, userIdType: 'open_id', userId: openId }),
    );
  return people.filter(takesPart).slice(0, 3);
}

function closeOnSignals(emulator: Emulator): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void emulator.close());
  }
}
