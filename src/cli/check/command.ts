import type { Command } from 'commander';
import { requireSemesterId, requireUser } from '../../domain/input-rules';
import type { UserIdType } from '../../domain/user';
import { CliError, EXIT } from '../exit';
import { checked, idTypeOption } from '../options';
import { requireTenant, tenantOption } from '../tenant';
import { configurationStep } from './configuration-step';
import { formatStep, type Step } from './step';

interface Given {
  readonly idType: UserIdType;
  readonly semester?: string;
  readonly user?: string;
  readonly tenant?: string;
}

const DESCRIPTION =
  'Check a deployment step by step: configuration, Redis, host, credentials, clock, and a first call of each API. ' +
  'Each fault is named with what to do about it. The calls count against the quota, which the gateway shares.';

const AFTER_HELP = `
Exit codes: 0 no step failed, 1 a step failed, 2 the command line is invalid.

Example: npm run cli -- check --id-type USER_ID`;

export function addCheck(program: Command): void {
  program
    .command('check')
    .summary('check a deployment, and say what is missing')
    .description(DESCRIPTION)
    .addOption(idTypeOption('the type of the IDs that your clients use'))
    .option('--semester <id>', 'the review cycle to ask about; by default one that runs now')
    .option('--user <id>', 'the person to ask about; by default the first one of the cycle')
    .addOption(tenantOption())
    .addHelpText('after', AFTER_HELP)
    .action(run);
}

async function run({ idType, semester, user, tenant }: Given): Promise<void> {
  const semesterId =
    semester === undefined ? undefined : checked(() => requireSemesterId('--semester', semester));
  const userId =
    user === undefined ? undefined : checked(() => requireUser('--user', user, idType).id);
  let failed = 0;
  const report = (step: Step) => {
    if (step.outcome === 'failed') failed += 1;
    process.stdout.write(formatStep(step));
  };
  const { step, config } = configurationStep();
  report(step);
  if (config) {
    // Loaded only if it is used: the modules of the gateway take most of the start.
    const { check } = await import('./check.js');
    const tenantKey = requireTenant(config, tenant);
    await check({ config, target: { tenantKey, idType, semesterId, userId }, report });
  }
  if (failed > 0) throw new CliError(EXIT.failed, `\nfailed: ${failed} of the steps`);
}
