import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createPeople } from '../../../src/emulator/people';
import { until } from '../../support/until';
import {
  at,
  headersOf,
  SEMESTERS_PATH,
  TENANT_TOKEN_PATH,
  USER_INFO_PATH,
} from '../emulator/raw-client';

/** The built emulator, the way `npm run emulator` runs it. */
const CLI = join(process.cwd(), 'dist/cli/main.js');
const person = at(createPeople(1), 4);

describe('npm run emulator', () => {
  let child: ChildProcess;
  let output = '';

  const run = (args: string[]) => {
    output = '';
    child = spawn(process.execPath, [CLI, 'emulator', '--port', '0', ...args], { stdio: 'pipe' });
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  };
  const started = async () => {
    await until(() => child.exitCode !== null || output.includes('npm start'));
    return /^Feishu emulator at (.*)$/m.exec(output)?.[1] ?? '';
  };

  afterEach(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  test('prints a working user token for the person that was named', async () => {
    run(['--user-token', person.openId]);
    const url = await started();
    const token = new RegExp(`^user token +(\\S+) .*${person.openId}$`, 'm').exec(output)?.[1];
    const answer = await fetch(`${url}${USER_INFO_PATH}`, { headers: headersOf(token) });
    expect(await answer.json()).toMatchObject({ data: { open_id: person.openId } });
  });

  test('prints its app, and plays the faults of its flags', async () => {
    run(['--app-id', 'cli_own', '--app-secret', 'own', '--fault', 'semesters:503/7x2']);
    const url = await started();
    expect(output).toContain('FEISHU_APP_ID=cli_own FEISHU_APP_SECRET=own ');
    const body = JSON.stringify({ app_id: 'cli_own', app_secret: 'own' });
    const init = { method: 'POST', headers: headersOf(), body };
    const tokenAnswer = await fetch(`${url}${TENANT_TOKEN_PATH}`, init);
    const { tenant_access_token } = (await tokenAnswer.json()) as { tenant_access_token: string };
    const statuses: number[] = [];
    while (statuses.length < 3) {
      const headers = headersOf(tenant_access_token);
      statuses.push((await fetch(`${url}${SEMESTERS_PATH}`, { headers })).status);
    }
    expect(statuses).toEqual([503, 503, 200]);
  });

  test.each([
    [['--user-token', 'ou_unknown'], "userTokens: expected open IDs of the emulator's people"],
    [['--missing-scope', 'performance'], 'missingScopes: expected some of performance:performance'],
    [['--fault', 'semesters'], '--fault: expected <api>:<effect>[x<times>]'],
  ])('exits with 2 and says why: %j', async (args, message) => {
    run(args);
    await until(() => child.exitCode !== null);
    expect(child.exitCode).toBe(2);
    await until(() => output.includes('Try --help.'));
    expect(output).toContain(message);
  });
});
