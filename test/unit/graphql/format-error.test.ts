import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../../../src/domain/errors';
import { formatError, isDefect } from '../../../src/graphql/format-error';

interface Met {
  /** What the client reads. */
  readonly errors: readonly GraphQLFormattedError[];
  /** What the operator's log has to explain. */
  readonly defects: number;
}

/** The errors of a field that throws this. Stack traces are on, so that they would show. */
async function meet(thrown: unknown, query = '{ field }'): Promise<Met> {
  let defects = 0;
  const counter: ApolloServerPlugin = {
    requestDidStart: () =>
      Promise.resolve({
        didEncounterErrors({ errors }) {
          defects += errors.filter(isDefect).length;
          return Promise.resolve();
        },
      }),
  };
  const server = new ApolloServer({
    typeDefs: 'type Query { field(number: Int): String, required: String! }',
    resolvers: {
      Query: {
        field: () => {
          throw thrown;
        },
      },
    },
    includeStacktraceInErrorResponses: true,
    formatError,
    plugins: [counter],
  });
  const { body } = await server.executeOperation({ query });
  if (body.kind !== 'single') throw new Error('expected one response');
  return { errors: body.singleResult.errors ?? [], defects };
}

/** One error, as JSON carries it. */
async function metByClient(thrown: unknown, query?: string): Promise<GraphQLFormattedError> {
  const { errors } = await meet(thrown, query);
  expect(errors).toHaveLength(1);
  return JSON.parse(JSON.stringify(errors[0])) as GraphQLFormattedError;
}

const MASKED = {
  message: 'Internal server error',
  locations: [{ line: 1, column: 3 }],
  path: ['field'],
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};

describe("the gateway's own errors", () => {
  test('reach the client with their code and message only', async () => {
    expect(await metByClient(new GatewayError('FORBIDDEN', 'Not yours.'))).toEqual({
      ...MASKED,
      message: 'Not yours.',
      extensions: { code: 'FORBIDDEN' },
    });
  });

  test('reach the client with a time to wait and the trace for support', async () => {
    const details = {
      retryAfterMs: 1_500,
      upstream: { code: 99991400, httpStatus: 429, logId: 'log-1' },
    };
    const cause = new Error('the body of the answer');
    const error = new GatewayError('UPSTREAM_RATE_LIMITED', 'Not now.', details, { cause });
    const met = await metByClient(error);
    expect(met.extensions).toEqual({ code: 'UPSTREAM_RATE_LIMITED', ...details });
    expect(JSON.stringify(met)).not.toContain('the body of the answer');
  });

  test('are defects only with the code INTERNAL_SERVER_ERROR', async () => {
    expect((await meet(new GatewayError('BAD_USER_INPUT', 'x'))).defects).toBe(0);
    expect((await meet(new GatewayError('UPSTREAM_UNAVAILABLE', 'x'))).defects).toBe(0);
    expect((await meet(new GatewayError('INTERNAL_SERVER_ERROR', 'x'))).defects).toBe(1);
  });
});

describe('any other error', () => {
  const withCode = Object.assign(new Error('password hunter2'), { code: 'ECONNREFUSED' });
  const withExtensions = Object.assign(new Error('password hunter2'), {
    extensions: { code: 'DATABASE_DOWN', password: 'hunter2' },
  });

  test.each<[string, unknown]>([
    ['an error', new TypeError('password hunter2')],
    ['an error with a cause', new Error('hunter2', { cause: new Error('hunter2') })],
    ['an error with a code of its own', withCode],
    ['an error with extensions of its own', withExtensions],
    ['a text', 'password hunter2'],
    ['an object', { password: 'hunter2' }],
    ['undefined', undefined],
  ])('is hidden from the client and counted as a defect: %s', async (_, thrown) => {
    expect(await metByClient(thrown)).toEqual(MASKED);
    expect((await meet(thrown)).defects).toBe(1);
  });

  test('is hidden when it is a missing value of a required field', async () => {
    const met = await metByClient(undefined, '{ required }');
    expect(met).toEqual({ ...MASKED, path: ['required'] });
    expect((await meet(undefined, '{ required }')).defects).toBe(1);
  });
});

describe('mistakes in the query itself', () => {
  test.each([
    ['cannot be read', '{ field', 'GRAPHQL_PARSE_FAILED', /^Syntax Error: /],
    ['asks for an unknown field', '{ nope }', 'GRAPHQL_VALIDATION_FAILED', /"nope"/],
    ['has a malformed argument', '{ field(number: "x") }', 'GRAPHQL_VALIDATION_FAILED', /"x"/],
    ['lacks a variable', 'query($n: Int!) { field(number: $n) }', 'BAD_USER_INPUT', /"\$n"/],
  ])(
    'are explained to the client and are no defects: the query %s',
    async (_, query, code, message) => {
      const { errors, defects } = await meet(undefined, query);
      expect(errors.map(({ extensions }) => extensions?.['code'])).toEqual([code]);
      expect(errors[0]?.message).toMatch(message);
      expect(defects).toBe(0);
    },
  );

  test('are passed on unchanged', () => {
    const formatted = {
      message: 'Cannot query field "nope" on type "Query".',
      locations: [{ line: 1, column: 3 }],
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    };
    const error = new GraphQLError(formatted.message, { extensions: formatted.extensions });
    expect(formatError(formatted, error)).toBe(formatted);
  });
});
