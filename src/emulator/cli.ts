import { CLI_HELP, readArguments } from './cli-arguments';
import { type Emulator, startEmulator } from './emulator';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET, type EmulatorOptions } from './options';
import type { Person } from './people';

/** The process of `npm run emulator`. It exits with 1 if an argument is invalid or it cannot listen. */
async function main(args: readonly string[]): Promise<void> {
  const read = readArguments(args);
  if ('help' in read) {
    process.stdout.write(CLI_HELP);
    return;
  }
  const emulator = await startEmulator(read.options);
  for (const fault of read.faults) emulator.script(fault);
  process.stdout.write(describe(emulator, read.options));
  closeOnSignals(emulator);
}

function describe(emulator: Emulator, options: EmulatorOptions): string {
  const { url, semesters, userTokens } = emulator;
  const { appId = EMULATOR_APP_ID, appSecret = EMULATOR_APP_SECRET } = options;
  return [
    `Feishu emulator at ${url}`,
    '',
    `app id       ${appId}`,
    `app secret   ${appSecret}`,
    ...semesters.map(({ id, name }) => `semester ID  ${id}  ${name['en-US']}`),
    ...examplePeople(emulator).map(
      ({ openId, name }) => `open ID      ${openId}  ${name['en-US']}`,
    ),
    ...userTokens.map(({ openId, token }) => `user token   ${token}  of ${openId}`),
    '',
    'Point the gateway at it:',
    `  FEISHU_BASE_URL=${url} FEISHU_APP_ID=${appId} FEISHU_APP_SECRET=${appSecret} AUTH_ANONYMOUS=all npm start`,
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

main(process.argv.slice(2)).catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`emulator: ${reason}\nTry --help.\n`);
  process.exitCode = 1;
});
