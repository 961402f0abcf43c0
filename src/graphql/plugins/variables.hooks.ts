import { GraphQLError } from 'graphql';
import { findNullVariable, type NullVariable } from '../limits/null-variables';
import { MAX_INPUT_LEVELS } from '../limits/shape.rule';
import type { OperationHooks } from './operation-hooks';

/**
 * Rejects variables with a number too large to be exact: a cycle's ID has 19 digits, and JSON parsing
 * rounds it to another cycle's ID. Also rejects deep nesting, `__proto__` keys, and null for a non-null
 * argument.
 */
export function createVariablesHooks(): OperationHooks {
  return {
    didResolveOperation({ schema, document, operation, request: { variables = {} } }) {
      // Without an operation, the response is an error of the document or of the operation name.
      if (!operation) return;
      requireSafeValue(() => 'variables', variables, 0);
      const missing = findNullVariable(schema, document, operation, variables);
      if (missing) throw nullVariable(missing);
    },
  };
}

/** `path` is a function because only an error needs the text, and there may be 100,000 values. */
function requireSafeValue(path: () => string, value: unknown, level: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw badVariable(path(), 'a string, got a number too large to be exact');
  }
  if (typeof value !== 'object' || value === null) return;
  if (level > MAX_INPUT_LEVELS) {
    throw badVariable(
      'variables',
      `at most ${MAX_INPUT_LEVELS} levels of lists and objects, got more`,
    );
  }
  if (Array.isArray(value)) {
    value.forEach((part: unknown, i) => {
      requireSafeValue(() => `${path()}.${i}`, part, level + 1);
    });
    return;
  }
  for (const [key, part] of Object.entries(value)) {
    if (key === '__proto__') throw badVariable(path(), 'keys that are names, got "__proto__"');
    requireSafeValue(() => `${path()}.${key}`, part, level + 1);
  }
}

function nullVariable({ name, type, argument = '' }: NullVariable): GraphQLError {
  return badVariable(`variables.${name}`, `${type} for the argument "${argument}", got null`);
}

/** The client chooses the names in a path, so their length is unlimited. */
const MAX_PATH_LENGTH = 200;

function badVariable(path: string, expected: string): GraphQLError {
  const argument = path.slice(0, MAX_PATH_LENGTH);
  return new GraphQLError(`${argument}: expected ${expected}`, {
    extensions: { code: 'BAD_USER_INPUT', argument, http: { status: 400 } },
  });
}
