import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { SERVER_INFO } from '../../../src/mcp/mcp-endpoint';
import { createOperationTools } from '../../../src/mcp/operation-tools';

const SCHEMA = buildSchema(`
  type Query {
    "The first field."
    first: Int
    "The second field."
    second: Int
    third: Int
  }
`);

function toolOf(text: string, description?: string) {
  const source = {
    texts: new Map([['1', text]]),
    descriptions: new Map(description === undefined ? [] : [['1', description]]),
  };
  const unusable: string[] = [];
  const tools = createOperationTools(SCHEMA, source, (name) => unusable.push(name));
  return { tool: tools.get('A')?.tool, unusable };
}

describe('The description of a tool is', () => {
  test.each([
    ['the comment before its operation', '# One.\n#  Two.\nquery A { first }', 'One. Two.'],
    [
      'not a comment that stands elsewhere',
      '# One.\nfragment F on Query { first }\n# Two.\nquery A { # Three.\n ...F }',
      'Two.',
    ],
    ['the description of its operation', '# One.\n"Two." query A { first }', 'Two.'],
    ['what the manifest says, without a comment', 'query A { first }', 'Of the manifest.', true],
    ['the comment rather than the manifest', '# One.\nquery A { first }', 'One.', true],
    [
      'what the schema says about its fields, without either',
      'query A { second first ...F } fragment F on Query { third again: first }',
      'The second field.\nThe first field.',
    ],
    ['empty if nothing is known', 'query A { third }', ''],
  ])('%s', (_, text, expected, isDescribed = false) => {
    const { tool } = toolOf(text, isDescribed ? 'Of the manifest.' : undefined);

    expect(tool?.description).toBe(expected);
  });
});

test.each(['query A { fourth }', 'mutation A { first }', 'query A($a: Task) { first }'])(
  'An operation that the schema does not answer is no tool: %s',
  (text) => {
    expect(toolOf(text)).toEqual({ tool: undefined, unusable: ['A'] });
  },
);

test('The server has the version of the package', () => {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as typeof SERVER_INFO;

  expect(SERVER_INFO).toEqual({ name, version });
});
