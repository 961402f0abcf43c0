import { CliError } from '../../../src/cli/exit';
import { readUserList } from '../../../src/cli/warm/user-list';

function faultOf(text: string): string {
  try {
    readUserList(text, 'people.txt', 'OPEN_ID');
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(CliError);
    expect(error).toHaveProperty('exitCode', 2);
    return (error as CliError).message;
  }
}

describe('a list of users', () => {
  test('has one ID a line, with comments and blank lines', () => {
    const text = '\uFEFF# sales\nou_1\r\n\n  ou_2  # on leave\nou_3';

    expect(readUserList(text, 'people.txt', 'OPEN_ID')).toEqual(['ou_1', 'ou_2', 'ou_3']);
  });

  test('has each ID once, at its first place', () => {
    expect(readUserList('a\nb\na\n', 'people.txt', 'USER_ID')).toEqual(['a', 'b']);
  });

  test('names the line of each invalid ID', () => {
    const fault = faultOf(`ou_1\non_2\n\nou 3\n${'ou_'.padEnd(65, 'x')}\n`);

    expect(fault).toContain('people.txt:2: expected an ID of type OPEN_ID');
    expect(fault).toContain('people.txt:4: expected an ID of 1 to 64 visible characters');
    expect(fault).toContain('people.txt:5: expected an ID of 1 to 64 visible characters');
    expect(fault).not.toContain('people.txt:1:');
  });

  test('names at most 20 lines', () => {
    const fault = faultOf('x\n'.repeat(25));

    expect(fault.match(/people\.txt:\d+/g)).toHaveLength(20);
    expect(fault).toContain('and 5 more lines');
  });

  test('is refused if it is empty', () => {
    expect(faultOf('# none\n')).toContain('people.txt: expected one user ID a line, got none');
  });
});
