import { CLI_HELP, readArguments } from '../../../src/emulator/cli-arguments';

describe('the command line of the emulator', () => {
  it('listens on port 4010 unless told otherwise', () => {
    expect(readArguments([])).toEqual({ options: { port: 4010 } });
  });

  it('turns every flag into the option of the same name', () => {
    const flags = ['--port', '0', '--host', '::1', '--seed', '7'];
    const quota = ['--quota-calls', '5', '--quota-window-seconds', '10'];
    expect(readArguments([...flags, ...quota])).toEqual({
      options: { port: 0, host: '::1', seed: 7, quotaCalls: 5, quotaWindowSeconds: 10 },
    });
  });

  it('explains every flag that it reads', () => {
    expect(readArguments(['--help'])).toEqual({ help: true });
    for (const flag of ['port', 'host', 'seed', 'quota-calls', 'quota-window-seconds', 'help']) {
      expect(CLI_HELP).toContain(`--${flag} `);
    }
  });

  it.each([
    [['--port', 'abc'], "--port: expected a whole number, got 'abc'"],
    [['--seed', ''], "--seed: expected a whole number, got ''"],
    [['--quota-calls', '1e3'], "--quota-calls: expected a whole number, got '1e3'"],
    [['--colour', 'red'], "Unknown option '--colour'"],
    [['4010'], "Unexpected argument '4010'"],
  ])('refuses %j and says why', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });
});
