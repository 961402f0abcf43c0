import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnCli } from '../support/cli-process';

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const started = spawnCli(args, env);
  return { exit: await started.exit, output: started.output() };
}

describe('the command line', () => {
  test('lists its subcommands and exit codes', async () => {
    const { exit, output } = await run(['--help']);

    expect(exit).toBe(0);
    for (const name of ['check', 'warm', 'emulator'])
      expect(output).toMatch(`  ${name} [options] `);
    expect(output).toContain('130  ended by');
  });

  test.each(['check', 'warm', 'emulator'])('explains %s in at most 100 columns', async (name) => {
    const { exit, output } = await run([name, '--help']);

    expect(exit).toBe(0);
    expect(output).toContain(`Usage: stage-task-gateway ${name} [options]`);
    expect(output.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as {
      version: string;
    };

    expect(await run(['--version'])).toEqual({ exit: 0, output: `${version}\n` });
  });

  test.each([
    [[], 'Usage:'],
    [['warn'], "unknown command 'warn'"],
    [['check', '--colour'], "unknown option '--colour'"],
    [['check', 'all'], 'too many arguments'],
    [['check', '--id-type', 'EMAIL'], 'Allowed choices are OPEN_ID, UNION_ID'],
    [['check', '--semester', 'Q1'], '--semester: expected the ID of a review cycle'],
    [['check', '--user', 'on_1'], '--user: expected an ID of type OPEN_ID'],
    [['warm'], "required option '--semester <id>' not specified"],
    [['warm', '--semester', '1', '--users', '/none'], '--users: expected a file that can be read'],
    [['warm', '--semester', '1', '--users', 'x', '--max-age', '1h'], '--max-age: expected a whole'],
  ])('exits with 2 if it is wrong: %j', async (args, message) => {
    const { exit, output } = await run(args);

    expect({ exit, output }).toEqual({
      exit: 2,
      output: expect.stringContaining(message) as string,
    });
  });

  test('exits with 1 if a step of check fails, and says why', async () => {
    const { exit, output } = await run(['check'], {
      FEISHU_APP_ID: 'cli_1',
      FEISHU_APP_SECRET: 'not-printed',
      FEISHU_BASE_URL: 'http://127.0.0.1:9',
      AUTH_ANONYMOUS: 'all',
      REDIS_URL: 'redis://127.0.0.1:9',
    });

    expect(exit).toBe(1);
    expect(output).toContain('✘ redis             unreachable (Error ECONNREFUSED)');
    expect(output).toContain('✘ host');
    expect(output).toContain('failed: 2 of the steps');
    expect(output).not.toContain('not-printed');
  });
});
