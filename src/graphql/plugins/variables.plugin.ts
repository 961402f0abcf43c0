import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { findNullVariable, type NullVariable } from '../limits/null-variables';
import { MAX_INPUT_LEVELS } from '../limits/shape.rule';

/**
 * Refuses variables in which a number was rounded on its way (the ID of a cycle has 19 digits; sent as a
 * JSON number it would arrive as the ID of another one), and such as no client sends in good faith.
 */
export function createVariablesPlugin(): ApolloServerPlugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation({ schema, document, operation, request: { variables = {} } }) {
          requireGoodFaith(() => 'variables', variables, 0);
          const missing = operation && findNullVariable(schema, document, operation, variables);
          if (missing) throw refusalOfNull(missing);
          return Promise.resolve();
        },
      }),
  };
}

/** The path is written out only for what is refused: there may be a hundred thousand values. */
function requireGoodFaith(path: () => string, value: unknown, level: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw refusal(path(), 'a string, got a number too large to be exact');
  }
  if (typeof value !== 'object' || value === null) return;
  if (level > MAX_INPUT_LEVELS) {
    throw refusal('variables', `at most ${MAX_INPUT_LEVELS} levels of lists and objects, got more`);
  }
  if (Array.isArray(value)) {
    value.forEach((part: unknown, i) => {
      requireGoodFaith(() => `${path()}.${i}`, part, level + 1);
    });
    return;
  }
  for (const [key, part] of Object.entries(value)) {
    if (key === '__proto__') throw refusal(path(), 'keys that are names, got "__proto__"');
    requireGoodFaith(() => `${path()}.${key}`, part, level + 1);
  }
}

function refusalOfNull({ name, type, argument = '' }: NullVariable): GraphQLError {
  return refusal(`variables.${name}`, `${type} for the argument "${argument}", got null`);
}

/** The names in a path are as long as the client likes. */
const MAX_PATH_LENGTH = 200;

function refusal(path: string, expected: string): GraphQLError {
  const argument = path.slice(0, MAX_PATH_LENGTH);
  return new GraphQLError(`${argument}: expected ${expected}`, {
    extensions: { code: 'BAD_USER_INPUT', argument, http: { status: 400 } },
  });
}
