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
      const bad = findBadValue(variables, 0);
      if (bad) throw badVariable(['variables', ...bad.keys.toReversed()].join('.'), bad.expected);
      const missing = findNullVariable(schema, document, operation, variables);
      if (missing) throw nullVariable(missing);
    },
  };
}

/** A value that is not allowed in variables. */
interface BadValue {
  /** The keys and indexes that lead to it, innermost first. */
  readonly keys: (string | number)[];
  readonly expected: string;
}

/** The path is collected on the way back, since only a bad value needs it, and there may be 100,000 values. */
function findBadValue(value: unknown, level: number): BadValue | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return { keys: [], expected: 'a string, got a number too large to be exact' };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (level > MAX_INPUT_LEVELS) throw tooDeep();
  return Array.isArray(value)
    ? findBadItem(value, level + 1)
    : findBadProperty(value as Readonly<Record<string, unknown>>, level + 1);
}

function findBadItem(items: readonly unknown[], level: number): BadValue | undefined {
  let index = 0;
  for (const item of items) {
    const bad = findBadValue(item, level);
    if (bad) return below(index, bad);
    index += 1;
  }
  return undefined;
}

function findBadProperty(
  object: Readonly<Record<string, unknown>>,
  level: number,
): BadValue | undefined {
  for (const key of Object.keys(object)) {
    if (key === '__proto__') return { keys: [], expected: 'keys that are names, got "__proto__"' };
    const bad = findBadValue(object[key], level);
    if (bad) return below(key, bad);
  }
  return undefined;
}

function below(key: string | number, { keys, expected }: BadValue): BadValue {
  return { keys: [...keys, key], expected };
}

function tooDeep(): GraphQLError {
  const expected = `at most ${MAX_INPUT_LEVELS} levels of lists and objects, got more`;
  return badVariable('variables', expected);
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
