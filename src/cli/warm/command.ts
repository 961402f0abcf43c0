import type { Command } from 'commander';
import { requireSemesterId } from '../../domain/input-rules';
import type { UserIdType } from '../../domain/user';
import { usageError } from '../exit';
import { checked, idTypeOption } from '../options';
import { tenantOption } from '../tenant';

interface Given {
  readonly semester: string;
  readonly users: string;
  readonly idType: UserIdType;
  readonly maxAge?: string;
  readonly tenant?: string;
}

const DESCRIPTION =
  'Fill the memory that replicas share in Redis with the tasks of many people, before they ask. Calls are spaced ' +
  'evenly over the quota. While clients use the gateway, at most half of the quota is used. People with an answer ' +
  'in Redis are not asked about again, so the same command resumes after Ctrl-C.';

const AFTER_HELP = `
The file has one user ID a line. Blank lines, and all after a #, are ignored.

Exit codes: 0 all are loaded, 1 it could not go on, 2 the command line, the file or the environment
is invalid, 3 some users have no answer, 130 Ctrl-C.

Example: npm run cli -- warm --semester 7250000000000000001 --users people.txt`;

export function addWarm(program: Command): void {
  program
    .command('warm')
    .summary('fill the memory of the replicas before people ask')
    .description(DESCRIPTION)
    .requiredOption('--semester <id>', 'the review cycle')
    .requiredOption('--users <file>', 'the people')
    .addOption(idTypeOption('the type of the IDs in the file'))
    .option(
      '--max-age <seconds>',
      'load people whose answer is older; by default those without one',
    )
    .addOption(tenantOption())
    .addHelpText('after', AFTER_HELP)
    .action(run);
}

async function run({ semester, users: file, idType, maxAge, tenant }: Given): Promise<void> {
  const semesterId = checked(() => requireSemesterId('--semester', semester));
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge)) {
    throw usageError(`--max-age: expected a whole number of seconds, got '${maxAge}'`);
  }
  const maxAgeSeconds = maxAge === undefined ? undefined : Number(maxAge);
  const { runWarm } = await import('./run.js');
  await runWarm({ semesterId, file, idType, maxAgeSeconds, tenant });
}
